"""What the documents say of commands, codes, settings and pictures is what the code does."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from reviewer import cli
from reviewer.core.paths import ROOT
from reviewer.intake.check.findings import SEVERITIES
from reviewer.models import Role
from reviewer.verification.checks import CHECKS
from reviewer.web.ui import guides
from reviewer.web.ui.navigation import SCREENS

DOCS = ROOT / "docs"
DOCUMENTS = sorted({ROOT / "README.md", *DOCS.glob("*.md"), *guides.FOLDER.glob("*.md")})
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
SETTING = re.compile(r"REVIEWER_[A-Z][A-Z_]*[A-Z]")
INTERNAL_SETTINGS = {"REVIEWER_JOB"}  # from one process of ours to its child; nobody sets it
TYPED = re.compile(r"python -m reviewer (.+?)(?=\s+(?:#|&&)|\s*$)", re.MULTILINE)
INLINE = re.compile(r"`[^`]*?python -m reviewer ([^`]+)`")


def commands(path: Path) -> list[str]:
    """What a document shows to be typed after ``python -m reviewer``."""
    fenced: list[str] = []
    prose: list[str] = []
    in_fence = False
    for line in path.read_text(encoding="utf-8").splitlines():
        in_fence ^= line.startswith("```")
        (fenced if in_fence or line.startswith("    ") else prose).append(line)
    typed = TYPED.findall("\n".join(fenced))
    inline = [" ".join(command.split()) for command in INLINE.findall("\n".join(prose))]
    return [command for command in (*typed, *inline) if command not in ("COMMAND", "--help")]


def leaves(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command with its options."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        options = {option for action in parser._actions for option in action.option_strings}
        yield name.strip(), options - {"-h", "--help"}
    for subparsers in below:
        for word, child in subparsers.choices.items():
            yield from leaves(child, f"{name} {word}")


def table(path: Path) -> list[list[str]]:
    """The cells of a page's rows that begin with a word in code."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_every_command_with_every_option_is_on_its_page() -> None:
    rows = table(DOCS / "commands.md")
    documented = {row[0].strip("`"): set(re.findall(r"--[a-z-]+", row[1])) for row in rows}
    assert documented == dict(leaves(cli.build_parser()))
    assert all(row[2] for row in rows)


@each_document
def test_every_command_that_is_shown_can_be_typed(path: Path) -> None:
    for command in commands(path):
        try:
            cli.build_parser().parse_args(shlex.split(command))
        except SystemExit:
            pytest.fail(command)


def test_commands_are_found_in_the_documents() -> None:
    shown_commands = [command for path in DOCUMENTS for command in commands(path)]
    assert len(shown_commands) > 15 and any(
        command.startswith("screen") and "--reason" in command for command in shown_commands
    )


def test_every_finding_is_on_its_page_with_its_severity() -> None:
    rows = table(DOCS / "codes.md")
    assert {row[0].strip("`"): row[1] for row in rows} == {
        code: severity.value for code, severity in SEVERITIES.items()
    }
    assert len(rows) == len(SEVERITIES) and all(row[2] for row in rows)


def test_every_invariant_is_on_the_page_of_security_in_its_order() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8").partition("## What `verify` holds")[2]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [check.name for check in CHECKS]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    sources = [ROOT / "app.py", *(ROOT / "reviewer").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    read = {name for path in sources for name in SETTING.findall(path.read_text(encoding="utf-8"))} - INTERNAL_SETTINGS
    rows = "\n".join(row[0] for row in table(ROOT / "README.md"))
    assert set(SETTING.findall(rows)) == read


@each_document
def test_no_document_names_a_setting_that_there_is_not(path: Path) -> None:
    files = [ROOT / "README.md", *(file for file in (ROOT / "deploy").rglob("*") if file.is_file())]
    known_settings = {name for file in files for name in SETTING.findall(file.read_text(encoding="utf-8"))}
    assert set(SETTING.findall(path.read_text(encoding="utf-8"))) <= known_settings


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_every_role_has_a_guide_and_every_screen_is_told() -> None:
    assert set(guides.BY_ROLE) == set(Role)
    assert {path.stem for path in guides.FOLDER.glob("*.md")} == set(guides.GUIDES)
    guides_text = "\n".join(guides.text(name) for name in guides.GUIDES)
    untold = {
        "Revisar",
        "Postulación",
        "Ayuda",
        "Cuenta",
    }  # one reaches them from another, or they tell themselves
    for screen in SCREENS:
        assert screen.title in untold or f"**{screen.title}**" in guides_text or f"# {screen.title}\n" in guides_text, (
            screen
        )


def test_pictures_are_those_that_the_guides_show_small_and_of_one_width() -> None:
    shown_pictures = {
        name
        for path in guides.FOLDER.glob("*.md")
        for name in re.findall(r"\]\(img/([a-z-]+)\.webp\)", path.read_text(encoding="utf-8"))
    }
    pictures = sorted(guides.PICTURES.iterdir())
    assert {picture.stem for picture in pictures} == shown_pictures
    assert sum(picture.stat().st_size for picture in pictures) < 2_500_000
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.format == "WEBP" and image.width == 960 and 150 < image.height <= 626, picture.name

"""What the documents say of commands, codes, settings and pictures is what the code does."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from reviewer import cli
from reviewer.intake.findings import SEVERITIES
from reviewer.models import Role
from reviewer.paths import ROOT
from reviewer.verification.run import CHECKS
from reviewer.web import guides
from reviewer.web.navigation import SCREENS

DOCS = ROOT / "docs"
WRITTEN = sorted({ROOT / "README.md", *DOCS.glob("*.md"), *guides.FOLDER.glob("*.md")})
NAMES = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
SETTING = re.compile(r"REVIEWER_[A-Z][A-Z_]*[A-Z]")
OURS = {"REVIEWER_JOB"}  # from one process of ours to its child; nobody sets it
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
    inline = [" ".join(each.split()) for each in INLINE.findall("\n".join(prose))]
    return [each for each in (*typed, *inline) if each not in ("COMMAND", "--help")]


def leaves(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command with its options."""
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        options = {option for each in parser._actions for option in each.option_strings}
        yield name.strip(), options - {"-h", "--help"}
    for each in below:
        for word, child in each.choices.items():
            yield from leaves(child, f"{name} {word}")


def table(path: Path) -> list[list[str]]:
    """The cells of a page's rows that begin with a word in code."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_every_command_with_every_option_is_on_its_page() -> None:
    rows = table(DOCS / "commands.md")
    said = {row[0].strip("`"): set(re.findall(r"--[a-z-]+", row[1])) for row in rows}
    assert said == dict(leaves(cli._parser()))
    assert all(row[2] for row in rows)


@NAMES
def test_every_command_that_is_shown_can_be_typed(path: Path) -> None:
    for found in commands(path):
        try:
            cli._parser().parse_args(shlex.split(found))
        except SystemExit:
            pytest.fail(found)


def test_commands_are_found_in_the_documents() -> None:
    shown = [each for path in WRITTEN for each in commands(path)]
    assert len(shown) > 15 and any(each.startswith("screen") and "--reason" in each for each in shown)


def test_every_finding_is_on_its_page_with_its_severity() -> None:
    rows = table(DOCS / "codes.md")
    assert {row[0].strip("`"): row[1] for row in rows} == {
        code: severity.value for code, severity in SEVERITIES.items()
    }
    assert len(rows) == len(SEVERITIES) and all(row[2] for row in rows)


def test_every_invariant_is_on_the_page_of_security_in_its_order() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8").partition("## What `verify` holds")[2]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [each.name for each in CHECKS]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    sources = [ROOT / "app.py", *(ROOT / "reviewer").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    read = {name for path in sources for name in SETTING.findall(path.read_text(encoding="utf-8"))} - OURS
    rows = "\n".join(row[0] for row in table(ROOT / "README.md"))
    assert set(SETTING.findall(rows)) == read


@NAMES
def test_no_document_names_a_setting_that_there_is_not(path: Path) -> None:
    kept = [ROOT / "README.md", *(each for each in (ROOT / "deploy").rglob("*") if each.is_file())]
    known = {name for each in kept for name in SETTING.findall(each.read_text(encoding="utf-8"))}
    assert set(SETTING.findall(path.read_text(encoding="utf-8"))) <= known


@NAMES
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_every_role_has_a_guide_and_every_screen_is_told() -> None:
    assert set(guides.OF) == set(Role)
    assert {path.stem for path in guides.FOLDER.glob("*.md")} == set(guides.GUIDES)
    told = "\n".join(guides.text(name) for name in guides.GUIDES)
    untold = {
        "Revisar",
        "Postulación",
        "Ayuda",
        "Cuenta",
    }  # one reaches them from another, or they tell themselves
    for screen in SCREENS:
        assert screen.title in untold or f"**{screen.title}**" in told or f"# {screen.title}\n" in told, (
            screen
        )


def test_pictures_are_those_that_the_guides_show_small_and_of_one_width() -> None:
    shown = {
        name
        for path in guides.FOLDER.glob("*.md")
        for name in re.findall(r"\]\(img/([a-z-]+)\.webp\)", path.read_text(encoding="utf-8"))
    }
    pictures = sorted(guides.PICTURES.iterdir())
    assert {each.stem for each in pictures} == shown
    assert sum(each.stat().st_size for each in pictures) < 2_500_000
    for each in pictures:
        with Image.open(each) as image:
            assert image.format == "WEBP" and image.width == 960 and 150 < image.height <= 626, each.name

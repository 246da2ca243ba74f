"""Each worked example of CONTRIBUTING.md, applied to a copy of the project and used."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfWriter

from reviewer.core.database import head_revision
from reviewer.core.paths import ROOT

SLUG = "guionismo-2025"  # the call that ships
COPIED = ("reviewer", "pages", "data/calls", "data/geography")
HEADER = "nombre,apellidos,correo,alcaldia,fecha_nacimiento,enviado_en"
ROW = "Ximena,Fábula,ximena@prueba.example,Iztapalapa,1990-05-12,2025-09-20 10:00"


def example(heading: str) -> str:
    """The diff below a heading of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    return section.partition("```diff\n")[2].partition("```")[0]


class Copy:
    """A copy of the project with an example applied, and an installation of its own."""

    def __init__(self, folder: Path, heading: str) -> None:
        self.root = folder / "project"
        for name in COPIED:
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", self.root)
        diff = example(heading)
        apply = ["git", "apply", "--recount", "-"]
        subprocess.run(apply, cwd=self.root, input=diff, text=True, check=True)
        settings = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWER_")}
        self.environment = settings | {"REVIEWER_DATABASE_URL": f"sqlite:///{folder}/reviewer.db"}
        self.environment["REVIEWER_DOCUMENTS_URL"] = str(folder / "documents")

    def python(self, *arguments: str) -> str:
        """Runs Python in the copy and returns what it prints."""
        command = [sys.executable, *arguments]
        process = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    def command(self, *arguments: str) -> str:
        """Runs a command of the copy and returns what it prints."""
        return self.python("-m", "reviewer", *arguments)

    def import_row(self, header: str, row: str) -> dict[str, object]:
        """Loads the call, imports a batch of one row, and returns its report."""
        batch = self.root.parent / "batch"
        batch.mkdir()
        (batch / "tabla.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(batch / "aval.pdf")
        self.command("call", "load", f"data/calls/{SLUG}.toml")
        report: dict[str, object] = json.loads(self.command("import", str(batch), "--call", SLUG, "--json"))
        return report


def test_a_question(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "A question")
    migration = next((copy.root / "reviewer" / "migrations" / "versions").glob("*_first_language.py"))
    text = migration.read_text(encoding="utf-8").replace('"HEAD"', f'"{head_revision()}"')
    migration.write_text(text, encoding="utf-8")
    copy.import_row(f"{HEADER},Lengua materna", f"{ROW},náhuatl")
    copy.command("export", "--call", SLUG, "--out", str(tmp_path / "out"))
    with (tmp_path / "out" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["lengua"] for row in csv.DictReader(file)] == ["náhuatl"]


def test_a_figure(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "A figure")
    copy.import_row(f"{HEADER},proyecto_tipo", f"{ROW},Serie")
    show = (
        "from reviewer.access.actor import OPERATOR\n"
        "from reviewer.cohort.filters import Subset, open_cohort\n"
        "from reviewer.figures.registry import FIGURES, FigureChoices\n"
        "from reviewer.web.charts import screen\n"
        f"with open_cohort(OPERATOR, Subset({SLUG!r})) as cohort:\n"
        "    figure = FIGURES['tipos'](cohort, FigureChoices())\n"
        "print(figure.frame.to_dict('records'), figure.sentence)\n"
    )
    printed = copy.python("-c", show)
    assert printed == "[{'Tipo': 'Serie', 'Postulaciones': 1}] Lo más común: Serie, 1.\n"


def test_a_finding(tmp_path: Path) -> None:
    report = Copy(tmp_path, "A finding").import_row(HEADER, ROW.replace("Ximena", "X.", 1))
    assert "initials_only" in json.dumps(report["findings"])


def test_a_document_kind(tmp_path: Path) -> None:
    report = Copy(tmp_path, "A document kind").import_row(f"{HEADER},carta_aval", f"{ROW},aval.pdf")
    assert report["documents"] == {"stored": 1, "refused": 0}


def test_a_page(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "A page")
    copy.command("call", "load", f"data/calls/{SLUG}.toml")
    copy.command("user", "add", "rosa@prueba.example", "--name", "Rosa Ñáñez", "--role", "jury")
    show = (
        "from streamlit.testing.v1 import AppTest\n"
        "from reviewer.access.actor import Actor\n"
        "from reviewer.core.paths import ROOT\n"
        "from reviewer.models import Role\n"
        "from reviewer.web.auth import pages\n"
        "pages.current_actor = lambda: Actor(Role.JURY, 'Rosa', 1, None)\n"
        "test = AppTest.from_file('reviewer/web/app_script.py', default_timeout=60).run()\n"
        "test.switch_page(str(ROOT / 'pages' / 'calendario.py')).run()\n"
        "assert not test.exception, test.exception\n"
        "print(test.title[0].value, test.markdown[-1].value)\n"
    )
    assert "Calendario La convocatoria cierra el" in copy.python("-c", show)


def test_a_command(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "A command")
    copy.import_row(HEADER, ROW)
    assert copy.command("folios", "--call", SLUG) == "GUI-0001\n"


@pytest.mark.parametrize("heading", ["A question", "A figure", "A finding", "A document kind", "A page", "A command"])
def test_examples_follow_the_rules_of_the_project(tmp_path: Path, heading: str) -> None:
    added = [line[1:] for line in example(heading).splitlines() if line.startswith("+") and line[1:2] != "+"]
    assert added and max(map(len, added)) <= 110

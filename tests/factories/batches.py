"""Factories of batches as they arrive: rows of a table, documents, a folder or a zip of both."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from reviewer.access.actor import OPERATOR
from reviewer.demographics import curp
from reviewer.intake.batch.import_batch import import_batch
from reviewer.intake.check.report import Report
from reviewer.intake.parse.column_vocabulary import Vocabulary, vocabulary
from tests.calls import SLUG, SPEC
from tests.factories.pdfs import small_pdf

KINDS = ("identificacion", "domicilio", "motivos", "semblanza")
Cells = dict[str, str]


def names() -> Vocabulary:
    """Returns the names of the example call's columns."""
    return vocabulary(SPEC.documents)


def valid_curp(first16: str, century: str = "0") -> str:
    """Returns a CURP with its check digit; ``century`` is a letter for births from 2000 on."""
    return first16 + century + curp.check_digit(first16 + century)


def valid_row(number: int, **cells: str) -> Cells:
    """Returns a row without any problem."""
    return {
        "nombre": f"Nombre{number}",
        "apellidos": f"Peña {number}",
        "correo": f"persona{number}@prueba.example",
        "fecha_nacimiento": f"1990-05-{1 + number % 28:02d}",
        "alcaldia": "Iztapalapa",
        "codigo_postal": "09000",
        "enviado_en": f"2025-09-10 10:{number // 60:02d}:{number % 60:02d}",
        **{kind: f"{kind}-{number}.pdf" for kind in KINDS},
        **cells,
    }


def document_files(*numbers: int) -> dict[str, bytes]:
    """Returns the four documents of each of these people."""
    return {f"docs/{kind}-{number}.pdf": small_pdf(f"{kind} {number}") for number in numbers for kind in KINDS}


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Returns the rows as CSV; the header is row 1."""
    target = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(target, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def folder(place: Path, rows: Sequence[Mapping[str, str]], files: Mapping[str, bytes] | None = None) -> Path:
    """Writes a batch as a folder and returns its path."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "tabla.csv").write_bytes(table(rows))
    for name, content in (files or {}).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


def archive(path: Path, entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    """Writes a zip with these entries and returns its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            target.writestr(name, content)
    return path


def import_source(source: Path, *, dry_run: bool = False, mapping: Path | None = None) -> Report:
    """Imports into the example call with one worker."""
    return import_batch(OPERATOR, source=source, slug=SLUG, dry_run=dry_run, mapping=mapping, workers=1)


def codes(report: Report, row: int | None) -> set[str]:
    """Returns the codes of a row's findings, except that an optional document is missing."""
    findings = [line.finding for line in report.lines if line.finding.row == row]
    return {finding.code for finding in findings if (finding.code, finding.severity) != ("missing_document", "info")}

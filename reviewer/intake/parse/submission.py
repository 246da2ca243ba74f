"""Reading of a row into a submission: its cells parsed and normalised. Uses no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any

from reviewer.call.spec import CallSpec
from reviewer.demographics import curp as curps
from reviewer.demographics.questions import ASKED, Store, stored_columns
from reviewer.intake.check.findings import CheckFinding, Severity
from reviewer.intake.parse.columns import Columns
from reviewer.intake.parse.dates import declares_utc, in_utc, is_month_first, parse_moment
from reviewer.intake.parse.normalise import clean, one_line
from reviewer.intake.parse.places import Place, find_place, place_of_postal_code, postal_code
from reviewer.intake.parse.table import BatchTable, TableRow

LONGEST_FOLIO, LONGEST_EMAIL, LONGEST_CURP = 60, 320, 40  # characters kept: they are indexed
NEUTRALISED_PREFIXES = ("'=", "'+", "'-", "'@")  # how exports write cells that would be formulas
_PHONE = re.compile(r"(?:\+?521?|04[45]|01)?(\d{10})|(\+(?!52)\d{8,15})", re.ASCII)
_EXTENSION = re.compile(r"(?:ext|extension|x)\.? ?\d{1,6}$", re.IGNORECASE)


@dataclass(frozen=True)
class RowReader:
    """What the rows of a table are read with: its columns, its way of writing dates, the call's rules."""

    spec: CallSpec
    columns: Columns
    month_first: frozenset[str]
    times_in_utc: bool

    def cell(self, row: TableRow, name: str) -> str:
        """Returns the text under a canonical name in one line, without an export's neutralising quote."""
        text = one_line(self.columns.cell(row.cells, name))
        return text[1:] if text.startswith(NEUTRALISED_PREFIXES) else text

    def moment(self, row: TableRow, name: str) -> datetime | date | None:
        """Returns the date or time under a canonical name; None where it is empty or not understood."""
        moment = parse_moment(self.cell(row, name), month_first=name in self.month_first)
        if self.times_in_utc and name == "enviado_en" and isinstance(moment, datetime) and not moment.tzinfo:
            return moment.replace(tzinfo=UTC)
        return moment


@dataclass(frozen=True, slots=True)
class Submission:
    """What a row says, normalised; with an error among ``findings`` it can't be stored.

    ``answers`` are those to questions whose answers are stored as written, by column.
    """

    row: int
    folio: str
    first_names: str
    surnames: str
    email: str
    phone: str
    curp: str
    birth_date: date | None
    alcaldia: str | None
    place: str
    postal_code: str
    synopsis: str
    submitted_at: datetime | None
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    findings: tuple[CheckFinding, ...] = ()

    @property
    def name(self) -> str:
        """First names and surnames, joined."""
        return f"{self.first_names} {self.surnames}".strip()

    def value(self, column: str) -> Any:
        """Returns what goes into a column of the tables."""
        return self.answers[column] if column in self.answers else getattr(self, column)

    @property
    def values(self) -> dict[str, Any]:
        """All that the row says, by the columns of the tables."""
        return {name: self.value(name) for store in Store for name in stored_columns(store)}

    @property
    def can_be_stored(self) -> bool:
        """Whether the row names a person, and what identifies them."""
        return all(finding.severity != Severity.ERROR for finding in self.findings)


_OWN_COLUMNS = {submission_field.name for submission_field in fields(Submission)}
_PLAIN_QUESTIONS = tuple(question for question in ASKED if question.column and question.column not in _OWN_COLUMNS)


def row_reader(table: BatchTable, columns: Columns, spec: CallSpec) -> RowReader:
    """Returns the reader of a table; whether dates put the month first takes the whole column to tell."""
    month_first = frozenset(
        name
        for name in ("fecha_nacimiento", "enviado_en")
        if is_month_first(columns.cell(row.cells, name) for row in table.rows)
    )
    header = next((header for header, name in columns.names_by_header.items() if name == "enviado_en"), "")
    return RowReader(spec, columns, month_first, declares_utc(header))


def read_row(row: TableRow, reader: RowReader) -> Submission:
    """Returns what a row says, not yet checked."""
    first_names, surnames = reader.cell(row, "nombre"), reader.cell(row, "apellidos")
    submitted = reader.moment(row, "enviado_en")
    code = postal_code(reader.cell(row, "codigo_postal"))
    curp = curps.normalise(reader.cell(row, "curp"))[:LONGEST_CURP]
    return Submission(
        row=row.number,
        folio=_without_decimal_zeros(reader.cell(row, "folio"))[:LONGEST_FOLIO],
        first_names=first_names or reader.cell(row, "nombre_completo"),
        surnames=surnames if first_names or not reader.cell(row, "nombre_completo") else "",
        email=reader.cell(row, "correo").lower().removeprefix("mailto:")[:LONGEST_EMAIL],
        phone=_without_decimal_zeros(reader.cell(row, "telefono")),
        curp=curp,
        birth_date=_date_of(reader.moment(row, "fecha_nacimiento")) or _valid_birth_date(curp),
        alcaldia=_choose_alcaldia(find_place(reader.cell(row, "alcaldia")), place_of_postal_code(code)),
        place=reader.cell(row, "alcaldia"),
        postal_code=code,
        synopsis=clean(reader.columns.cell(row.cells, "sinopsis")),
        submitted_at=in_utc(submitted, reader.spec.zone) if submitted else None,
        answers={question.column: reader.cell(row, question.key) for question in _PLAIN_QUESTIONS},
    )


def normalise_phone(text: str) -> str:
    """Returns ten digits, or a foreign number with its plus; empty where ``text`` is neither."""
    bare = re.sub(r"[\s().\-–/]", "", _EXTENSION.sub("", _without_decimal_zeros(text)))
    match = _PHONE.fullmatch(bare)
    return (match[1] or match[2]) if match else ""


def _without_decimal_zeros(text: str) -> str:
    """Returns the text without the ``.0`` that spreadsheets add to whole numbers."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def _date_of(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _valid_birth_date(curp: str) -> date | None:
    return curps.birth_date(curp) if curps.is_valid(curp) else None


def _choose_alcaldia(written_place: Place | None, postal_place: Place | None) -> str | None:
    """Returns the alcaldía that was written; where it is missing or not recognised, the postal code's."""
    if written_place and (written_place.alcaldia or written_place.state):
        return written_place.alcaldia
    return postal_place.alcaldia if postal_place else None

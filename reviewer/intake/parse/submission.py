"""One row becomes one submission: its cells parsed and normalised. Touches no database."""

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

LONGEST_FOLIO, LONGEST_EMAIL, LONGEST_CURP = 60, 320, 40  # characters kept: these are indexed
NEUTRALISED_PREFIXES = (
    "'=",
    "'+",
    "'-",
    "'@",
)  # how exports write a cell that a spreadsheet would take for a formula
_PHONE = re.compile(r"(?:\+?521?|04[45]|01)?(\d{10})|(\+(?!52)\d{8,15})", re.ASCII)
_EXTENSION = re.compile(r"(?:ext|extension|x)\.? ?\d{1,6}$", re.IGNORECASE)


@dataclass(frozen=True)
class RowReader:
    """What the rows of a table are read with: its columns, how it writes dates, the call's rules."""

    spec: CallSpec
    columns: Columns
    month_first: frozenset[str]
    times_in_utc: bool

    def cell(self, row: TableRow, name: str) -> str:
        """The text under a canonical name, in one line; as it was, where an export had neutralised it."""
        text = one_line(self.columns.cell(row.cells, name))
        return text[1:] if text.startswith(NEUTRALISED_PREFIXES) else text

    def moment(self, row: TableRow, name: str) -> datetime | date | None:
        """The date or time under a canonical name; None where it is empty or not understood."""
        moment = parse_moment(self.cell(row, name), month_first=name in self.month_first)
        if self.times_in_utc and name == "enviado_en" and isinstance(moment, datetime) and not moment.tzinfo:
            return moment.replace(tzinfo=UTC)
        return moment


@dataclass(frozen=True, slots=True)
class Submission:
    """What a row says, normalised. ``findings`` with an error in them: the row can't be stored.

    ``answers`` are those to the questions that are taken as they were written, by their columns.
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
        """First names and surnames."""
        return f"{self.first_names} {self.surnames}".strip()

    def value(self, column: str) -> Any:
        """Returns what goes into a column of the tables."""
        return self.answers[column] if column in self.answers else getattr(self, column)

    @property
    def values(self) -> dict[str, Any]:
        """What the row says of the application, by the columns of the tables."""
        return {name: self.value(name) for store in Store for name in stored_columns(store)}

    @property
    def can_be_stored(self) -> bool:
        """Whether the row names a person and a way to know her again."""
        return all(finding.severity != Severity.ERROR for finding in self.findings)


_OWN_COLUMNS = {submission_field.name for submission_field in fields(Submission)}
_PLAIN_QUESTIONS = tuple(
    question for question in ASKED if question.column and question.column not in _OWN_COLUMNS
)


def row_reader(table: BatchTable, columns: Columns, spec: CallSpec) -> RowReader:
    """Settles what only a whole column can tell: whether its dates put the month first."""
    month_first = frozenset(
        name
        for name in ("fecha_nacimiento", "enviado_en")
        if is_month_first(columns.cell(row.cells, name) for row in table.rows)
    )
    header = next((header for header, name in columns.names_by_header.items() if name == "enviado_en"), "")
    return RowReader(spec, columns, month_first, declares_utc(header))


def read_row(row: TableRow, reader: RowReader) -> Submission:
    """What a row says, without having been checked."""
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
    """Ten digits, or a foreign number with its plus; empty where ``text`` is neither."""
    bare = re.sub(r"[\s().\-–/]", "", _EXTENSION.sub("", _without_decimal_zeros(text)))
    match = _PHONE.fullmatch(bare)
    return (match[1] or match[2]) if match else ""


def _without_decimal_zeros(text: str) -> str:
    """A number that became a fraction on its way through a spreadsheet, whole again."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def _date_of(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _valid_birth_date(curp: str) -> date | None:
    return curps.birth_date(curp) if curps.is_valid(curp) else None


def _choose_alcaldia(written_place: Place | None, postal_place: Place | None) -> str | None:
    """The alcaldía given; where none is, or it is not known, the postal code's."""
    if written_place and (written_place.alcaldia or written_place.state):
        return written_place.alcaldia
    return postal_place.alcaldia if postal_place else None

"""Reading of a row into a submission: its cells parsed and normalised. Uses no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from reviewer.call.spec import CallSpec
from reviewer.demographics import curp as curps
from reviewer.demographics.questions import ASKED, CONSENT, NOT_ON_RECORD, Store, stored_columns
from reviewer.intake.check.findings import CheckFinding, Severity
from reviewer.intake.parse.columns import Columns
from reviewer.intake.parse.dates import (
    DateFormat,
    DateOrder,
    choose_orders,
    declares_utc,
    find_zone,
    in_utc,
    open_dates,
    order_by_known_days,
    order_by_window,
    parse_in_format,
)
from reviewer.intake.parse.mapping_file import DATES_SETTING, ZONE_SETTING
from reviewer.intake.parse.normalise import clean, one_line, without_joiners
from reviewer.intake.parse.places import Place, find_place, place_of_postal_code, postal_code
from reviewer.intake.parse.table import BatchTable, TableRow

LONGEST_FOLIO, LONGEST_EMAIL, LONGEST_CURP = 60, 320, 40  # characters kept: they are indexed
EXAMPLE_FOLIO = "EJEMPLO: no se importa"  # of the row of a template that shows how it is filled
DATE_COLUMNS = ("fecha_nacimiento", "enviado_en")
AS_WRITTEN = DateFormat()
# How exports write cells that would be formulas, and people numbers that a spreadsheet must not shorten.
_TEXT_MARK = re.compile(r"['’‘´`](?=[=+\-@\d(])")
_PHONE = re.compile(r"(?:\+?521?|04[45]|01)?(\d{10})|(\+(?!52)\d{8,15})", re.ASCII)
_EXTENSION = re.compile(r"(?:ext|extension|x)\.? ?\d{1,6}$", re.IGNORECASE)


@dataclass(frozen=True)
class RowReader:
    """What the rows of a table are read with: its columns, its way of writing dates, the call's rules."""

    spec: CallSpec
    columns: Columns
    date_formats: Mapping[str, DateFormat]

    def cell(self, row: TableRow, name: str) -> str:
        """Returns the text under a canonical name in one line, without the apostrophe that marks it as text."""
        text = one_line(self.columns.cell(row.cells, name))
        return text[1:] if _TEXT_MARK.match(text) else text

    def moment(self, row: TableRow, name: str) -> datetime | date | None:
        """Returns the date or time under a canonical name; None where it is empty or not understood."""
        return parse_in_format(self.cell(row, name), self.date_formats.get(name, AS_WRITTEN))


@dataclass(frozen=True, slots=True)
class Submission:
    """What a row says, normalised; with an error among ``findings`` it can't be stored.

    ``answers`` are those to questions whose answers are stored as written, by column; None where a question
    that need not be asked has no column.
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
    answers: Mapping[str, str | None] = field(default_factory=dict, hash=False)
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
        names = (name for store in Store for name in stored_columns(store))
        return {name: self.value(name) for name in names if self.answers.get(name, "") is not None}

    @property
    def can_be_stored(self) -> bool:
        """Whether the row names a person, and what identifies them."""
        return all(finding.severity != Severity.ERROR for finding in self.findings)


_OWN_COLUMNS = {submission_field.name for submission_field in fields(Submission)}
_PLAIN_QUESTIONS = tuple(
    question
    for question in ASKED
    if question.column and question.column not in _OWN_COLUMNS and question is not CONSENT
)


def row_reader(
    table: BatchTable, columns: Columns, spec: CallSpec, mapping: Mapping[str, str]
) -> tuple[RowReader, dict[str, str]]:
    """Returns the reader of a table, and an example of each column whose dates could be read in two orders.

    Whether dates put the month first takes the whole table to tell.
    """
    reader = RowReader(spec, columns, {})
    names = [name for name in DATE_COLUMNS if name in columns.positions]
    cells = {name: [reader.cell(row, name) for row in table.rows] for name in names}
    declared = {name: mapping.get(f"{DATES_SETTING}:{name}", mapping.get(DATES_SETTING)) for name in names}
    evidence = {
        "enviado_en": order_by_window(cells.get("enviado_en", ()), spec.local(spec.opens).date(), spec.closing_day)
    }
    if open_dates(cells.get("fecha_nacimiento", ())):
        days = [_valid_birth_date(curps.normalise(reader.cell(row, "curp"))) for row in table.rows]
        evidence["fecha_nacimiento"] = order_by_known_days(cells["fecha_nacimiento"], days)
    month_first, doubtful = choose_orders(
        cells, declared={name: DateOrder(order) for name, order in declared.items() if order}, evidence=evidence
    )
    formats = {
        name: DateFormat(month_first[name], _zone_of(name, columns, mapping) if name == "enviado_en" else None)
        for name in names
    }
    return RowReader(spec, columns, formats), doubtful


def _zone_of(name: str, columns: Columns, mapping: Mapping[str, str]) -> tzinfo | None:
    """Returns the zone of a column's times: as the mapping declares it, else as the header does."""
    if zone := mapping.get(f"{ZONE_SETTING}:{name}", mapping.get(ZONE_SETTING)):
        return find_zone(zone)
    header = next((header for header, meaning in columns.names_by_header.items() if meaning == name), "")
    return UTC if declares_utc(header) else None


def is_example(row: TableRow, reader: RowReader) -> bool:
    """Returns whether a row is the template's example."""
    return reader.cell(row, "folio") == EXAMPLE_FOLIO


def read_row(row: TableRow, reader: RowReader) -> Submission:
    """Returns what a row says, not yet checked."""
    first_names, surnames = reader.cell(row, "nombre"), reader.cell(row, "apellidos")
    submitted = reader.moment(row, "enviado_en")
    code = postal_code(reader.cell(row, "codigo_postal"))
    curp = curps.normalise(without_joiners(reader.cell(row, "curp")))[:LONGEST_CURP]
    return Submission(
        row=row.number,
        folio=_without_decimal_zeros(without_joiners(reader.cell(row, "folio")))[:LONGEST_FOLIO],
        first_names=first_names or reader.cell(row, "nombre_completo"),
        surnames=surnames if first_names or not reader.cell(row, "nombre_completo") else "",
        email=without_joiners(reader.cell(row, "correo")).lower().removeprefix("mailto:")[:LONGEST_EMAIL],
        phone=_without_decimal_zeros(without_joiners(reader.cell(row, "telefono"))),
        curp=curp,
        birth_date=_date_of(reader.moment(row, "fecha_nacimiento")) or _valid_birth_date(curp),
        alcaldia=_choose_alcaldia(find_place(reader.cell(row, "alcaldia")), place_of_postal_code(code)),
        place=reader.cell(row, "alcaldia"),
        postal_code=code,
        synopsis=clean(reader.columns.cell(row.cells, "sinopsis")),
        submitted_at=in_utc(submitted, reader.spec.zone) if submitted else None,
        answers={
            **{question.column: reader.cell(row, question.key) for question in _PLAIN_QUESTIONS},
            CONSENT.column: _consent(row, reader),
        },
    )


def _consent(row: TableRow, reader: RowReader) -> str | None:
    """Returns the answer about the privacy notice; None where no column asks, as our exports write it."""
    if CONSENT.key not in reader.columns.positions:
        return None
    answer = reader.cell(row, CONSENT.key)
    return None if answer == NOT_ON_RECORD else answer


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

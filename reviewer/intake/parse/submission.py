"""One row becomes one submission: its cells parsed and normalised. Touches no database."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reviewer.call.spec import CallSpec
from reviewer.demographics import curp as curps
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
    """What a row says, normalised. ``findings`` with an error in them: the row can't be stored."""

    row: int
    folio: str
    first_names: str
    surnames: str
    email: str
    phone: str
    curp: str
    birth_date: date | None
    gender: str
    alcaldia: str | None
    place: str
    colonia: str
    postal_code: str
    schooling: str
    occupation: str
    indigenous: str
    afro_mexican: str
    disability: str
    project_kind: str
    project_title: str
    genre: str
    synopsis: str
    preferred_venue: str
    submitted_at: datetime | None
    findings: tuple[CheckFinding, ...] = ()

    @property
    def name(self) -> str:
        """First names and surnames."""
        return f"{self.first_names} {self.surnames}".strip()

    @property
    def can_be_stored(self) -> bool:
        """Whether the row names a person and a way to know her again."""
        return all(finding.severity != Severity.ERROR for finding in self.findings)


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
        gender=reader.cell(row, "genero"),
        alcaldia=_choose_alcaldia(find_place(reader.cell(row, "alcaldia")), place_of_postal_code(code)),
        place=reader.cell(row, "alcaldia"),
        colonia=reader.cell(row, "colonia"),
        postal_code=code,
        schooling=reader.cell(row, "escolaridad"),
        occupation=reader.cell(row, "ocupacion"),
        indigenous=reader.cell(row, "pueblo_indigena"),
        afro_mexican=reader.cell(row, "afromexicana"),
        disability=reader.cell(row, "discapacidad"),
        project_kind=reader.cell(row, "proyecto_tipo"),
        project_title=reader.cell(row, "proyecto_titulo"),
        genre=reader.cell(row, "genero_narrativo"),
        synopsis=clean(reader.columns.cell(row.cells, "sinopsis")),
        preferred_venue=reader.cell(row, "sede_preferida"),
        submitted_at=in_utc(submitted, reader.spec.zone) if submitted else None,
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

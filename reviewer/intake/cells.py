"""A row's cells under their canonical names, as a person reads and corrects them: dates as ISO."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from reviewer.calls import CallSpec
from reviewer.intake.applicant import Sheet, Submission, read_row
from reviewer.intake.checks import checked
from reviewer.intake.columns import read_headers
from reviewer.intake.dates import declares_utc, is_month_first, read_moment
from reviewer.intake.names import vocabulary
from reviewer.intake.table import Row
from reviewer.models import Applicant, Application, Batch, BatchRow, Correction

DATES = ("fecha_nacimiento", "enviado_en")
_OF_APPLICANT = {
    "nombre": "first_names",
    "apellidos": "surnames",
    "correo": "email",
    "telefono": "phone",
    "curp": "curp",
    "fecha_nacimiento": "birth_date",
    "genero": "gender",
    "alcaldia": "place",
    "colonia": "colonia",
    "codigo_postal": "postal_code",
    "escolaridad": "schooling",
    "ocupacion": "occupation",
}
_OF_APPLICATION = {
    "proyecto_tipo": "project_kind",
    "proyecto_titulo": "project_title",
    "genero_narrativo": "genre",
    "sinopsis": "synopsis",
    "sede_preferida": "preferred_venue",
}


def of_row(session: Session, batch: Batch, line: BatchRow) -> dict[str, str]:
    """What a batch's row says under each canonical name that its table has."""

    def month_first(header: str) -> bool:
        return is_month_first(_column(session, batch, header))

    return as_read(line.raw, batch.report.get("columns") or {}, month_first)


def as_read(
    raw: Mapping[str, str], columns: Mapping[str, str | None], month_first: Callable[[str], bool]
) -> dict[str, str]:
    """A row's cells by canonical name; ``month_first`` is asked of a header whose dates are to be read."""
    cells: dict[str, str] = {}
    for header, name in columns.items():
        text = raw.get(header, "")
        if not name:
            continue
        if name in DATES and text:
            text = _as_iso(text, header, name, month_first=month_first(header))
        cells[name] = " ".join(filter(None, (cells.get(name, ""), text)))
    return cells


def of_application(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    """What an application's row says, as far as it was corrected."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
    found = session.exec(
        query.where(Batch.id == application.batch_id, BatchRow.row == application.row)
    ).first()
    stored = _as_stored(session, application, spec)
    cells = of_row(session, *found) if found and found[1].raw else stored
    # A moment that was understood needs not be guessed at again.
    cells |= {name: stored[name] for name in DATES if stored[name]}
    corrected = select(Correction.field, Correction.value)
    return cells | dict(session.exec(corrected.where(Correction.application_id == application.id)).all())


def submission_of(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    """The cells read and checked as a row of a table is."""
    names = vocabulary(spec.documents)
    headers = tuple(names.aliases)
    sheet = Sheet(spec, read_headers(headers, names, {}), frozenset(), times_in_utc=False)
    line = Row(row, tuple(cells.get(name, "") for name in headers))
    return checked(read_row(line, sheet), line, sheet)


def _column(session: Session, batch: Batch, header: str) -> Iterable[str]:
    """Every cell of a column: whether its dates put the month first can only be told by all of them."""
    query = select(BatchRow.raw).where(BatchRow.batch_id == batch.id)
    return (raw.get(header, "") for raw in session.exec(query))


def _as_iso(text: str, header: str, name: str, *, month_first: bool) -> str:
    moment = read_moment(text, month_first=month_first)
    if moment is None:
        return text
    if isinstance(moment, datetime):
        in_utc = name == "enviado_en" and declares_utc(header) and moment.tzinfo is None
        return (moment.replace(tzinfo=UTC) if in_utc else moment).isoformat(sep=" ")
    return moment.isoformat()


def _as_stored(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    who, sent = session.get_one(Applicant, application.id), application.submitted_at
    return {
        **{name: _text(getattr(who, ours)) for name, ours in _OF_APPLICANT.items()},
        **{name: _text(getattr(application, ours)) for name, ours in _OF_APPLICATION.items()},
        "enviado_en": f"{spec.local(sent):%Y-%m-%d %H:%M:%S}" if sent else "",
    }


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")

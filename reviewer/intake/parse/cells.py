"""A row's cells by canonical name, as a person reads and corrects them: dates as ISO."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from reviewer.call.spec import CallSpec
from reviewer.demographics.questions import Store, written_columns
from reviewer.intake.check.row_checks import check_row
from reviewer.intake.parse.column_vocabulary import vocabulary
from reviewer.intake.parse.columns import read_headers
from reviewer.intake.parse.dates import declares_utc, is_month_first, parse_moment
from reviewer.intake.parse.submission import RowReader, Submission, read_row
from reviewer.intake.parse.table import TableRow
from reviewer.models import Applicant, Application, Batch, BatchRow, Correction

DATE_COLUMNS = ("fecha_nacimiento", "enviado_en")


def row_cells(session: Session, batch: Batch, batch_row: BatchRow) -> dict[str, str]:
    """Returns a stored row's cells by canonical name, for the columns that its table has."""

    def month_first(header: str) -> bool:
        rows = session.exec(select(BatchRow.raw).where(BatchRow.batch_id == batch.id))
        return is_month_first(raw.get(header, "") for raw in rows)

    return cells_by_name(batch_row.raw, batch.report.get("columns") or {}, month_first)


def cells_by_name(
    raw: Mapping[str, str], columns: Mapping[str, str | None], month_first: Callable[[str], bool]
) -> dict[str, str]:
    """Returns a row's cells by canonical name; ``month_first`` says it of a header with dates."""
    cells: dict[str, str] = {}
    for header, name in columns.items():
        text = raw.get(header, "")
        if not name:
            continue
        if name in DATE_COLUMNS and text:
            text = _as_iso(text, header, name, month_first=month_first(header))
        cells[name] = " ".join(filter(None, (cells.get(name, ""), text)))
    return cells


def application_cells(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    """Returns the cells of an application's row, with the corrections made by hand."""
    stored = _stored_cells(session, application, spec)
    # The stored moments were read with the whole column: reading the cells again could give others.
    moments = {name: stored[name] for name in DATE_COLUMNS if stored[name]}
    query = select(Correction.field, Correction.value).where(Correction.application_id == application.id)
    return {**(own_row_cells(session, application) or stored), **moments, **dict(session.exec(query).all())}


def own_row_cells(session: Session, application: Application) -> dict[str, str]:
    """Returns the cells of the row that wrote the application last; empty where they were removed."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == Batch.id)
    row = session.exec(query.where(Batch.id == application.batch_id, BatchRow.row == application.row)).first()
    return row_cells(session, *row) if row and row[1].raw else {}


def submission_from_cells(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    """Returns what the cells say, read and checked like a row of a table."""
    names = vocabulary(spec.documents)
    headers = tuple(names.aliases)
    reader = RowReader(spec, read_headers(headers, names, {}), frozenset(), times_in_utc=False)
    table_row = TableRow(row, tuple(cells.get(name, "") for name in headers))
    return check_row(read_row(table_row, reader), table_row, reader)


def _as_iso(text: str, header: str, name: str, *, month_first: bool) -> str:
    moment = parse_moment(text, month_first=month_first)
    if moment is None:
        return text
    if isinstance(moment, datetime):
        in_utc = name == "enviado_en" and declares_utc(header) and moment.tzinfo is None
        return (moment.replace(tzinfo=UTC) if in_utc else moment).isoformat(sep=" ")
    return moment.isoformat()


def _stored_cells(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    applicant, submitted = session.get_one(Applicant, application.id), application.submitted_at
    cells = {
        name: _text(getattr(row, column))
        for row, store in ((applicant, Store.APPLICANT), (application, Store.APPLICATION))
        for name, column in written_columns(store).items()
    }
    return cells | {"enviado_en": f"{spec.local(submitted):%Y-%m-%d %H:%M:%S}" if submitted else ""}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")

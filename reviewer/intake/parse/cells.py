"""A row's cells under their canonical names, as a person reads and corrects them: dates as ISO."""

from collections.abc import Callable, Iterable, Mapping
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
    """What a batch's row says under each canonical name that its table has."""

    def month_first(header: str) -> bool:
        return is_month_first(_column_cells(session, batch, header))

    return cells_by_name(batch_row.raw, batch.report.get("columns") or {}, month_first)


def cells_by_name(
    raw: Mapping[str, str], columns: Mapping[str, str | None], month_first: Callable[[str], bool]
) -> dict[str, str]:
    """A row's cells by canonical name; ``month_first`` is asked of a header whose dates are to be read."""
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
    """What an application's row says, as far as it was corrected."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
    batch_and_row = session.exec(
        query.where(Batch.id == application.batch_id, BatchRow.row == application.row)
    ).first()
    stored = _stored_cells(session, application, spec)
    cells = row_cells(session, *batch_and_row) if batch_and_row and batch_and_row[1].raw else stored
    # A moment that was understood needs not be guessed at again.
    cells |= {name: stored[name] for name in DATE_COLUMNS if stored[name]}
    corrections_query = select(Correction.field, Correction.value)
    return cells | dict(
        session.exec(corrections_query.where(Correction.application_id == application.id)).all()
    )


def submission_from_cells(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    """The cells read and checked as a row of a table is."""
    names = vocabulary(spec.documents)
    headers = tuple(names.aliases)
    reader = RowReader(spec, read_headers(headers, names, {}), frozenset(), times_in_utc=False)
    table_row = TableRow(row, tuple(cells.get(name, "") for name in headers))
    return check_row(read_row(table_row, reader), table_row, reader)


def _column_cells(session: Session, batch: Batch, header: str) -> Iterable[str]:
    """Every cell of a column: whether its dates put the month first can only be told by all of them."""
    query = select(BatchRow.raw).where(BatchRow.batch_id == batch.id)
    return (raw.get(header, "") for raw in session.exec(query))


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
    return {
        **{
            name: _text(getattr(applicant, column))
            for name, column in written_columns(Store.APPLICANT).items()
        },
        **{
            name: _text(getattr(application, column))
            for name, column in written_columns(Store.APPLICATION).items()
        },
        "enviado_en": f"{spec.local(submitted):%Y-%m-%d %H:%M:%S}" if submitted else "",
    }


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")

"""A row's cells by canonical name, as a person reads and corrects them: dates as ISO."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewer.call.spec import CallSpec
from reviewer.demographics.questions import CONSENT, Store, written_columns
from reviewer.intake.check.row_checks import check_row
from reviewer.intake.parse.column_vocabulary import vocabulary
from reviewer.intake.parse.columns import read_headers
from reviewer.intake.parse.dates import DateFormat, DateOrder, certain_order, declares_utc, find_zone, parse_in_format
from reviewer.intake.parse.submission import AS_WRITTEN, DATE_COLUMNS, RowReader, Submission, read_row
from reviewer.intake.parse.table import TableRow
from reviewer.models import Applicant, Application, Batch, BatchRow, Correction


def row_cells(session: Session, batch: Batch, batch_row: BatchRow) -> dict[str, str]:
    """Returns a stored row's cells by canonical name, for the columns that its table has."""
    columns = batch.report.get("columns") or {}
    if "dates" in batch.report:
        formats = formats_from_json(batch.report["dates"])
    else:
        formats = _formats_by_values(session, batch, columns)
    return cells_by_name(batch_row.raw, columns, formats)


def cells_by_name(
    raw: Mapping[str, str], columns: Mapping[str, str | None], formats: Mapping[str, DateFormat]
) -> dict[str, str]:
    """Returns a row's cells by canonical name; ``formats`` say how its columns write their dates."""
    cells: dict[str, str] = {}
    for header, name in columns.items():
        text = raw.get(header, "")
        if not name:
            continue
        if name in DATE_COLUMNS and text:
            text = _as_iso(text, formats.get(name, AS_WRITTEN))
        cells[name] = " ".join(filter(None, (cells.get(name, ""), text)))
    return cells


def formats_to_json(formats: Mapping[str, DateFormat]) -> dict[str, dict[str, str]]:
    """Returns how columns write their dates, for a batch's report."""
    return {
        name: {
            "order": DateOrder.MONTH_FIRST if date_format.month_first else DateOrder.DAY_FIRST,
            "zone": str(date_format.zone or ""),
        }
        for name, date_format in formats.items()
    }


def formats_from_json(formats: Mapping[str, Mapping[str, Any]]) -> dict[str, DateFormat]:
    """Returns what ``formats_to_json`` wrote."""
    return {
        name: DateFormat(facts["order"] == DateOrder.MONTH_FIRST, find_zone(facts["zone"]) if facts["zone"] else None)
        for name, facts in formats.items()
    }


def _formats_by_values(session: Session, batch: Batch, columns: Mapping[str, str | None]) -> dict[str, DateFormat]:
    """Returns how the columns of a batch write their dates that was imported before reports said it."""
    formats = {}
    for header, name in columns.items():
        if name in DATE_COLUMNS:
            raws = session.exec(select(BatchRow.raw).where(BatchRow.batch_id == batch.id))
            order = certain_order(raw.get(header, "") for raw in raws)
            zone = UTC if name == "enviado_en" and declares_utc(header) else None
            formats[name] = DateFormat(order is DateOrder.MONTH_FIRST, zone)
    return formats


def application_cells(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    """Returns the cells of an application's row, with the corrections made by hand."""
    stored = _stored_cells(session, application, spec)
    # The stored moments were read with the whole column: reading the cells again could give others.
    moments = {name: stored[name] for name in DATE_COLUMNS if stored[name]}
    query = select(Correction.field, Correction.value).where(Correction.application_id == application.id)
    own = own_row_cells(session, application) or stored
    if "nombre_completo" in own:
        stored = {name: cell for name, cell in stored.items() if name not in ("nombre", "apellidos")}
    return {**stored, **own, **moments, **dict(session.exec(query).all())}


def own_row_cells(session: Session, application: Application) -> dict[str, str]:
    """Returns the cells of the row that wrote the application last; empty where they were removed."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == Batch.id)
    row = session.exec(query.where(Batch.id == application.batch_id, BatchRow.row == application.row)).first()
    return row_cells(session, *row) if row and row[1].raw else {}


def received_cells(session: Session, application: Application) -> dict[str, str]:
    """Returns the cell of each column that batches brought for the application last, whichever had the column."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == Batch.id)
    rows = session.exec(query.where(BatchRow.application_id == application.id).order_by(col(BatchRow.batch_id)))
    cells: dict[str, str] = {}
    for batch, batch_row in rows:
        cells |= row_cells(session, batch, batch_row)
    return cells | own_row_cells(session, application)


def unclaimed_cells(session: Session, application: Application) -> dict[str, str]:
    """Returns the filled cells of an application's rows that no question and no document claims, by header."""
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == Batch.id)
    rows = session.exec(query.where(BatchRow.application_id == application.id).order_by(col(BatchRow.batch_id)))
    cells: dict[str, str] = {}
    for batch, batch_row in rows:
        claimed = batch.report.get("columns") or {}
        cells |= {header: cell for header, cell in batch_row.raw.items() if cell and not claimed.get(header)}
    return cells


def submission_from_cells(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    """Returns what the cells say, read and checked like a row of a table."""
    names = vocabulary(spec.documents)
    # A column that no table had asks for no consent; an empty cell of the others is a missing answer.
    headers = tuple(name for name in names.aliases if name != CONSENT.key or name in cells)
    reader = RowReader(spec, read_headers(headers, names, {}), {})
    table_row = TableRow(row, tuple(cells.get(name, "") for name in headers))
    return check_row(read_row(table_row, reader), table_row, reader)


def _as_iso(text: str, date_format: DateFormat) -> str:
    moment = parse_in_format(text, date_format)
    if moment is None:
        return text
    return moment.isoformat(sep=" ") if isinstance(moment, datetime) else moment.isoformat()


def _stored_cells(session: Session, application: Application, spec: CallSpec) -> dict[str, str]:
    applicant, submitted = session.get_one(Applicant, application.id), application.submitted_at
    cells = {
        name: _text(getattr(row, column))
        for row, store in ((applicant, Store.APPLICANT), (application, Store.APPLICATION))
        for name, column in written_columns(store).items()
    }
    if application.privacy_consent is None:
        del cells[CONSENT.key]
    return cells | {"enviado_en": f"{spec.local(submitted):%Y-%m-%d %H:%M:%S}" if submitted else ""}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")

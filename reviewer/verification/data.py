"""Checks of the stored data: the database's integrity, documents, batch counts, and withheld data."""

from collections.abc import Iterator

from sqlalchemy import JSON, Date, DateTime, Enum, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, func, select

from reviewer.core.search import has_stale_search_text
from reviewer.models import Application, Batch, BatchRow, BlockedRecord, Withheld, require_id
from reviewer.privacy.data_map import BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT, TABLES, document_hashes, is_filled
from reviewer.storage import documents

OUTCOMES = ("created", "updated", "unchanged", "rejected")
_APPLICATION_CHUNK, _ROW_CHUNK = 500, 1000
_PLACEHOLDERS = (BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT)


def batch_counts(session: Session) -> Iterator[str]:
    """The report of a finished batch adds up and agrees with its rows."""
    rows = dict(session.exec(select(BatchRow.batch_id, func.count()).group_by(col(BatchRow.batch_id))).all())
    for batch in session.exec(select(Batch).where(col(Batch.finished_at).is_not(None))):
        reported, stored = batch.report.get("rows", 0), rows.get(require_id(batch), 0)
        parts = sum(batch.report.get(outcome, 0) for outcome in OUTCOMES)
        if not reported == parts == stored:
            yield f"El lote {batch.key} dice {reported} filas: sus partes suman {parts}, y hay {stored}."


def withheld_data(session: Session) -> Iterator[str]:
    """No withheld application has personal data left; a blocked one has a record, a deleted one none."""
    query = select(Application.id, Application.folio, Application.withheld)
    withheld_applications = session.exec(
        query.where(col(Application.withheld).is_not(None)).order_by(Application.folio)
    ).all()
    blocked_ids = set(session.exec(select(BlockedRecord.application_id)))
    folios = {application_id: folio for application_id, folio, _ in withheld_applications if application_id}
    for application_id, folio, state in withheld_applications:
        if (application_id in blocked_ids) != (state == Withheld.BLOCKED):
            label = "bloqueada" if state == Withheld.BLOCKED else "suprimida"
            yield f"{folio} está marcada como {label} y su registro de bloqueo no corresponde."
    keys = list(folios)
    for start in range(0, len(keys), _APPLICATION_CHUNK):
        for table in TABLES:
            for application_id, row in table.rows(session, keys[start : start + _APPLICATION_CHUNK]):
                filled_columns = [column for column in table.blank if _is_personal(getattr(row, column))]
                if filled_columns or not table.blank or has_stale_search_text(row):
                    folio = folios[application_id]
                    yield f"{folio} tiene datos en «{table.name}» que debían estar apartados."


def _is_personal(value: object) -> bool:
    return is_filled(value) and value not in _PLACEHOLDERS


def database(session: Session) -> Iterator[str]:
    """SQLite's integrity check of the whole file; PostgreSQL checks pages when it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (result,) in session.connection().execute(text("PRAGMA integrity_check")):
        if result != "ok":
            yield f"La base de datos está dañada: {result}"


def foreign_keys(session: Session) -> Iterator[str]:
    """No row refers to a missing one; PostgreSQL enforces it on every write."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, row, parent, _ in session.connection().execute(text("PRAGMA foreign_key_check")):
        yield f"El renglón {row} de «{table}» se refiere a uno de «{parent}» que no existe."


def values(session: Session) -> Iterator[str]:
    """Every enumeration, date and JSON value can be read."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, (Enum, JSON, Date, DateTime)):
                continue
            try:
                for _ in session.execute(sa_select(column).execution_options(yield_per=_ROW_CHUNK)):
                    pass
            except (LookupError, ValueError, TypeError):
                yield f"En «{table.name}», «{column.name}» tiene un valor que no es de los suyos."


def stored_documents(session: Session) -> Iterator[str]:
    """Every document, blocked ones too, is in the store and has the hash of its bytes."""
    documents.check_reachable()  # one message, and not one for each document
    for sha256 in sorted(document_hashes(session)):
        fault = documents.fault_of(sha256)
        if fault == documents.MISSING:
            yield f"Falta el documento {sha256}, o no se puede leer."
        elif fault:
            yield f"El documento {sha256} está alterado."

"""Numbers that are kept twice, and must agree.

What was blocked or deleted is out of every room's tables.

The database as its own engine sees it, and the documents in the store.
"""

from collections.abc import Iterator

from sqlalchemy import JSON, Date, DateTime, Enum, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, func, select

from reviewer.core.search import has_stale_search_text
from reviewer.models import (
    Application,
    Batch,
    BatchRow,
    BlockedDocument,
    BlockedRecord,
    Document,
    Withheld,
    require_id,
)
from reviewer.privacy.data_map import BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT, TABLES, is_filled
from reviewer.storage import documents

OUTCOMES = ("created", "updated", "unchanged", "rejected")


def batch_counts(session: Session) -> Iterator[str]:
    """A finished batch's report adds up, and there is a row for each that it counted."""
    rows = dict(session.exec(select(BatchRow.batch_id, func.count()).group_by(col(BatchRow.batch_id))).all())
    for batch in session.exec(select(Batch).where(col(Batch.finished_at).is_not(None))):
        reported, stored = batch.report.get("rows", 0), rows.get(require_id(batch), 0)
        parts = sum(batch.report.get(outcome, 0) for outcome in OUTCOMES)
        if not reported == parts == stored:
            yield f"El lote {batch.key} dice {reported} filas: sus partes suman {parts}, y hay {stored}."


_APPLICATION_CHUNK = 500
_PLACEHOLDERS = (BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT)


def withheld_data(session: Session) -> Iterator[str]:
    """No withheld application has personal data left; a blocked one has its record, a deleted one none."""
    query = select(Application.id, Application.folio, Application.withheld)
    withheld_applications = session.exec(
        query.where(col(Application.withheld).is_not(None)).order_by(Application.folio)
    ).all()
    blocked_ids = set(session.exec(select(BlockedRecord.application_id)))
    folios = {application_id or 0: folio for application_id, folio, _ in withheld_applications}
    for application_id, folio, state in withheld_applications:
        if (application_id in blocked_ids) != (state == Withheld.BLOCKED):
            yield f"{folio} está marcada como {_state_label(state)} y su registro de bloqueo no corresponde."
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


def _state_label(state: str | None) -> str:
    return "bloqueada" if state == Withheld.BLOCKED else "suprimida"


_ROW_CHUNK = 1000


def database(session: Session) -> Iterator[str]:
    """SQLite's own check of the whole file. PostgreSQL checks its pages itself as it reads them."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (result,) in session.connection().execute(text("PRAGMA integrity_check")):
        if result != "ok":
            yield f"La base de datos está dañada: {result}"


def foreign_keys(session: Session) -> Iterator[str]:
    """Rows that refer to others which are gone; PostgreSQL lets none be written."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, row, parent, _ in session.connection().execute(text("PRAGMA foreign_key_check")):
        yield f"El renglón {row} de «{table}» se refiere a uno de «{parent}» que no existe."


def values(session: Session) -> Iterator[str]:
    """A state that a column knows, a date that is one, JSON that can be read."""
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
    """Every document's hash, blocked ones too, computed anew from its bytes."""
    documents.check_reachable()  # one message, and not one for each document
    current = select(Document.sha256).where(col(Document.refused).is_(None))
    blocked = select(BlockedDocument.sha256).where(BlockedDocument.sha256 != "")
    for sha256 in sorted({*session.exec(current.distinct()), *session.exec(blocked.distinct())}):
        fault = documents.fault_of(sha256)
        if fault == documents.MISSING:
            yield f"Falta el documento {sha256}, o no se puede leer."
        elif fault:
            yield f"El documento {sha256} está alterado."

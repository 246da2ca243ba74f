"""Numbers that are kept twice, and must agree."""

from collections.abc import Iterator

from sqlmodel import Session, col, func, select

from reviewer.models import Batch, BatchRow

OUTCOMES = ("created", "updated", "unchanged", "rejected")


def batches(session: Session) -> Iterator[str]:
    """A finished batch's report adds up, and there is a row for each that it counted."""
    rows = dict(session.exec(select(BatchRow.batch_id, func.count()).group_by(col(BatchRow.batch_id))).all())
    for batch in session.exec(select(Batch).where(col(Batch.finished_at).is_not(None))):
        told, kept = batch.report.get("rows", 0), rows.get(batch.id or 0, 0)
        parts = sum(batch.report.get(each, 0) for each in OUTCOMES)
        if not told == parts == kept:
            yield f"El lote {batch.key} dice {told} filas: sus partes suman {parts}, y hay {kept}."

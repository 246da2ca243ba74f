"""Numbers that are kept twice, and must agree."""

from collections.abc import Iterator

from sqlmodel import Session, col, func, select

from reviewer.models import Batch, BatchRow, require_id

OUTCOMES = ("created", "updated", "unchanged", "rejected")


def batch_counts(session: Session) -> Iterator[str]:
    """A finished batch's report adds up, and there is a row for each that it counted."""
    rows = dict(session.exec(select(BatchRow.batch_id, func.count()).group_by(col(BatchRow.batch_id))).all())
    for batch in session.exec(select(Batch).where(col(Batch.finished_at).is_not(None))):
        reported, stored = batch.report.get("rows", 0), rows.get(require_id(batch), 0)
        parts = sum(batch.report.get(outcome, 0) for outcome in OUTCOMES)
        if not reported == parts == stored:
            yield f"El lote {batch.key} dice {reported} filas: sus partes suman {parts}, y hay {stored}."

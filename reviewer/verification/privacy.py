"""What was blocked or deleted is out of every room's tables."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from reviewer.models import Application, BlockedRecord, Withheld
from reviewer.privacy.personal import BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT, TABLES, is_filled

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
                if filled_columns or not table.blank:
                    yield f"{folios[application_id]} tiene datos en «{table.name}» que debían estar apartados."


def _is_personal(value: object) -> bool:
    return is_filled(value) and value not in _PLACEHOLDERS


def _state_label(state: str | None) -> str:
    return "bloqueada" if state == Withheld.BLOCKED else "suprimida"

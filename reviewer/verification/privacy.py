"""What was blocked or deleted is out of every room's tables."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from reviewer.models import Application, BlockedRecord, Withheld
from reviewer.privacy.personal import BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT, TABLES, is_said

_AT_ONCE = 500
_SAYS_NOTHING = (BLOCKED_NAME, DELETED_NAME, REMOVED_TEXT)


def withheld(session: Session) -> Iterator[str]:
    """No withheld application has personal data left; a blocked one has its record, a deleted one none."""
    query = select(Application.id, Application.folio, Application.withheld)
    found = session.exec(
        query.where(col(Application.withheld).is_not(None)).order_by(Application.folio)
    ).all()
    kept = set(session.exec(select(BlockedRecord.application_id)))
    folios = {number or 0: folio for number, folio, _ in found}
    for number, folio, state in found:
        if (number in kept) != (state == Withheld.BLOCKED):
            yield f"{folio} está marcada como {_said(state)} y su registro de bloqueo no corresponde."
    keys = list(folios)
    for start in range(0, len(keys), _AT_ONCE):
        for table in TABLES:
            for number, row in table.rows(session, keys[start : start + _AT_ONCE]):
                left = [each for each in table.blank if _tells(getattr(row, each))]
                if left or not table.blank:
                    yield f"{folios[number]} tiene datos en «{table.name}» que debían estar apartados."


def _tells(value: object) -> bool:
    return is_said(value) and value not in _SAYS_NOTHING


def _said(state: str | None) -> str:
    return "bloqueada" if state == Withheld.BLOCKED else "suprimida"

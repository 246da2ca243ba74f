"""What would become of each row of a batch, read inside the transaction of its rehearsal."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewer.intake.store import Stored
from reviewer.models import Applicant, Application

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A row and its application as it would be; a row that can't be stored has only its outcome."""

    row: int
    outcome: str
    folio: str = ""
    name: str = ""
    eligibility: str = ""
    changed: tuple[str, ...] = ()


def foresee(session: Session, stored: Sequence[Stored]) -> tuple[Foreseen, ...]:
    """Every row of the batch, in the order of its table."""
    known: dict[int | None, tuple[str, str, str]] = {}
    keys = [each.application_id for each in stored if each.application_id]
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(Application, Applicant.first_names, Applicant.surnames)
            .join(Applicant, col(Applicant.application_id) == col(Application.id))
            .where(col(Application.id).in_(keys[start : start + _AT_ONCE]))
        )
        for each, first, last in session.exec(query):
            known[each.id] = (each.folio, f"{first} {last}".strip(), each.eligibility.value)
    lines = []
    for row in sorted(stored, key=lambda one: one.row):
        folio, name, eligibility = known.get(row.application_id, ("", "", ""))
        lines.append(Foreseen(row.row, row.outcome, folio, name, eligibility, row.changed))
    return tuple(lines)

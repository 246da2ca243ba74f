"""What would become of each row of a batch, read inside the transaction of its rehearsal."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewer.intake.store import RowResult
from reviewer.models import Applicant, Application

_IDS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class PredictedRow:
    """A row and its application as it would be; a row that can't be stored has only its outcome."""

    row: int
    outcome: str
    folio: str = ""
    name: str = ""
    eligibility: str = ""
    changed: tuple[str, ...] = ()


def predict_rows(session: Session, results: Sequence[RowResult]) -> tuple[PredictedRow, ...]:
    """Every row of the batch, in the order of its table."""
    facts_by_application: dict[int | None, tuple[str, str, str]] = {}
    application_ids = [result.application_id for result in results if result.application_id]
    for start in range(0, len(application_ids), _IDS_PER_QUERY):
        query = (
            select(Application, Applicant.first_names, Applicant.surnames)
            .join(Applicant, col(Applicant.application_id) == col(Application.id))
            .where(col(Application.id).in_(application_ids[start : start + _IDS_PER_QUERY]))
        )
        for application, first, last in session.exec(query):
            facts_by_application[application.id] = (
                application.folio,
                f"{first} {last}".strip(),
                application.eligibility.value,
            )
    lines = []
    for result in sorted(results, key=lambda result: result.row):
        folio, name, eligibility = facts_by_application.get(result.application_id, ("", "", ""))
        lines.append(PredictedRow(result.row, result.outcome, folio, name, eligibility, result.changed))
    return tuple(lines)

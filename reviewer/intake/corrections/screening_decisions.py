"""What a person decided by hand stands over what the checks say, as long as it is about the same data.

Once the data has changed, or the checks have found more, the application is to be looked at again: nobody
gets in, and nobody is turned away, by a decision about something else.
"""

import hashlib
import json
from collections.abc import Collection

from sqlmodel import Session, col, select

from reviewer.call.spec import CallSpec
from reviewer.models import (
    Applicant,
    Application,
    Document,
    Eligibility,
    Screening,
    ScreeningState,
    Verdict,
)

ASKED_AGAIN, CHANGED_SINCE_DECISION = "asked_again", "changed_since_decision"
_FACTS = (
    *("first_names", "surnames", "email", "phone", "curp", "birth_date", "alcaldia", "place", "colonia"),
    "postal_code",
)


def decision_in_force(session: Session, application_id: int | None) -> Screening | None:
    """An application's last decision by hand that was not withdrawn."""
    query = select(Screening).where(
        Screening.application_id == application_id, col(Screening.withdrawn_at).is_(None)
    )
    return session.exec(query.order_by(col(Screening.id).desc())).first()


def facts_digest(session: Session, application: Application, spec: CallSpec) -> str:
    """A digest of what a person looks at: who the applicant is, where she lives, her documents."""
    applicant = session.get_one(Applicant, application.id)
    kinds = {
        document_kind.key
        for document_kind in spec.documents
        if document_kind.required or document_kind.audience == "admin"
    }
    query = select(Document.kind, Document.position, Document.sha256, Document.refused)
    documents = session.exec(query.where(Document.application_id == application.id))
    facts = [
        *(str(getattr(applicant, name)) for name in _FACTS),
        str(application.submitted_at),
        *sorted(map(str, (tuple(document) for document in documents if document[0] in kinds))),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def apply_decision(
    session: Session,
    application: Application,
    spec: CallSpec,
    automatic: tuple[Eligibility, str],
    codes: Collection[str],
) -> None:
    """Sets eligibility, reasons and state of screening: ``automatic`` unless a decision by hand stands."""
    decision = decision_in_force(session, application.id)
    if decision is None:
        application.screening = ScreeningState.OPEN
        application.eligibility, application.reasons = automatic
    elif decision.facts != facts_digest(session, application, spec) or set(codes) - set(
        decision.codes.split(";")
    ):
        application.screening = ScreeningState.CHANGED
        application.eligibility, application.reasons = (
            Eligibility.TO_CHECK,
            _add_reason(automatic[1], CHANGED_SINCE_DECISION),
        )
    elif decision.verdict is Verdict.ASKED:
        application.screening = ScreeningState.ASKED
        application.eligibility, application.reasons = (
            Eligibility.TO_CHECK,
            _add_reason(automatic[1], ASKED_AGAIN),
        )
    else:
        application.screening = ScreeningState.DECIDED
        application.eligibility = Eligibility(decision.verdict.value)
        application.reasons = decision.reason
    session.add(application)


def _add_reason(reasons: str, code: str) -> str:
    return ";".join(filter(None, (reasons, code)))

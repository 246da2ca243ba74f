"""Decisions by hand about eligibility, which override the checks as long as the data is the same.

Once the data changed, or the checks find more, the application has to be screened again.
"""

import hashlib
import json
from collections.abc import Collection

from sqlmodel import Session, col, select

from reviewer.call.spec import CallSpec
from reviewer.models import Applicant, Application, Document, Eligibility, Screening, ScreeningState, Verdict

ASKED_AGAIN, CHANGED_SINCE_DECISION = "asked_again", "changed_since_decision"
_FACTS = (
    *("first_names", "surnames", "email", "phone", "curp", "birth_date", "alcaldia", "place", "colonia"),
    "postal_code",
)


def decision_in_force(session: Session, application_id: int | None) -> Screening | None:
    """Returns an application's last decision by hand that was not withdrawn."""
    query = select(Screening).where(Screening.application_id == application_id, col(Screening.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(Screening.id).desc())).first()


def facts_digest(session: Session, application: Application, spec: CallSpec) -> str:
    """Returns a digest of what a decision is based on: identity, residence and documents."""
    applicant = session.get_one(Applicant, application.id)
    kinds = {kind.key for kind in spec.documents if kind.required or kind.audience == "admin"}
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
    """Sets eligibility, reasons and screening state: ``automatic`` unless a decision by hand is in force."""
    decision, (eligibility, reasons) = decision_in_force(session, application.id), automatic
    if decision is None:
        state = ScreeningState.OPEN
    elif decision.verdict is Verdict.WITHDRAWN:  # whatever a later batch says of it
        state, eligibility, reasons = ScreeningState.DECIDED, Eligibility.WITHDRAWN, decision.reason
    elif decision.facts != facts_digest(session, application, spec) or not set(decision.codes.split(";")).issuperset(
        codes
    ):
        state, eligibility = ScreeningState.CHANGED, Eligibility.TO_CHECK
        reasons = ";".join(filter(None, (reasons, CHANGED_SINCE_DECISION)))
    elif decision.verdict is Verdict.ASKED:
        state, eligibility = ScreeningState.ASKED, Eligibility.TO_CHECK
        reasons = ";".join(filter(None, (reasons, ASKED_AGAIN)))
    else:
        state, eligibility = ScreeningState.DECIDED, Eligibility(decision.verdict.value)
        reasons = decision.reason
    application.screening, application.eligibility, application.reasons = state, eligibility, reasons
    session.add(application)

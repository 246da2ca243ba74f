"""Decisions by a person: eligible or not, asking the applicant again, and undoing a decision.

A decision names the version that the screener saw (``Case.seen``): if the data changed meanwhile, or somebody
else decided, it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.audit.log import Changes
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.core.reasons import require_reason
from reviewer.intake.check.findings import codes_that_count
from reviewer.intake.corrections.screening_decisions import decision_in_force, facts_digest
from reviewer.intake.store.current_application import current_application
from reviewer.intake.store.table_writer import documents_of
from reviewer.intake.store.upsert import current_findings, judge
from reviewer.models import Application, Call, Eligibility, Screening, ScreeningState, Verdict, require_id
from reviewer.models.scopes import CURRENT_APPLICATION, current_of
from reviewer.screening import holds


@dataclass(frozen=True)
class EligibilityChange:
    """What a decision changed."""

    folio: str
    before: Eligibility
    after: Eligibility


@verb(Action.SCREEN)
def decide(
    actor: Actor, *, slug: str, folio: str, verdict: Verdict, reason: str, seen: str | None = None
) -> EligibilityChange:
    """Records a decision on one application. ``reason`` is stored for the answer to the applicant.

    Raises StaleWrite if the application is no longer as ``seen``, and UserError while somebody else holds it.
    """
    stored = _require_screening_call(actor, slug)
    with write_session() as session:
        return _decide(session, actor, stored, folio, verdict, _normalise_reason(reason), seen)


@verb(Action.SCREEN)
def screen(actor: Actor, *, slug: str, folios: Sequence[str], verdict: Verdict, reason: str) -> list[EligibilityChange]:
    """Records the same decision on several applications: all or none."""
    stored = _require_screening_call(actor, slug)
    unique_folios, reason = list(dict.fromkeys(folios)), _normalise_reason(reason)
    with write_session() as session:
        query = select(Application.folio).where(current_of(stored))
        known_folios = set(session.exec(query.where(col(Application.folio).in_(unique_folios))))
        missing = [folio for folio in unique_folios if folio not in known_folios]
        if missing:
            raise UserError(f"No hay una postulación vigente con este folio: {', '.join(missing)}.")
        now = clock.now()  # one time for all: what was decided together is undone together
        return [_decide(session, actor, stored, folio, verdict, reason, None, now) for folio in unique_folios]


@verb(Action.SCREEN)
def undo(actor: Actor, *, slug: str, folio: str) -> EligibilityChange:
    """Withdraws the actor's own decision if it is in force; the state before it applies again."""
    stored = _require_screening_call(actor, slug)
    with write_session() as session:
        return _undo(session, actor, stored, folio)


@verb(Action.SCREEN)
def undo_several(actor: Actor, *, slug: str, folios: Sequence[str]) -> list[EligibilityChange]:
    """Withdraws the actor's own decisions on several applications: all or none."""
    stored = _require_screening_call(actor, slug)
    with write_session() as session:
        return [_undo(session, actor, stored, folio) for folio in folios]


@dataclass(frozen=True)
class OwnDecision:
    """A decision that its author can withdraw, on one application or on several at once."""

    folios: tuple[str, ...]
    verdict: Verdict


@verb(Action.SCREEN)
def last_own_decision(viewer: Actor, *, slug: str) -> OwnDecision | None:
    """Returns the viewer's last decision, as far as it was neither withdrawn nor replaced."""
    stored = _require_screening_call(viewer, slug)
    query = (
        select(Screening, Application.folio)
        .join(Application, col(Application.id) == col(Screening.application_id))
        .where(Screening.call_id == stored.id, Screening.decided_by == viewer.label)
        .where(col(Screening.withdrawn_at).is_(None), CURRENT_APPLICATION)
    )
    with read_session() as session:
        last = session.exec(query.order_by(col(Screening.id).desc())).first()
        if last is None:
            return None
        together = session.exec(query.where(Screening.decided_at == last[0].decided_at).order_by(Application.folio))
        folios = tuple(
            folio
            for screening, folio in together
            if (in_force := decision_in_force(session, screening.application_id)) and in_force.id == screening.id
        )
    return OwnDecision(folios, last[0].verdict) if folios else None


def version_token(application: Application, decision: Screening | None) -> str:
    """Returns a text that changes whenever the application or the decision on it changes."""
    return f"{application.updated_at.isoformat()}/{decision.id if decision else 0}"


def _require_screening_call(actor: Actor, slug: str) -> Call:
    call = get_call(slug)
    require(actor, Action.SCREEN, call.phase)
    return call


def _undo(session: Session, actor: Actor, call: Call, folio: str) -> EligibilityChange:
    application = current_application(session, call, folio, lock=True)
    decision = decision_in_force(session, application.id)
    if decision is None:
        raise UserError(f"La {folio} no tiene una decisión que deshacer.")
    if decision.decided_by != actor.label and not actor.is_operator:
        raise UserError(f"La decisión sobre la {folio} es de otra persona: si no la comparte, decida usted.")
    decision.withdrawn_at = clock.now()
    session.flush()
    return _update_eligibility(session, actor, call, application, "screening.undo", {})


def _decide(
    session: Session,
    actor: Actor,
    call: Call,
    folio: str,
    verdict: Verdict,
    reason: str,
    version_seen: str | None,
    decided_at: datetime | None = None,
) -> EligibilityChange:
    application, spec = current_application(session, call, folio, lock=True), spec_of(call)
    holds.refuse_if_held_by_other(session, actor, application)
    before = decision_in_force(session, application.id)
    previous_decision = before and (before.decided_by, before.verdict, before.reason)
    is_repeated = previous_decision == (actor.label, verdict, reason)
    if is_repeated and application.screening is not ScreeningState.CHANGED:
        return EligibilityChange(folio, application.eligibility, application.eligibility)
    if version_seen is not None and version_seen != version_token(application, before):
        raise StaleWrite(f"La {folio} cambió mientras la miraba: revise lo que dice ahora y decida otra vez.")
    session.add(
        Screening(
            call_id=application.call_id,
            application_id=require_id(application),
            verdict=verdict,
            reason=reason,
            facts=facts_digest(session, application, spec),
            codes=";".join(sorted(_codes(session, application, spec))),
            decided_by=actor.label,
            decided_at=decided_at or clock.now(),
        )
    )
    session.flush()
    changes = {"reason": (before.reason if before else "", reason)}
    facts: dict[str, object] = {"verdict": verdict}
    change = _update_eligibility(session, actor, call, application, "screening.decide", facts, changes)
    holds.release(session, actor, application)
    return change


def _update_eligibility(
    session: Session,
    actor: Actor,
    call: Call,
    application: Application,
    action: str,
    detail: dict[str, object],
    changes: log.Values | None = None,
) -> EligibilityChange:
    before = application.eligibility
    judge(session, application, spec_of(call))
    facts = {"call": call.slug, **detail, "before": before, "after": application.eligibility}
    about = Changes(changes or {}, application.id)
    log.record(session, actor, action, "application", application.folio, facts, changes=about)
    return EligibilityChange(application.folio, before, application.eligibility)


def _codes(session: Session, application: Application, spec: CallSpec) -> frozenset[str]:
    required = {kind.key for kind in spec.documents if kind.required}
    documents = documents_of(session, application.id)
    refused = [document.refused for document in documents if document.refused and document.kind in required]
    pairs = ((finding.code, finding.severity) for finding in current_findings(session, application))
    return codes_that_count(pairs, refused)


def _normalise_reason(reason: str) -> str:
    use = "queda en la postulación y en la respuesta a quien postula"
    return require_reason(" ".join(reason.split()), use=use)

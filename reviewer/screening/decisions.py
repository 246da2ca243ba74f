"""Deciding by hand whether an application meets the call's rules, asking the applicant again, and undoing it.

Who decides names what she saw (``Case.seen``): a decision about data that changed meanwhile, or over
somebody else's decision, is refused instead of written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.audit import Changes
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading, writing
from reviewer.errors import Refused, Stale
from reviewer.intake.decided import decision_in_force, facts_of
from reviewer.intake.eligibility import codes_that_count
from reviewer.intake.standing import standing
from reviewer.intake.store import judge, standing_findings
from reviewer.intake.writing import documents_of
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    Eligibility,
    Screening,
    ScreeningState,
    Verdict,
)
from reviewer.screening import holds

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Decided:
    """What a decision changed."""

    folio: str
    before: Eligibility
    after: Eligibility


def decide(
    actor: Actor, *, call: str, folio: str, verdict: Verdict, reason: str, seen: str | None = None
) -> Decided:
    """Decides on one application. ``reason`` is kept for the answer to the applicant.

    Raises ``Stale`` where it is no longer as ``seen``, and ``Refused`` while somebody else has it before her.
    """
    stored = _screenable(actor, call)
    with writing() as session:
        return _decide(session, actor, stored, folio, verdict, _clean(reason), seen)


def screen(actor: Actor, *, call: str, folios: Sequence[str], verdict: Verdict, reason: str) -> list[Decided]:
    """Decides on several applications alike: all or none."""
    stored = _screenable(actor, call)
    wanted, words = list(dict.fromkeys(folios)), _clean(reason)
    with writing() as session:
        query = select(Application.folio).where(
            Application.call_id == stored.id, Application.status == ApplicationStatus.CURRENT
        )
        known = set(session.exec(query.where(col(Application.folio).in_(wanted))))
        missing = [each for each in wanted if each not in known]
        if missing:
            raise Refused(f"No hay una postulación vigente con este folio: {', '.join(missing)}.")
        return [_decide(session, actor, stored, each, verdict, words, None) for each in wanted]


def undo(actor: Actor, *, call: str, folio: str) -> Decided:
    """Takes back one's own decision, as long as it is the one in force; what stood before stands again."""
    stored = _screenable(actor, call)
    with writing() as session:
        application = standing(session, stored, folio, hold=True)
        decision = decision_in_force(session, application.id)
        if decision is None:
            raise Refused(f"La {folio} no tiene una decisión que deshacer.")
        if decision.decided_by != actor.label and not actor.is_operator:
            raise Refused(
                f"La decisión sobre la {folio} es de otra persona: si no la comparte, decida usted."
            )
        decision.withdrawn_at = clock.now()
        session.add(decision)
        session.flush()
        return _settled(session, actor, stored, application, "screening.undo", {})


@dataclass(frozen=True)
class OwnDecision:
    """A decision that its maker can take back."""

    folio: str
    verdict: Verdict


def last_own(viewer: Actor, *, call: str) -> OwnDecision | None:
    """The last decision of one's own that was not withdrawn and that nobody has decided over since."""
    stored = _screenable(viewer, call)
    query = (
        select(Screening, Application.folio)
        .join(Application, col(Application.id) == col(Screening.application_id))
        .where(Screening.call_id == stored.id, Screening.decided_by == viewer.label)
        .where(col(Screening.withdrawn_at).is_(None), Application.status == ApplicationStatus.CURRENT)
        .order_by(col(Screening.id).desc())
    )
    with reading() as session:
        found = session.exec(query).first()
        in_force = decision_in_force(session, found[0].application_id) if found else None
    if found is None or in_force is None or in_force.id != found[0].id:
        return None
    return OwnDecision(found[1], found[0].verdict)


def seen_of(application: Application, decision: Screening | None) -> str:
    """What tells an application, as it was looked at, from what it became since."""
    return f"{application.updated_at.isoformat()}/{decision.id if decision else 0}"


def _screenable(actor: Actor, slug: str) -> Call:
    call = get_call(slug)
    require(actor, Action.SCREEN, call.phase)
    return call


def _decide(
    session: Session,
    actor: Actor,
    call: Call,
    folio: str,
    verdict: Verdict,
    reason: str,
    seen: str | None,
) -> Decided:
    application, spec = standing(session, call, folio, hold=True), spec_of(call)
    holds.refuse_if_anothers(session, actor, application)
    before = decision_in_force(session, application.id)
    said = before and (before.decided_by, before.verdict, before.reason)
    if said == (actor.label, verdict, reason) and application.screening is not ScreeningState.CHANGED:
        return Decided(folio, application.eligibility, application.eligibility)  # told a second time
    if seen is not None and seen != seen_of(application, before):
        raise Stale(f"La {folio} cambió mientras la miraba: revise lo que dice ahora y decida otra vez.")
    session.add(
        Screening(
            call_id=application.call_id,
            application_id=application.id or 0,
            verdict=verdict,
            reason=reason,
            facts=facts_of(session, application, spec),
            codes=";".join(sorted(_codes(session, application, spec))),
            decided_by=actor.label,
        )
    )
    session.flush()
    changes = {"reason": (before.reason if before else "", reason)}
    decided = _settled(session, actor, call, application, "screening.decide", {"verdict": verdict}, changes)
    holds.let_go(session, actor, application)
    return decided


def _settled(
    session: Session,
    actor: Actor,
    call: Call,
    application: Application,
    action: str,
    detail: dict[str, object],
    changes: audit.Values | None = None,
) -> Decided:
    before = application.eligibility
    judge(session, application, spec_of(call))
    facts = {"call": call.slug, **detail, "before": before, "after": application.eligibility}
    about = Changes(changes or {}, application.id)
    audit.record(session, actor, action, "application", application.folio, facts, changes=about)
    return Decided(application.folio, before, application.eligibility)


def _codes(session: Session, application: Application, spec: CallSpec) -> frozenset[str]:
    required = {kind.key for kind in spec.documents if kind.required}
    refused = [each.refused for each in documents_of(session, application.id) if each.kind in required]
    pairs = ((each.code, each.severity) for each in standing_findings(session, application))
    return codes_that_count(pairs, [code for code in refused if code])


def _clean(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise Refused("Escriba el motivo: queda en la postulación y en la respuesta a quien postula.")
    if len(words) > LONGEST_REASON:
        raise Refused(f"El motivo pasa de {LONGEST_REASON} caracteres: hágalo más corto.")
    return words

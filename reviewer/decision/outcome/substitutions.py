"""Replacements: a free seat goes to the next waiting for its venue who keeps the rules, by amendment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewer.access import login_attempts
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, call_for, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.collect import applicant_names
from reviewer.decision.acta.facts import AmendmentFacts, ReplacementFact
from reviewer.decision.acta.signing import fill_signed, signed_versions
from reviewer.decision.outcome.seat_holders import SeatHolders, replacements, seat_holders_of
from reviewer.decision.selection import record
from reviewer.decision.selection.candidates import SelectionInput, load_selection_input
from reviewer.decision.selection.finalise import seated_cohort
from reviewer.decision.selection.optimisation.problem import breach
from reviewer.decision.selection.optimisation.rules import parse_rules
from reviewer.models import Acta, ActaKind, Answer, Application, Call, Replacement, Scenario, SeatReply, require_id

CAUSE_LABELS = {Answer.DECLINED: "Declinó", Answer.SILENT: "No respondió en el plazo"}


@dataclass(frozen=True)
class ProposedReplacement:
    """Who would take a seat, "" where nobody can; ``passed_over`` would have broken a rule."""

    venue: str
    freed_by: str
    cause: Answer
    taken_by: str
    passed_over: tuple[str, ...]


@verb(Action.SEE_ACTA)
def proposed_replacements(viewer: Actor, *, slug: str) -> tuple[ProposedReplacement, ...]:
    """Returns the replacements that the replies so far require, in order."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        return tuple(_propose(session, stored, seat_holders_of(session, stored)))


@verb(Action.FOLLOW_UP)
def sign_amendment(
    actor: Actor, *, slug: str, password: str, place: str, expected: Sequence[ProposedReplacement]
) -> None:
    """Signs an amendment with these replacements, once the coordinator's password is confirmed.

    Raises ``StaleWrite`` where the replies require others by now.
    """
    require(actor, Action.FOLLOW_UP)
    place = place.strip()
    if not place:
        raise UserError("Escriba el lugar en que se firma la adenda.")
    stored = call_for(actor, Action.FOLLOW_UP, slug)
    login_attempts.confirm_password(actor, password=password)
    with read_session() as session:
        cohort = seat_holders_of(session, stored)
        proposals = tuple(_propose(session, stored, cohort))
        if not proposals or proposals != tuple(expected):
            raise StaleWrite("Las respuestas cambiaron: revise las sustituciones y firme de nuevo.")
        facts = _facts(session, stored, cohort, proposals, actor, place)
        folios = [folio for row in proposals for folio in (row.freed_by, row.taken_by)]
        names = applicant_names(session, stored, folios)
    document = pdf.render(wording.amendment(facts, names=names))
    with write_session() as session:
        advisory_lock(session, f"acta {slug}")
        stored = session.get_one(Call, stored.id)
        require(actor, Action.FOLLOW_UP, stored.phase)
        cohort = seat_holders_of(session, stored)
        if amended_fingerprint(session, stored, cohort, proposals) != facts.fingerprint:
            raise StaleWrite("Otra persona firmó una adenda: revise las sustituciones y firme de nuevo.")
        _store_amendment(session, actor, stored, facts, document, proposals)


def amended_fingerprint(
    session: Session, call: Call, cohort: SeatHolders, new: Sequence[ProposedReplacement] = ()
) -> str:
    """Returns the digest of the acta's fingerprint and all replacements up to ``new``."""
    made: list[Replacement | ProposedReplacement] = [*replacements(session, call), *new]
    return replacements_digest(cohort.acta.fingerprint, [[row.venue, row.freed_by, row.taken_by] for row in made])


def replacements_digest(acta: str, replaced: Sequence[Sequence[str]]) -> str:
    """Returns the digest of an acta's fingerprint and of its replacements, in order.

    A replacement is (venue, freed by, taken by).
    """
    content = {"acta": acta, "replacements": [list(replacement) for replacement in replaced]}
    return record.json_digest(content)


def _propose(session: Session, call: Call, cohort: SeatHolders) -> list[ProposedReplacement]:
    freed = _freed_seats(session, call, cohort)
    if not freed:
        return []
    scenario = session.get_one(Scenario, cohort.acta.scenario_id)
    spec = spec_of(call)
    selection_input = load_selection_input(session, call, parse_rules(scenario.solved, spec))
    seats = {seat.folio: seat.venue for seat in cohort.seats}
    proposals: list[ProposedReplacement] = []
    for folio, cause in freed:
        venue = seats[folio]
        taken = {proposal.taken_by for proposal in proposals}
        waiting = [candidate for candidate in cohort.waiting[venue] if candidate not in taken]
        taker, passed_over = _next_replacement(selection_input, spec, seats, folio, waiting)
        del seats[folio]
        if taker:
            seats[taker] = venue
        proposals.append(ProposedReplacement(venue, folio, cause, taker, tuple(passed_over)))
    return proposals


def _freed_seats(session: Session, call: Call, cohort: SeatHolders) -> list[tuple[str, Answer]]:
    """Returns who gave up a seat and why, in order of their replies."""
    query = (
        select(Application.folio, SeatReply)
        .join(SeatReply, col(SeatReply.application_id) == Application.id)
        .where(SeatReply.call_id == call.id, col(SeatReply.answer).in_(list(CAUSE_LABELS)))
        .order_by(col(SeatReply.answered_at), Application.folio)
    )
    return [(folio, reply.answer) for folio, reply in session.exec(query) if cohort.seat_of(folio)]


def _next_replacement(
    selection_input: SelectionInput, spec: CallSpec, seats: dict[str, str], leaving: str, waiting: list[str]
) -> tuple[str, list[str]]:
    """Returns the first who can replace ``leaving`` without violating any bound more, and those before them.

    The first is "" where nobody can.
    """
    folios, remaining = selection_input.problem.pool.folios, seats.keys() - {leaving}
    breaches_before = _bound_breaches(selection_input, spec, seats)
    passed_over: list[str] = []
    for folio in waiting:
        new_seats = {seated: seats[seated] for seated in remaining} | {folio: seats[leaving]}
        breaches = zip(_bound_breaches(selection_input, spec, new_seats), breaches_before, strict=True)
        if folio in folios and all(now <= then for now, then in breaches):
            return folio, passed_over
        passed_over.append(folio)
    return "", passed_over


def _bound_breaches(selection_input: SelectionInput, spec: CallSpec, seats: dict[str, str]) -> list[int]:
    """Returns by how many people each bound is violated with these seats (venue key by folio)."""
    bounds = selection_input.problem.bounds
    counts = seated_cohort(selection_input, spec, seats).counts(bounds)
    return [breach(bound, count) for bound, count in zip(bounds, counts, strict=True)]


def _facts(
    session: Session,
    call: Call,
    cohort: SeatHolders,
    proposals: Sequence[ProposedReplacement],
    actor: Actor,
    place: str,
) -> AmendmentFacts:
    spec = spec_of(call)
    return AmendmentFacts(
        call=call.slug,
        title=spec.title,
        organizers=spec.organizers,
        timezone=spec.timezone,
        number=len(signed_versions(session, call, ActaKind.AMENDMENT)) + 1,
        acta_version=cohort.acta.version,
        acta_fingerprint=cohort.acta.fingerprint,
        place=place,
        replacements=tuple(
            ReplacementFact(
                venue=spec.venue_labels[proposal.venue],
                freed_by=proposal.freed_by,
                cause=CAUSE_LABELS[proposal.cause],
                taken_by=proposal.taken_by,
                passed_over=proposal.passed_over,
            )
            for proposal in proposals
        ),
        fingerprint=amended_fingerprint(session, call, cohort, proposals),
        signed_by=actor.name,
        signed_at=clock.now(),
    )


def _store_amendment(
    session: Session,
    actor: Actor,
    call: Call,
    facts: AmendmentFacts,
    document: bytes,
    proposals: Sequence[ProposedReplacement],
) -> None:
    amendment = Acta(call_id=require_id(call), kind=ActaKind.AMENDMENT, version=facts.number)
    fill_signed(amendment, actor, facts, document)
    session.add(amendment)
    session.flush()
    session.add_all(
        Replacement(
            call_id=require_id(call),
            amendment_id=require_id(amendment),
            venue=proposal.venue,
            freed_by=proposal.freed_by,
            cause=proposal.cause,
            taken_by=proposal.taken_by,
        )
        for proposal in proposals
    )
    detail = {
        "number": facts.number,
        "fingerprint": facts.fingerprint,
        "document": amendment.document_sha256,
        "replacements": [[proposal.freed_by, proposal.taken_by] for proposal in proposals],
    }
    log.record(session, actor, "acta.amend", "call", call.slug, detail)

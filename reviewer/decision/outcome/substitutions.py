"""A place that falls free goes to the next of its venue's waiting list that keeps the rules, by amendment."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session, col, select

from reviewer.access import login_attempts
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_for, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.decision.acta import facts as stated
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.collect import applicant_names
from reviewer.decision.acta.facts import AmendmentFacts
from reviewer.decision.acta.signing import signed_versions
from reviewer.decision.outcome.seat_holders import SeatHolders, replacements, seat_holders_of
from reviewer.decision.selection.candidates import SelectionInput, load_selection_input
from reviewer.decision.selection.problem import Cohort as Seated
from reviewer.decision.selection.problem import breach
from reviewer.decision.selection.rules import parse_rules
from reviewer.models import (
    Acta,
    ActaKind,
    Answer,
    Application,
    Call,
    Replacement,
    Scenario,
    SeatReply,
    require_id,
)

CAUSE_LABELS = {Answer.DECLINED: "Declinó", Answer.SILENT: "No respondió en el plazo"}


@dataclass(frozen=True)
class ProposedReplacement:
    """Who would take a seat; "" where nobody waiting could. With those ``passed_over`` a rule would break."""

    venue: str
    freed_by: str
    cause: Answer
    taken_by: str
    passed_over: tuple[str, ...]


@verb(Action.SEE_ACTA)
def proposed_replacements(viewer: Actor, *, slug: str) -> tuple[ProposedReplacement, ...]:
    """Returns the replacements that the answers so far ask for, one after the other."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        return tuple(_propose(session, stored, seat_holders_of(session, stored)))


@verb(Action.FOLLOW_UP)
def sign_amendment(
    actor: Actor, *, slug: str, password: str, place: str, expected: Sequence[ProposedReplacement]
) -> None:
    """Signs an amendment with these replacements, after the coordinator's password.

    Raises ``StaleWrite`` where the answers ask for others by now.
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
        names = applicant_names(
            session,
            stored,
            [folio for proposal in proposals for folio in (proposal.freed_by, proposal.taken_by)],
        )
    document = pdf.render(wording.amendment(facts, names=names))
    with write_session() as session:
        advisory_lock(session, f"acta {slug}")
        stored = session.get_one(Call, stored.id)
        require(actor, Action.FOLLOW_UP, stored.phase)
        if (
            amended_fingerprint(session, stored, seat_holders_of(session, stored), proposals)
            != facts.fingerprint
        ):
            raise StaleWrite("Otra persona firmó una adenda: revise las sustituciones y firme de nuevo.")
        _store_amendment(session, actor, stored, facts, document, proposals)


def amended_fingerprint(
    session: Session, call: Call, cohort: SeatHolders, new: Sequence[ProposedReplacement] = ()
) -> str:
    """SHA-256 over the acta's fingerprint and every replacement up to and with ``new``: folios only."""
    before = [
        [replacement.venue, replacement.freed_by, replacement.taken_by]
        for replacement in replacements(session, call)
    ]
    return replacements_digest(
        cohort.acta.fingerprint,
        [*before, *([proposal.venue, proposal.freed_by, proposal.taken_by] for proposal in new)],
    )


def replacements_digest(acta: str, replaced: Sequence[Sequence[str]]) -> str:
    """The digest of an acta's fingerprint and (venue, freed by, taken by) of each replacement, in order."""
    content = {"acta": acta, "replacements": [list(replacement) for replacement in replaced]}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _propose(session: Session, call: Call, cohort: SeatHolders) -> list[ProposedReplacement]:
    freed = _freed_seats(session, call, cohort)
    if not freed:
        return []
    scenario = session.get_one(Scenario, cohort.acta.scenario_id)
    spec = spec_of(call)
    standing = load_selection_input(session, call, parse_rules(scenario.solved, spec))
    seats = {seat.folio: seat.venue for seat in cohort.seats}
    waiting = {venue_key: list(folios) for venue_key, folios in cohort.waiting.items()}
    venue_keys = list(spec.venue_labels)
    proposals = []
    for folio, cause in freed:
        venue_key = seats.pop(folio)
        taker, passed_over = _next_replacement(
            standing, venue_keys, seats, folio, venue_key, waiting[venue_key]
        )
        if taker:
            seats[taker] = venue_key
            waiting = {
                key: [candidate for candidate in folios if candidate != taker]
                for key, folios in waiting.items()
            }
        proposals.append(ProposedReplacement(venue_key, folio, cause, taker, tuple(passed_over)))
    return proposals


def _freed_seats(session: Session, call: Call, cohort: SeatHolders) -> list[tuple[str, Answer]]:
    """Returns who gave a seat up, in the order in which they did."""
    query = (
        select(Application.folio, SeatReply)
        .join(SeatReply, col(SeatReply.application_id) == Application.id)
        .where(SeatReply.call_id == call.id, col(SeatReply.answer).in_(list(CAUSE_LABELS)))
        .order_by(col(SeatReply.answered_at), Application.folio)
    )
    return [(folio, reply.answer) for folio, reply in session.exec(query) if cohort.seat_of(folio)]


def _next_replacement(
    standing: SelectionInput,
    venue_keys: list[str],
    seats: dict[str, str],
    leaving: str,
    venue: str,
    waiting: list[str],
) -> tuple[str, list[str]]:
    """The first who waits with whom no bound is missed by more than with ``leaving``; who was passed over."""
    breaches_before = _bound_breaches(standing, venue_keys, {**seats, leaving: venue})
    passed_over: list[str] = []
    for folio in waiting:
        breaches_after = _bound_breaches(standing, venue_keys, {**seats, folio: venue})
        if folio in standing.problem.pool.folios and all(
            now <= then for now, then in zip(breaches_after, breaches_before, strict=True)
        ):
            return folio, passed_over
        passed_over.append(folio)
    return "", passed_over


def _bound_breaches(standing: SelectionInput, venue_keys: list[str], seats: dict[str, str]) -> list[int]:
    """Returns by how many people each bound is missed with these seats (venue by folio)."""
    bounds = standing.problem.bounds
    counts = seated_cohort(standing, venue_keys, seats).counts(bounds)
    return [breach(bound, count) for bound, count in zip(bounds, counts, strict=True)]


def seated_cohort(standing: SelectionInput, keys: list[str], seats: dict[str, str]) -> Seated:
    """These seats (venue by folio) as numbers in the pool and venues by the place of their ``venue_keys``."""
    numbers = {folio: number for number, folio in enumerate(standing.problem.pool.folios) if folio in seats}
    return Seated(
        np.array(list(numbers.values()), dtype=np.int64),
        np.array([keys.index(seats[folio]) for folio in numbers], dtype=np.int64),
    )


def _facts(
    session: Session,
    call: Call,
    cohort: SeatHolders,
    proposals: Sequence[ProposedReplacement],
    actor: Actor,
    place: str,
) -> AmendmentFacts:
    spec = spec_of(call)
    labels = spec.venue_labels
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
            stated.ReplacementFact(
                venue=labels[proposal.venue],
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
    amendment = Acta(
        call_id=require_id(call),
        kind=ActaKind.AMENDMENT,
        version=facts.number,
        facts=facts.model_dump(mode="json"),
        fingerprint=facts.fingerprint,
        document=base64.b64encode(document).decode(),
        document_sha256=hashlib.sha256(document).hexdigest(),
        signed_at=facts.signed_at,
        signed_by=actor.person_id,
    )
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
    log.record(
        session,
        actor,
        "acta.amend",
        "call",
        call.slug,
        {
            "number": facts.number,
            "fingerprint": facts.fingerprint,
            "document": amendment.document_sha256,
            "replacements": [[proposal.freed_by, proposal.taken_by] for proposal in proposals],
        },
    )

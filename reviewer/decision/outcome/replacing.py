"""A place that falls free goes to the next of its venue's waiting list that keeps the rules, by amendment."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit, sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.decision.acta import facts as stated
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.facts import AmendmentFacts
from reviewer.decision.acta.gathering import names_of
from reviewer.decision.acta.signing import signed_versions
from reviewer.decision.outcome.cohort import Cohort, cohort_of, replacements
from reviewer.decision.selection.people import Standing, standing_of
from reviewer.decision.selection.problem import Cohort as Seated
from reviewer.decision.selection.problem import breach
from reviewer.decision.selection.rules import parse_rule
from reviewer.errors import Refused, Stale
from reviewer.models import Acta, ActaKind, Answer, Application, Call, Replacement, Scenario, SeatReply

CAUSES = {Answer.DECLINED: "Declinó", Answer.SILENT: "No respondió en el plazo"}


@dataclass(frozen=True)
class Proposed:
    """Who would take a seat; "" where nobody waiting could. With those ``passed_over`` a rule would break."""

    venue: str
    freed_by: str
    cause: Answer
    taken_by: str
    passed_over: tuple[str, ...]


def proposed(viewer: Actor, *, call: str) -> tuple[Proposed, ...]:
    """The replacements that the answers so far ask for, one after the other."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        return tuple(_proposed(session, stored, cohort_of(session, stored)))


def amend(actor: Actor, *, call: str, password: str, place: str, expected: Sequence[Proposed]) -> None:
    """Signs an amendment with these replacements, after the coordinator's password.

    Raises ``Stale`` where the answers ask for others by now.
    """
    require(actor, Action.FOLLOW_UP)
    place = place.strip()
    if not place:
        raise Refused("Escriba el lugar en que se firma la adenda.")
    stored = get_call(call)
    require(actor, Action.FOLLOW_UP, stored.phase)
    sessions.confirm_password(actor, password=password)
    with reading() as session:
        cohort = cohort_of(session, stored)
        found = tuple(_proposed(session, stored, cohort))
        if not found or found != tuple(expected):
            raise Stale("Las respuestas cambiaron: revise las sustituciones y firme de nuevo.")
        facts = _facts(session, stored, cohort, found, actor, place)
        names = names_of(
            session, stored, [folio for each in found for folio in (each.freed_by, each.taken_by)]
        )
    document = pdf.draw(wording.amendment(facts, names=names))
    with writing() as session:
        advisory_lock(session, f"acta {call}")
        stored = session.get_one(Call, stored.id)
        require(actor, Action.FOLLOW_UP, stored.phase)
        if fingerprint(session, stored, cohort_of(session, stored), found) != facts.fingerprint:
            raise Stale("Otra persona firmó una adenda: revise las sustituciones y firme de nuevo.")
        _keep(session, actor, stored, facts, document, found)


def fingerprint(session: Session, call: Call, cohort: Cohort, new: Sequence[Proposed] = ()) -> str:
    """SHA-256 over the acta's fingerprint and every replacement up to and with ``new``: folios only."""
    before = [[each.venue, each.freed_by, each.taken_by] for each in replacements(session, call)]
    return chained(cohort.acta.fingerprint, [*before, *([e.venue, e.freed_by, e.taken_by] for e in new)])


def chained(acta: str, replaced: Sequence[Sequence[str]]) -> str:
    """The digest of an acta's fingerprint and (venue, freed by, taken by) of each replacement, in order."""
    content = {"acta": acta, "replacements": [list(each) for each in replaced]}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _proposed(session: Session, call: Call, cohort: Cohort) -> list[Proposed]:
    freeing = _freeing(session, call, cohort)
    if not freeing:
        return []
    scenario = session.get_one(Scenario, cohort.acta.scenario_id)
    spec = spec_of(call)
    standing = standing_of(session, call, [parse_rule(each, spec) for each in scenario.solved])
    seats = {each.folio: each.venue for each in cohort.seats}
    waiting = {venue: list(folios) for venue, folios in cohort.waiting.items()}
    keys = [each.key for each in spec.venues]
    found = []
    for folio, cause in freeing:
        venue = seats.pop(folio)
        taken, passed = _next(standing, keys, seats, folio, venue, waiting[venue])
        if taken:
            seats[taken] = venue
            waiting = {key: [each for each in folios if each != taken] for key, folios in waiting.items()}
        found.append(Proposed(venue, folio, cause, taken, tuple(passed)))
    return found


def _freeing(session: Session, call: Call, cohort: Cohort) -> list[tuple[str, Answer]]:
    """Who gave a seat up, in the order in which they did."""
    query = (
        select(Application.folio, SeatReply)
        .join(SeatReply, col(SeatReply.application_id) == Application.id)
        .where(SeatReply.call_id == call.id, col(SeatReply.answer).in_(list(CAUSES)))
        .order_by(col(SeatReply.answered_at), Application.folio)
    )
    return [(folio, reply.answer) for folio, reply in session.exec(query) if cohort.seat_of(folio)]


def _next(
    standing: Standing, keys: list[str], seats: dict[str, str], leaving: str, venue: str, waiting: list[str]
) -> tuple[str, list[str]]:
    """The first who waits with whom no bound is missed by more than with ``leaving``; who was passed over."""
    before = _misses(standing, keys, {**seats, leaving: venue})
    passed: list[str] = []
    for folio in waiting:
        after = _misses(standing, keys, {**seats, folio: venue})
        if folio in standing.problem.pool.folios and all(
            now <= then for now, then in zip(after, before, strict=True)
        ):
            return folio, passed
        passed.append(folio)
    return "", passed


def _misses(standing: Standing, keys: list[str], seats: dict[str, str]) -> list[int]:
    """By how many people each bound is missed with these seats (venue by folio)."""
    bounds = standing.problem.bounds
    counts = seated_of(standing, keys, seats).counts(bounds)
    return [breach(bound, count) for bound, count in zip(bounds, counts, strict=True)]


def seated_of(standing: Standing, keys: list[str], seats: dict[str, str]) -> Seated:
    """These seats (venue by folio) as numbers in the pool and venues by the place of their ``keys``."""
    numbers = {folio: number for number, folio in enumerate(standing.problem.pool.folios) if folio in seats}
    return Seated(
        np.array(list(numbers.values()), dtype=np.int64),
        np.array([keys.index(seats[folio]) for folio in numbers], dtype=np.int64),
    )


def _facts(
    session: Session, call: Call, cohort: Cohort, found: Sequence[Proposed], actor: Actor, place: str
) -> AmendmentFacts:
    spec = spec_of(call)
    labels = {each.key: each.label for each in spec.venues}
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
            stated.Replacement(
                venue=labels[each.venue],
                freed_by=each.freed_by,
                cause=CAUSES[each.cause],
                taken_by=each.taken_by,
                passed_over=each.passed_over,
            )
            for each in found
        ),
        fingerprint=fingerprint(session, call, cohort, found),
        signed_by=actor.name,
        signed_at=clock.now(),
    )


def _keep(
    session: Session,
    actor: Actor,
    call: Call,
    facts: AmendmentFacts,
    document: bytes,
    found: Sequence[Proposed],
) -> None:
    amendment = Acta(
        call_id=call.id or 0,
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
            call_id=call.id or 0,
            amendment_id=amendment.id or 0,
            venue=each.venue,
            freed_by=each.freed_by,
            cause=each.cause,
            taken_by=each.taken_by,
        )
        for each in found
    )
    audit.record(
        session,
        actor,
        "acta.amend",
        "call",
        call.slug,
        {
            "number": facts.number,
            "fingerprint": facts.fingerprint,
            "document": amendment.document_sha256,
            "replacements": [[each.freed_by, each.taken_by] for each in found],
        },
    )

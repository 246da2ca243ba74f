"""Checks of scores, conflicts of interest, selections and signed actas."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator

from sqlmodel import Session, col, func, or_, select

from reviewer.call.spec import spec_of
from reviewer.decision.acta.signing import acta_in_force
from reviewer.decision.outcome.seat_holders import seat_holders_of
from reviewer.decision.outcome.substitutions import replacements_digest
from reviewer.decision.selection.record import fingerprint, selection_of
from reviewer.models import (
    Acta,
    ActaKind,
    AgendaItem,
    Application,
    Assignment,
    Call,
    Conflict,
    Replacement,
    Review,
    Scenario,
    Score,
    Vote,
)
from reviewer.models.scopes import OPEN_ASSIGNMENT, SUBMITTED_REVIEW, eligible_of


def scores_on_the_scale(session: Session) -> Iterator[str]:
    """Every score has a level and a criterion of the call's rubric."""
    for call in session.exec(select(Call)):
        spec = spec_of(call)
        low, high = spec.scale
        query = (
            select(Application.folio, Score.criterion, Score.value)
            .join(Review, col(Review.id) == Score.review_id)
            .join(Application, col(Application.id) == Review.application_id)
            .where(Review.call_id == call.id)
            .where(
                or_(
                    col(Score.value) < low,
                    col(Score.value) > high,
                    col(Score.criterion).not_in([criterion.key for criterion in spec.criteria]),
                )
            )
        )
        for folio, criterion, value in session.exec(query):
            yield f"{call.slug}: {folio} tiene {value} en «{criterion}», fuera de la rúbrica."


def no_juror_with_conflict(session: Session) -> Iterator[str]:
    """No juror is assigned, votes on, or has a counted review of an application with a declared conflict."""
    conflicts = select(Application.folio, Conflict.person_id).join(
        Conflict, col(Conflict.application_id) == Application.id
    )
    assigned = conflicts.join(Assignment, col(Assignment.application_id) == Application.id).where(
        Assignment.person_id == Conflict.person_id, OPEN_ASSIGNMENT
    )
    voted = (
        conflicts.join(AgendaItem, col(AgendaItem.application_id) == Application.id)
        .join(Vote, col(Vote.item_id) == AgendaItem.id)
        .where(Vote.person_id == Conflict.person_id, Vote.cast_at > Conflict.declared_at)
    )
    scored = conflicts.join(Review, col(Review.application_id) == Application.id).where(
        Review.person_id == Conflict.person_id, SUBMITTED_REVIEW
    )
    queries = ((assigned, "tiene asignada"), (voted, "votó"), (scored, "calificó y cuenta en"))
    for query, verb_phrase in queries:
        for folio, person in session.exec(query):
            yield f"La persona {person} {verb_phrase} {folio}, con la que declaró conflicto de interés."


def selections(session: Session) -> Iterator[str]:
    """A call has one selection in force, without duplicates, of eligible applications."""
    duplicates = (
        select(Call.slug, func.count())
        .join(Scenario, col(Scenario.call_id) == Call.id)
        .where(col(Scenario.in_force_since).is_not(None))
        .group_by(Call.slug)
        .having(func.count() > 1)
    )
    for slug, count in session.exec(duplicates):
        yield f"{slug}: hay {count} selecciones vigentes."
    in_force = select(Call, Scenario).join(Scenario, col(Scenario.call_id) == Call.id)
    for call, scenario in session.exec(in_force.where(col(Scenario.in_force_since).is_not(None))):
        places = selection_of(session, scenario).selected
        for folio, count in Counter(place.folio for place in places).items():
            if count > 1:
                yield f"{call.slug}: {folio} está {count} veces en la selección vigente."
        eligible_folios = set(session.exec(select(Application.folio).where(eligible_of(call))))
        for place in places:
            if place.folio not in eligible_folios:
                yield f"{call.slug}: {place.folio} está en la selección vigente y no es elegible."


def seats(session: Session) -> Iterator[str]:
    """A signed selection, amendments included, fills no venue beyond its seats."""
    for call in session.exec(select(Call)):
        if acta_in_force(session, call) is None:
            continue
        taken_seats = Counter(seat.venue for seat in seat_holders_of(session, call).seats)
        for venue in spec_of(call).venues:
            if taken_seats[venue.key] > venue.seats:
                occupancy = f"{taken_seats[venue.key]} personas para {venue.seats} lugares"
                yield f"{call.slug}: {venue.label} tiene {occupancy}."


def actas(session: Session) -> Iterator[str]:
    """Every signed document is unchanged, and the acta in force has the fingerprint of the current data."""
    for acta, call in session.exec(
        select(Acta, Call).join(Call, col(Call.id) == Acta.call_id).where(col(Acta.signed_at).is_not(None))
    ):
        name = f"{call.slug}: {'el acta' if acta.kind is ActaKind.ACTA else 'la adenda'} {acta.version}"
        if hashlib.sha256(base64.b64decode(acta.document)).hexdigest() != acta.document_sha256:
            yield f"{name} no es el documento que se firmó."
        if acta.facts.get("fingerprint") != acta.fingerprint:
            yield f"{name} dice otra huella que la que se firmó."
    for call in session.exec(select(Call)):
        standing = acta_in_force(session, call)
        if standing is None:
            continue
        selection = selection_of(session, session.get_one(Scenario, standing.scenario_id))
        if fingerprint(session, call, selection) != standing.fingerprint:
            yield (
                f"{call.slug}: los folios, puntajes o decisiones ya no son los del acta {standing.version}: "
                "la huella es otra."
            )
        yield from _amendments(session, call, standing)


def _amendments(session: Session, call: Call, standing: Acta) -> Iterator[str]:
    """Each amendment has the digest of the acta's fingerprint and every replacement up to it."""
    query = (
        select(Replacement, Acta)
        .join(Acta, col(Acta.id) == Replacement.amendment_id)
        .where(Replacement.call_id == call.id)
        .order_by(col(Replacement.id))
    )
    replacements: list[tuple[str, str, str]] = []
    fingerprints: dict[int, tuple[str, str]] = {}
    for replacement, amendment in session.exec(query):
        replacements.append((replacement.venue, replacement.freed_by, replacement.taken_by))
        fingerprints[amendment.version] = (
            replacements_digest(standing.fingerprint, replacements),
            amendment.fingerprint,
        )
    for number, (computed, signed) in fingerprints.items():
        if computed != signed:
            yield f"{call.slug}: las sustituciones ya no son las de la adenda {number}: la huella es otra."

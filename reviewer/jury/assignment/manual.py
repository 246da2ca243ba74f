"""Changing by hand who reads what: giving, taking and handing over, in bulk, shown before it happens."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, spec_of
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.workload import AssignmentState, load_state
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, current_of

MAX_FOLIOS = 5_000
_RANGE = re.compile(r"(\S+?)\s*(?:\.\.|…|–|—|\ba\b)\s*(\S+)")


@dataclass(frozen=True)
class Change:
    """``folios`` leave ``giver`` and go to ``taker``; without a giver they are given, without a taker taken.

    With ``exchanged``, those folios of the taker's go to the giver in exchange.
    """

    folios: tuple[str, ...]
    giver: int | None = None
    taker: int | None = None
    exchanged: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangePreview:
    """What part of a change is possible; ``rejected`` holds (folio, reason).

    ``understaffed`` are the folios that the change would leave with too few readers.
    """

    movable: tuple[str, ...]
    exchanged: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    understaffed: tuple[str, ...]
    above_limit: int

    @property
    def count(self) -> int:
        """How many assignments change."""
        return len(self.movable) + len(self.exchanged)


def parse_folios(text: str, call: Call) -> tuple[str, ...]:
    """Folios as people list them: separated by anything, ranges as «GUI-0010 a GUI-0020» or «10 a 20»."""
    prefix = spec_of(call).folio_prefix

    def spelled(word: str) -> str:
        digits = re.fullmatch(rf"(?:{prefix})?-?(\d{{1,9}})", word, re.IGNORECASE)
        return f"{prefix}-{int(digits[1]):04d}" if digits else word

    folios: list[str] = []
    for part in re.split(r"[,;\n\t]+", text.strip()):
        ends = _RANGE.fullmatch(part.strip())
        if ends:
            folios += _expand_range(spelled(ends[1]), spelled(ends[2]))
        else:
            folios += [spelled(word) for word in part.split()]
    if len(folios) > MAX_FOLIOS:
        raise UserError(f"Son más de {MAX_FOLIOS:,} folios: hágalo por partes.")
    return tuple(dict.fromkeys(folios))


@verb(Action.ASSIGN)
def pending_folios(viewer: Actor, *, slug: str, person_id: int) -> list[str]:
    """The folios that this juror has and did not begin, in order."""
    require(viewer, Action.ASSIGN)
    query: Any = (
        select(Application.folio)
        .join(Assignment, col(Assignment.application_id) == Application.id)
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(
            Review, (col(Review.application_id) == Application.id) & (col(Review.person_id) == person_id)
        )
        .where(Call.slug == slug, Assignment.person_id == person_id, col(Review.id).is_(None))
        .where(OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .order_by(Application.folio)
    )
    with read_session() as session:
        return list(session.exec(query))


@verb(Action.ASSIGN)
def preview_change(viewer: Actor, *, slug: str, change: Change) -> ChangePreview:
    """What this change would do now."""
    require(viewer, Action.ASSIGN)
    with read_session() as session:
        return _check_change(session, call_in(session, slug), change)[0]


@verb(Action.ASSIGN)
def carry_out(actor: Actor, *, slug: str, change: Change) -> ChangePreview:
    """Does all of it that can be done; what was begun never moves. Refused where nothing can."""
    require(actor, Action.ASSIGN)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.ASSIGN, call.phase)
        advisory_lock(session, f"assign {slug}")
        preview, state = _check_change(session, call, change)
        if not preview.count:
            raise UserError("No hay nada que cambiar: ninguno de esos folios puede moverse así.")
        ids_by_folio = {folio: application_id for application_id, folio in state.folios.items()}
        for folios, giver, taker in (
            (preview.movable, change.giver, change.taker),
            (preview.exchanged, change.taker, change.giver),
        ):
            if giver is not None:
                workload.close_assignments(session, [(ids_by_folio[folio], giver) for folio in folios])
            if taker is not None:
                workload.add_assignments(session, state, [(ids_by_folio[folio], taker) for folio in folios])
        facts = {
            **{"giver": change.giver, "taker": change.taker},
            **{"folios": list(preview.movable), "back": list(preview.exchanged)},
        }
        log.record(session, actor, "assignment.hand", "call", slug, facts)
        return preview


def _check_change(session: Session, call: Call, change: Change) -> tuple[ChangePreview, AssignmentState]:
    if change.giver == change.taker:
        raise UserError("Elija dos personas distintas." if change.giver else "Elija a quién.")
    all_folios = (*change.folios, *change.exchanged)
    ids_by_folio = _ids_by_folio(session, call, all_folios)
    state = load_state(session, call, only=set(ids_by_folio.values()))
    statuses = _review_statuses(session, set(ids_by_folio.values()))
    movable, rejected = list[str](), list[tuple[str, str]]()
    exchanged: list[str] = []
    for folios, giver, taker, accepted in (
        (change.folios, change.giver, change.taker, movable),
        (change.exchanged, change.taker, change.giver, exchanged),
    ):
        for folio in folios:
            reason = _refusal_reason(state, statuses, ids_by_folio.get(folio), giver, taker)
            if reason:
                rejected.append((folio, reason))
            else:
                accepted.append(folio)
    reviews_per_application = spec_of(call).review.reviews_per_application
    understaffed = [
        folio
        for folio in movable
        if change.taker is None and len(statuses[ids_by_folio[folio]]) - 1 < reviews_per_application
    ]
    above_limit = _count_above_limit(state, change.taker, len(movable) - len(exchanged))
    return ChangePreview(
        tuple(movable), tuple(exchanged), tuple(rejected), tuple(understaffed), above_limit
    ), state


def _refusal_reason(
    state: AssignmentState,
    statuses: dict[int, dict[int, ReviewStatus | None]],
    application_id: int | None,
    giver: int | None,
    taker: int | None,
) -> str:
    """Why this folio can't be moved so; empty: it can."""
    if application_id is None or application_id not in state.folios:
        return "no es una postulación elegible de esta convocatoria"
    readers = statuses[application_id]
    if giver is not None:
        if giver not in readers:
            return "no la tiene"
        if readers[giver] is not None:
            return "ya la envió" if readers[giver] is ReviewStatus.SUBMITTED else "ya la empezó"
    if taker is not None:
        juror_number = next(
            (number for number, juror in enumerate(state.jurors) if juror.person_id == taker), None
        )
        if juror_number is None:
            return "quien la recibiría no está en el jurado"
        if taker in readers:
            return "ya la tiene"
        if juror_number in state.same_alcaldia.get(application_id, ()):
            return "es de su propia alcaldía"
        if juror_number in state.barred.get(application_id, ()):
            return "tiene un conflicto de interés"
    return ""


def _count_above_limit(state: AssignmentState, taker: int | None, added: int) -> int:
    """How many applications above her limit the taker would be."""
    for juror, load, limit in zip(state.jurors, state.loads, state.limits, strict=True):
        if juror.person_id == taker:
            return int(max(0, load + added - limit))
    return 0


def _ids_by_folio(session: Session, call: Call, folios: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for start in range(0, len(folios), 500):
        query = select(Application.folio, Application.id).where(
            current_of(call),
            col(Application.folio).in_(folios[start : start + 500]),
        )
        ids |= {folio: application_id or 0 for folio, application_id in session.exec(query)}
    return ids


def _review_statuses(
    session: Session, application_ids: set[int]
) -> dict[int, dict[int, ReviewStatus | None]]:
    """Of each application: who has it now, and how far she is."""
    statuses: dict[int, dict[int, ReviewStatus | None]] = defaultdict(dict)
    for part in workload.query_chunks(sorted(application_ids)):
        query: Any = (
            select(Assignment.application_id, Assignment.person_id, Review.status)
            .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
            .where(col(Assignment.application_id).in_(part), OPEN_ASSIGNMENT)
        )
        for application_id, person_id, status in session.exec(query):
            statuses[application_id][person_id] = status
    return statuses


def _expand_range(first: str, last: str) -> list[str]:
    """The folios of a range; both ends where it is none."""
    ends = [re.fullmatch(r"(.*?)(\d+)", folio) for folio in (first, last)]
    if not ends[0] or not ends[1] or ends[0][1] != ends[1][1]:
        return [first, last]
    low, high, width = int(ends[0][2]), int(ends[1][2]), len(ends[0][2])
    if high - low >= MAX_FOLIOS:
        raise UserError(f"Son más de {MAX_FOLIOS:,} folios: hágalo por partes.")
    return [f"{ends[0][1]}{number:0{width}d}" for number in range(low, high + 1)]

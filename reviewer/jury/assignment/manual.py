"""Changes made by hand to who reads what: in bulk, and shown before they are carried out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, spec_of
from reviewer.call.transactions import write_call
from reviewer.core.database import advisory_lock, chunks, read_session
from reviewer.core.errors import UserError
from reviewer.jury.assignment import workload
from reviewer.jury.assignment.workload import AssignmentState, load_state
from reviewer.models import Application, Assignment, Call, Review, ReviewStatus
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT, current_of


@dataclass(frozen=True)
class Change:
    """Moves ``folios`` from ``giver`` to ``taker``; without a giver it adds, without a taker it removes them.

    ``exchanged`` are folios of the taker that go to the giver in return.
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
        """The number of assignments that change."""
        return len(self.movable) + len(self.exchanged)


@verb(Action.ASSIGN)
def pending_folios(viewer: Actor, *, slug: str, person_id: int) -> list[str]:
    """Returns the folios that this juror has and has not begun, in order."""
    require(viewer, Action.ASSIGN)
    query = (
        select(Application.folio)
        .join(Assignment, col(Assignment.application_id) == Application.id)
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(Call.slug == slug, Assignment.person_id == person_id, col(Review.id).is_(None))
        .where(OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .order_by(Application.folio)
    )
    with read_session() as session:
        return list(session.exec(query))


@verb(Action.ASSIGN)
def preview_change(viewer: Actor, *, slug: str, change: Change) -> ChangePreview:
    """Returns what this change would do now."""
    require(viewer, Action.ASSIGN)
    with read_session() as session:
        return _check_change(session, call_in(session, slug), change)[0]


@verb(Action.ASSIGN)
def carry_out(actor: Actor, *, slug: str, change: Change) -> ChangePreview:
    """Carries out what is possible of a change: a review that was begun never moves.

    Raises UserError if nothing is possible.
    """
    with write_call(actor, Action.ASSIGN, slug) as (session, call):
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
        facts: dict[str, object] = {"giver": change.giver, "taker": change.taker}
        facts |= {"folios": list(preview.movable), "back": list(preview.exchanged)}
        log.record(session, actor, "assignment.hand", "call", slug, facts)
        return preview


def _check_change(session: Session, call: Call, change: Change) -> tuple[ChangePreview, AssignmentState]:
    if change.giver == change.taker:
        raise UserError("Elija dos personas distintas." if change.giver else "Elija a quién.")
    all_folios = (*change.folios, *change.exchanged)
    ids_by_folio = _ids_by_folio(session, call, all_folios)
    state = load_state(session, call, only=set(ids_by_folio.values()))
    statuses = _review_statuses(session, set(ids_by_folio.values()))
    movable, exchanged, rejected = list[str](), list[str](), list[tuple[str, str]]()
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
    reviews = spec_of(call).review.reviews_per_application
    understaffed = [
        folio for folio in movable if change.taker is None and len(statuses[ids_by_folio[folio]]) <= reviews
    ]
    above_limit = _count_above_limit(state, change.taker, len(movable) - len(exchanged))
    preview = ChangePreview(tuple(movable), tuple(exchanged), tuple(rejected), tuple(understaffed), above_limit)
    return preview, state


def _refusal_reason(
    state: AssignmentState,
    statuses: dict[int, dict[int, ReviewStatus | None]],
    application_id: int | None,
    giver: int | None,
    taker: int | None,
) -> str:
    """Returns why this folio cannot be moved, or an empty text."""
    if application_id is None or application_id not in state.folios:
        return "no es una postulación elegible de esta convocatoria"
    readers = statuses[application_id]
    if giver is not None:
        if giver not in readers:
            return "no la tiene"
        if readers[giver] is not None:
            return "ya la envió" if readers[giver] is ReviewStatus.SUBMITTED else "ya la empezó"
    if taker is not None:
        juror_number = state.numbers.get(taker)
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
    """Returns by how many applications the change exceeds the taker's limit."""
    if taker not in state.numbers:
        return 0
    number = state.numbers[taker]
    return int(max(0, state.loads[number] + added - state.limits[number]))


def _ids_by_folio(session: Session, call: Call, folios: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for part in chunks(folios):
        query: Any = select(Application.folio, Application.id).where(current_of(call), col(Application.folio).in_(part))
        ids.update(session.exec(query).all())
    return ids


def _review_statuses(session: Session, application_ids: set[int]) -> dict[int, dict[int, ReviewStatus | None]]:
    """Returns the jurors who have each application now, with the status of their review; None: not begun."""
    statuses: dict[int, dict[int, ReviewStatus | None]] = defaultdict(dict)
    for part in chunks(sorted(application_ids)):
        query: Any = (
            select(Assignment.application_id, Assignment.person_id, Review.status)
            .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
            .where(col(Assignment.application_id).in_(part), OPEN_ASSIGNMENT)
        )
        for application_id, person_id, status in session.exec(query):
            statuses[application_id][person_id] = status
    return statuses

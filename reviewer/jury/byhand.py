"""Changing by hand who reads what: giving, taking and handing over, in bulk, shown before it happens."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.jury import sharing
from reviewer.jury.panel import call_in
from reviewer.jury.sharing import Sharing, gather
from reviewer.models import Application, ApplicationStatus, Assignment, Call, Review, ReviewStatus

MOST = 5_000
_RANGE = re.compile(r"(\S+?)\s*(?:\.\.|…|–|—|\ba\b)\s*(\S+)")


@dataclass(frozen=True)
class Change:
    """``folios`` leave ``giver`` and go to ``taker``; without a giver they are given, without a taker taken.

    With ``back``, those folios of the taker's go to the giver in exchange.
    """

    folios: tuple[str, ...]
    giver: int | None = None
    taker: int | None = None
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class Foreseen:
    """What of a change can be done: good folios, and of the others why not; ``thin``: left with too few."""

    good: tuple[str, ...]
    back: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    thin: tuple[str, ...]
    over: int

    @property
    def count(self) -> int:
        """How many assignments change."""
        return len(self.good) + len(self.back)


def read_folios(text: str, call: Call) -> tuple[str, ...]:
    """Folios as people list them: separated by anything, ranges as «GUI-0010 a GUI-0020» or «10 a 20»."""
    prefix = spec_of(call).folio_prefix

    def spelled(word: str) -> str:
        digits = re.fullmatch(rf"(?:{prefix})?-?(\d{{1,9}})", word, re.IGNORECASE)
        return f"{prefix}-{int(digits[1]):04d}" if digits else word

    found: list[str] = []
    for part in re.split(r"[,;\n\t]+", text.strip()):
        ends = _RANGE.fullmatch(part.strip())
        if ends:
            found += _between(spelled(ends[1]), spelled(ends[2]))
        else:
            found += [spelled(each) for each in part.split()]
    if len(found) > MOST:
        raise Refused(f"Son más de {MOST:,} folios: hágalo por partes.")
    return tuple(dict.fromkeys(found))


def pending_of(viewer: Actor, *, call: str, person_id: int) -> list[str]:
    """The folios that this juror has and did not begin, in order."""
    require(viewer, Action.ASSIGN)
    query: Any = (
        select(Application.folio)
        .join(Assignment, col(Assignment.application_id) == Application.id)
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(
            Review, (col(Review.application_id) == Application.id) & (col(Review.person_id) == person_id)
        )
        .where(Call.slug == call, Assignment.person_id == person_id, col(Review.id).is_(None))
        .where(col(Assignment.closed_at).is_(None), Application.status == ApplicationStatus.CURRENT)
        .order_by(Application.folio)
    )
    with reading() as session:
        return list(session.exec(query))


def preview_change(viewer: Actor, *, call: str, change: Change) -> Foreseen:
    """What this change would do now."""
    require(viewer, Action.ASSIGN)
    with reading() as session:
        return _foreseen(session, call_in(session, call), change)[0]


def carry_out(actor: Actor, *, call: str, change: Change) -> Foreseen:
    """Does all of it that can be done; what was begun never moves. Refused where nothing can."""
    require(actor, Action.ASSIGN)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.ASSIGN, stored.phase)
        advisory_lock(session, f"assign {call}")
        foreseen, found = _foreseen(session, stored, change)
        if not foreseen.count:
            raise Refused("No hay nada que cambiar: ninguno de esos folios puede moverse así.")
        number = {folio: application for application, folio in found.folios.items()}
        for folios, giver, taker in (
            (foreseen.good, change.giver, change.taker),
            (foreseen.back, change.taker, change.giver),
        ):
            if giver is not None:
                sharing.close(session, [(number[each], giver) for each in folios])
            if taker is not None:
                sharing.give(session, found, [(number[each], taker) for each in folios])
        facts = {
            **{"giver": change.giver, "taker": change.taker},
            **{"folios": list(foreseen.good), "back": list(foreseen.back)},
        }
        audit.record(session, actor, "assignment.hand", "call", call, facts)
        return foreseen


def _foreseen(session: Session, call: Call, change: Change) -> tuple[Foreseen, Sharing]:
    if change.giver == change.taker:
        raise Refused("Elija dos personas distintas." if change.giver else "Elija a quién.")
    wanted = (*change.folios, *change.back)
    known = _by_folio(session, call, wanted)
    found = gather(session, call, only=set(known.values()))
    state = _states(session, set(known.values()))
    good, bad = list[str](), list[tuple[str, str]]()
    back: list[str] = []
    for folios, giver, taker, kept in (
        (change.folios, change.giver, change.taker, good),
        (change.back, change.taker, change.giver, back),
    ):
        for folio in folios:
            why = _why_not(found, state, known.get(folio), giver, taker)
            if why:
                bad.append((folio, why))
            else:
                kept.append(folio)
    wanted_readers = spec_of(call).review.reviews_per_application
    thin = [each for each in good if change.taker is None and len(state[known[each]]) - 1 < wanted_readers]
    over = _over(found, change.taker, len(good) - len(back))
    return Foreseen(tuple(good), tuple(back), tuple(bad), tuple(thin), over), found


def _why_not(
    found: Sharing,
    state: dict[int, dict[int, ReviewStatus | None]],
    application: int | None,
    giver: int | None,
    taker: int | None,
) -> str:
    """Why this folio can't be moved so; empty: it can."""
    if application is None or application not in found.folios:
        return "no es una postulación elegible de esta convocatoria"
    readers = state[application]
    if giver is not None:
        if giver not in readers:
            return "no la tiene"
        if readers[giver] is not None:
            return "ya la envió" if readers[giver] is ReviewStatus.SUBMITTED else "ya la empezó"
    if taker is not None:
        place = next((n for n, each in enumerate(found.jurors) if each.person_id == taker), None)
        if place is None:
            return "quien la recibiría no está en el jurado"
        if taker in readers:
            return "ya la tiene"
        if place in found.own.get(application, ()):
            return "es de su propia alcaldía"
        if place in found.barred.get(application, ()):
            return "tiene un conflicto de interés"
    return ""


def _over(found: Sharing, taker: int | None, more: int) -> int:
    """How many applications above her limit the taker would be."""
    for juror, load, limit in zip(found.jurors, found.loads, found.limits, strict=True):
        if juror.person_id == taker:
            return int(max(0, load + more - limit))
    return 0


def _by_folio(session: Session, call: Call, folios: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(folios), 500):
        query = select(Application.folio, Application.id).where(
            Application.call_id == call.id,
            Application.status == ApplicationStatus.CURRENT,
            col(Application.folio).in_(folios[start : start + 500]),
        )
        found |= {folio: number or 0 for folio, number in session.exec(query)}
    return found


def _states(session: Session, applications: set[int]) -> dict[int, dict[int, ReviewStatus | None]]:
    """Of each application: who has it now, and how far she is."""
    found: dict[int, dict[int, ReviewStatus | None]] = defaultdict(dict)
    for part in sharing.parts(sorted(applications)):
        query: Any = (
            select(Assignment.application_id, Assignment.person_id, Review.status)
            .outerjoin(
                Review,
                (col(Review.application_id) == Assignment.application_id)
                & (col(Review.person_id) == Assignment.person_id),
            )
            .where(col(Assignment.application_id).in_(part), col(Assignment.closed_at).is_(None))
        )
        for application, person, status in session.exec(query):
            found[application][person] = status
    return found


def _between(first: str, last: str) -> list[str]:
    """The folios of a range; both ends where it is none."""
    ends = [re.fullmatch(r"(.*?)(\d+)", each) for each in (first, last)]
    if not ends[0] or not ends[1] or ends[0][1] != ends[1][1]:
        return [first, last]
    low, high, width = int(ends[0][2]), int(ends[1][2]), len(ends[0][2])
    if high - low >= MOST:
        raise Refused(f"Son más de {MOST:,} folios: hágalo por partes.")
    return [f"{ends[0][1]}{each:0{width}d}" for each in range(low, high + 1)]

"""Who has a seat and who waits: the signed selection with the amendments since."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from reviewer.calls import spec_of
from reviewer.decision.acta.signing import in_force
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Place, Selection, selection_of
from reviewer.errors import Refused
from reviewer.models import Acta, Call, Replacement, Scenario


@dataclass(frozen=True)
class Seat:
    """Somebody with a seat; ``instead_of`` is the folio she replaces, "" where she was selected at first."""

    folio: str
    venue: str
    instead_of: str = ""


@dataclass(frozen=True)
class Cohort:
    """As of now. ``waiting`` are folios by venue key in the order of their turn, ``left`` who gave a seat up.

    ``vacant`` counts seats by venue key that nobody on the waiting list could take.
    """

    acta: Acta
    selection: Selection
    seats: tuple[Seat, ...]
    waiting: dict[str, tuple[str, ...]]
    left: tuple[str, ...]
    vacant: dict[str, int]

    def seat_of(self, folio: str) -> Seat | None:
        """The seat of this application."""
        return next((each for each in self.seats if each.folio == folio), None)


def cohort_of(session: Session, call: Call) -> Cohort:
    """Refused while no signed acta stands."""
    acta = in_force(session, call)
    if acta is None:
        raise Refused("Todavía no hay un acta firmada.")
    selection = selection_of(session, session.get_one(Scenario, acta.scenario_id))
    replaced = replacements(session, call)
    seats = [Seat(each.folio, each.venue) for each in selection.selected]
    for each in replaced:
        seats = [seat for seat in seats if seat.folio != each.freed_by]
        if each.taken_by:
            seats.append(Seat(each.taken_by, each.venue, each.freed_by))
    gone = {each.freed_by for each in replaced}
    out = gone | {each.folio for each in seats}
    return Cohort(
        acta=acta,
        selection=selection,
        seats=tuple(sorted(seats, key=lambda seat: seat.folio)),
        waiting={
            venue.key: tuple(
                each.folio for each in selection.waiting if each.venue == venue.key and each.folio not in out
            )
            for venue in spec_of(call).venues
        },
        left=tuple(sorted(gone)),
        vacant={
            venue.key: sum(each.venue == venue.key and not each.taken_by for each in replaced)
            for venue in spec_of(call).venues
        },
    )


def replacements(session: Session, call: Call) -> list[Replacement]:
    """Every one so far, in the order in which they were made."""
    query = select(Replacement).where(Replacement.call_id == call.id).order_by(col(Replacement.id))
    return list(session.exec(query))


def selection_now(session: Session, call: Call) -> Selection | None:
    """The selection in force: once an acta stands, with its amendments; None where there is none.

    Whoever takes a seat takes its position. What became of the rules is that of the signed acta.
    """
    if in_force(session, call) is None:
        return record.in_force(session, call)
    cohort = cohort_of(session, call)
    signed, replaced = cohort.selection, replacements(session, call)
    if not replaced:
        return signed
    out = {*cohort.left, *(each.folio for each in cohort.seats)}
    return replace(
        signed,
        selected=tuple(_seated(signed, replaced, [each.key for each in spec_of(call).venues])),
        waiting=tuple(_moved_up(signed, cohort)),
        general=tuple(each for each in signed.general if each.folio not in out),
    )


def _seated(signed: Selection, replaced: list[Replacement], venues: list[str]) -> list[Place]:
    seats = {each.folio: each for each in signed.selected}
    known = {each.folio: each for each in signed.waiting}
    for each in replaced:
        freed = seats.pop(each.freed_by)
        if each.taken_by:
            taker = known[each.taken_by]
            seats[each.taken_by] = replace(taker, venue=freed.venue, position=freed.position)
    return sorted(seats.values(), key=lambda seat: (venues.index(seat.venue), seat.position))


def _moved_up(signed: Selection, cohort: Cohort) -> Iterator[Place]:
    known = {(each.venue, each.folio): each for each in signed.waiting}
    for venue, folios in cohort.waiting.items():
        for position, folio in enumerate(folios, start=1):
            yield replace(known[venue, folio], position=position)

"""Who has a seat and who waits: the signed selection with its amendments."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from reviewer.call.spec import spec_of
from reviewer.core.errors import UserError
from reviewer.decision.acta.signing import acta_in_force
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Place, Selection, selection_of
from reviewer.models import Acta, Call, Replacement, Scenario


@dataclass(frozen=True)
class Seat:
    """A seat holder; ``instead_of`` is the folio they replaced, "" where they were selected at first."""

    folio: str
    venue: str
    instead_of: str = ""


@dataclass(frozen=True)
class SeatHolders:
    """As of now. ``waiting`` are folios by venue key in the order of their turn.

    ``gave_up_seat`` are folios; ``vacant`` counts by venue key the seats that nobody waiting could take.
    """

    acta: Acta
    selection: Selection
    seats: tuple[Seat, ...]
    waiting: dict[str, tuple[str, ...]]
    gave_up_seat: tuple[str, ...]
    vacant: dict[str, int]

    def seat_of(self, folio: str) -> Seat | None:
        """Returns the seat of this application; None where it has none."""
        return next((seat for seat in self.seats if seat.folio == folio), None)


def seat_holders_of(session: Session, call: Call) -> SeatHolders:
    """Returns the seat holders. Raises ``UserError`` where no signed acta is in force."""
    acta = acta_in_force(session, call)
    if acta is None:
        raise UserError("Todavía no hay un acta firmada.")
    selection = selection_of(session, session.get_one(Scenario, acta.scenario_id))
    made, venues = replacements(session, call), spec_of(call).venue_labels
    seats = [Seat(place.folio, place.venue) for place in selection.selected]
    for replacement in made:
        seats = [seat for seat in seats if seat.folio != replacement.freed_by]
        if replacement.taken_by:
            seats.append(Seat(replacement.taken_by, replacement.venue, replacement.freed_by))
    freed_folios = {replacement.freed_by for replacement in made}
    unavailable = freed_folios | {seat.folio for seat in seats}
    return SeatHolders(
        acta=acta,
        selection=selection,
        seats=tuple(sorted(seats, key=lambda seat: seat.folio)),
        waiting={
            key: tuple(
                place.folio for place in selection.waiting if place.venue == key and place.folio not in unavailable
            )
            for key in venues
        },
        gave_up_seat=tuple(sorted(freed_folios)),
        vacant={key: sum(row.venue == key and not row.taken_by for row in made) for key in venues},
    )


def replacements(session: Session, call: Call) -> list[Replacement]:
    """Returns every replacement of the call, in the order they were made."""
    query = select(Replacement).where(Replacement.call_id == call.id).order_by(col(Replacement.id))
    return list(session.exec(query))


def amended_selection(session: Session, call: Call) -> Selection | None:
    """Returns the selection in force, with the amendments to a signed acta; None where there is none.

    A replacement takes the position of the seat. The state of the rules is that of the signed acta.
    """
    if acta_in_force(session, call) is None:
        return record.in_force(session, call)
    cohort = seat_holders_of(session, call)
    signed_selection, made_replacements = cohort.selection, replacements(session, call)
    if not made_replacements:
        return signed_selection
    unavailable = {*cohort.gave_up_seat, *(seat.folio for seat in cohort.seats)}
    venues = list(spec_of(call).venue_labels)
    return replace(
        signed_selection,
        selected=tuple(_apply_replacements(signed_selection, made_replacements, venues)),
        waiting=tuple(_renumber_waiting(signed_selection, cohort)),
        general=tuple(place for place in signed_selection.general if place.folio not in unavailable),
    )


def _apply_replacements(
    signed_selection: Selection, made_replacements: list[Replacement], venues: list[str]
) -> list[Place]:
    seats = {place.folio: place for place in signed_selection.selected}
    waiting_places = {place.folio: place for place in signed_selection.waiting}
    for replacement in made_replacements:
        freed = seats.pop(replacement.freed_by)
        if replacement.taken_by:
            taker = waiting_places[replacement.taken_by]
            seats[replacement.taken_by] = replace(taker, venue=freed.venue, position=freed.position)
    return sorted(seats.values(), key=lambda seat: (venues.index(seat.venue), seat.position))


def _renumber_waiting(signed_selection: Selection, cohort: SeatHolders) -> Iterator[Place]:
    waiting_places = {(place.venue, place.folio): place for place in signed_selection.waiting}
    for venue, folios in cohort.waiting.items():
        for position, folio in enumerate(folios, start=1):
            yield replace(waiting_places[venue, folio], position=position)

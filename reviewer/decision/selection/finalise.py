"""From a proposal and its changes by hand to the cohort, its waiting lists and the state of the rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reviewer.call.spec import CallSpec
from reviewer.core.arrays import IntArray
from reviewer.core.spanish import format_count, join_words
from reviewer.decision.selection.candidates import SelectionInput, merit_of
from reviewer.decision.selection.optimisation.problem import OVERALL, Bound, Cohort
from reviewer.decision.selection.optimisation.proposal import general_order, waiting_list
from reviewer.decision.selection.optimisation.rules import lowered_minimum_warnings
from reviewer.decision.selection.record import RuleState
from reviewer.models import ChangeKind, HandChange, Outcome, Placement


@dataclass(frozen=True)
class FinalCohort:
    """A cohort with its changes by hand; ``unavailable`` are its folios that can't be selected any more."""

    cohort: Cohort
    by_hand: frozenset[str]
    unavailable: tuple[str, ...]


def apply_changes(
    selection_input: SelectionInput,
    spec: CallSpec,
    proposal: Mapping[str, str],
    changes: Iterable[HandChange],
) -> FinalCohort:
    """Returns the proposal (venue key by folio) with the changes, in the order they were made."""
    seats = dict(proposal)
    by_hand = set()
    for change in changes:
        by_hand.add(change.folio)
        if change.kind is ChangeKind.OUT:
            seats.pop(change.folio, None)
        elif change.kind is ChangeKind.IN or change.folio in seats:
            seats[change.folio] = change.venue
    cohort = seated_cohort(selection_input, spec, seats)
    selectable = {selection_input.problem.pool.folios[person] for person in cohort.people}
    unavailable = tuple(sorted(seats.keys() - selectable))
    return FinalCohort(cohort, frozenset(by_hand & selectable), unavailable)


def seated_cohort(selection_input: SelectionInput, spec: CallSpec, seats: Mapping[str, str]) -> Cohort:
    """Returns the cohort of these seats (venue key by folio), of folios that can be selected."""
    venue_keys, folios = list(spec.venue_labels), selection_input.problem.pool.folios
    numbers = [number for number, folio in enumerate(folios) if folio in seats]
    venues = [venue_keys.index(seats[folios[number]]) for number in numbers]
    return Cohort(np.array(numbers, dtype=np.int64), np.array(venues, dtype=np.int64))


def placements(
    selection_input: SelectionInput, spec: CallSpec, final_cohort: FinalCohort, scenario_id: int
) -> list[Placement]:
    """Returns the rows to store: each venue's seats, each venue's waiting list, and the general order."""
    problem, cohort = selection_input.problem, final_cohort.cohort
    lists: list[tuple[Outcome, str, IntArray]] = []
    for number, venue in enumerate(spec.venues):
        lists.append((Outcome.SELECTED, venue.key, cohort.people[cohort.venues == number]))
    for number, venue in enumerate(spec.venues):
        lists.append((Outcome.WAITING, venue.key, waiting_list(problem, cohort, number)))
    lists.append((Outcome.WAITING, "", general_order(problem, cohort)))
    return [
        Placement(
            scenario_id=scenario_id,
            folio=problem.pool.folios[person],
            outcome=outcome,
            venue=venue,
            position=position,
            by_hand=outcome is Outcome.SELECTED and problem.pool.folios[person] in final_cohort.by_hand,
            merit=merit_of(selection_input.ranked[person], spec),
            rank=selection_input.ranked[person].rank,
        )
        for outcome, venue, people in lists
        for position, person in enumerate(people, start=1)
    ]


def rule_states(bounds: Sequence[Bound], cohort: Cohort, spec: CallSpec) -> list[dict[str, Any]]:
    """Returns how far the cohort keeps each bound, as a scenario's report stores it."""
    return [
        asdict(
            RuleState(
                label=bound.label,
                group=bound.group,
                venue="" if bound.venue == OVERALL else spec.venues[bound.venue].key,
                count=count,
                rule=bound.rule,
                at_least=bound.at_least,
                at_most=bound.at_most,
                lowered_from=bound.lowered_from,
            )
        )
        for bound, count in zip(bounds, cohort.counts(bounds), strict=True)
    ]


def warnings(selection_input: SelectionInput, spec: CallSpec, final_cohort: FinalCohort) -> list[str]:
    """Returns what to know before trusting the cohort."""
    problem, cohort = selection_input.problem, final_cohort.cohort
    messages = lowered_minimum_warnings(problem.bounds, spec)
    if len(problem.pool) < problem.total:
        available = format_count(len(problem.pool), "postulación elegible", "postulaciones elegibles")
        seats = format_count(problem.total, "plaza", "plazas")
        messages.append(f"Hay {available} con lecturas para {seats}: entran todas.")
    else:
        messages += _uneven_venues(cohort, spec)
    if selection_input.unread:
        people = format_count(selection_input.unread, "postulación elegible", "postulaciones elegibles")
        messages.append(f"{people} sin ningún dictamen enviado: no se pueden seleccionar.")
    if final_cohort.unavailable:
        verb = "ya no puede seleccionarse"
        if len(final_cohort.unavailable) > 1:
            verb = "ya no pueden seleccionarse"
        messages.append(f"{join_words(list(final_cohort.unavailable))} {verb}: vuelva a calcular.")
    return messages


def _uneven_venues(cohort: Cohort, spec: CallSpec) -> list[str]:
    """Returns a warning for each venue with more or fewer people than seats."""
    counts = np.bincount(cohort.venues, minlength=len(spec.venues))
    return [
        f"{venue.label} tiene {format_count(int(count), 'persona', 'personas')} para "
        f"{format_count(venue.seats, 'plaza', 'plazas')}."
        for venue, count in zip(spec.venues, counts, strict=True)
        if count != venue.seats
    ]

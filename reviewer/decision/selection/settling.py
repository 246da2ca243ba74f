"""From a proposal and the changes by hand to the cohort, its waiting lists and what became of each rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reviewer.calls import CallSpec
from reviewer.decision.selection.people import Standing, merit_of
from reviewer.decision.selection.problem import OVERALL, Bound, Cohort, Ints
from reviewer.decision.selection.record import RuleState
from reviewer.decision.selection.rules import lowered_words
from reviewer.decision.selection.waiting import general_order, waiting_list
from reviewer.models import ChangeKind, HandChange, Outcome, Placement
from reviewer.words import counted, listed


@dataclass(frozen=True)
class Settled:
    """A cohort with its changes by hand; ``gone`` are folios of it that can't be selected any more."""

    cohort: Cohort
    by_hand: frozenset[str]
    gone: tuple[str, ...]


def settle(
    standing: Standing, spec: CallSpec, proposal: Mapping[str, str], changes: Iterable[HandChange]
) -> Settled:
    """The proposal (venue by folio) with the changes, in the order in which they were made."""
    seats = dict(proposal)
    by_hand = set()
    for each in changes:
        by_hand.add(each.folio)
        if each.kind is ChangeKind.OUT:
            seats.pop(each.folio, None)
        elif each.kind is ChangeKind.IN or each.folio in seats:
            seats[each.folio] = each.venue
    numbers = {folio: number for number, folio in enumerate(standing.problem.pool.folios)}
    keys = [each.key for each in spec.venues]
    people = np.array(sorted(numbers[each] for each in seats if each in numbers), dtype=np.int64)
    folios = [standing.problem.pool.folios[each] for each in people]
    venues = np.array([keys.index(seats[each]) for each in folios], dtype=np.int64)
    gone = sorted(each for each in seats if each not in numbers)
    return Settled(Cohort(people, venues), frozenset(by_hand & set(folios)), tuple(gone))


def placements(standing: Standing, spec: CallSpec, settled: Settled, scenario_id: int) -> list[Placement]:
    """Its rows: each venue's seats, each venue's waiting list, and the general order."""
    problem, cohort = standing.problem, settled.cohort
    lists: list[tuple[Outcome, str, Ints]] = []
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
            by_hand=outcome is Outcome.SELECTED and problem.pool.folios[person] in settled.by_hand,
            merit=merit_of(standing.ranked[person], spec),
            rank=standing.ranked[person].rank,
        )
        for outcome, venue, people in lists
        for position, person in enumerate(people, start=1)
    ]


def rule_states(bounds: Sequence[Bound], cohort: Cohort, spec: CallSpec) -> list[dict[str, Any]]:
    """What became of each bound, as a scenario's report keeps it."""
    return [
        asdict(
            RuleState(
                label=each.label,
                group=each.group,
                venue="" if each.venue == OVERALL else spec.venues[each.venue].key,
                count=count,
                rule=each.rule,
                at_least=each.at_least,
                at_most=each.at_most,
                lowered_from=each.lowered_from,
            )
        )
        for each, count in zip(bounds, cohort.counts(bounds), strict=True)
    ]


def warnings(standing: Standing, spec: CallSpec, settled: Settled) -> list[str]:
    """What a person should know before she trusts the cohort."""
    problem, cohort = standing.problem, settled.cohort
    said = lowered_words(problem.bounds, spec)
    if len(problem.pool) < problem.total:
        there = counted(len(problem.pool), "postulación elegible", "postulaciones elegibles")
        seats = counted(problem.total, "plaza", "plazas")
        said.append(f"Hay {there} con lecturas para {seats}: entran todas.")
    else:
        said += _uneven(cohort, spec)
    if standing.unread:
        people = counted(standing.unread, "postulación elegible", "postulaciones elegibles")
        said.append(f"{people} sin ningún dictamen enviado: no se pueden seleccionar.")
    if settled.gone:
        verb = "ya no puede seleccionarse" if len(settled.gone) == 1 else "ya no pueden seleccionarse"
        said.append(f"{listed(list(settled.gone))} {verb}: vuelva a calcular.")
    return said


def _uneven(cohort: Cohort, spec: CallSpec) -> list[str]:
    """Venues that changes by hand left with more or fewer people than seats."""
    counts = np.bincount(cohort.venues, minlength=len(spec.venues))
    return [
        f"{venue.label} tiene {counted(int(count), 'persona', 'personas')} para "
        f"{counted(venue.seats, 'plaza', 'plazas')}."
        for venue, count in zip(spec.venues, counts, strict=True)
        if count != venue.seats
    ]

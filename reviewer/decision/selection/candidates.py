"""The selection problem of a call: eligible people, best first, and the bounds that the rules set."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from reviewer.call.spec import CallSpec, RepresentationRule, spec_of
from reviewer.core.arrays import FloatArray
from reviewer.core.errors import UserError
from reviewer.decision.lottery.lots import lot
from reviewer.decision.ranking.ranking import Ranking, RankingEntry
from reviewer.decision.ranking.service import ranking_of
from reviewer.decision.selection import rule_answers
from reviewer.decision.selection.optimisation import groups
from reviewer.decision.selection.optimisation.groups import ApplicantAnswers
from reviewer.decision.selection.optimisation.problem import NO_PREFERENCE, Pool, Problem
from reviewer.decision.selection.optimisation.rules import AnswerTable, bounds_of
from reviewer.demographics import geography, group_rules
from reviewer.models import Call, Eligibility

BAND_MERIT_STEP = 1e-4  # units of the scale between the lottery band and those above and below it


@dataclass(frozen=True)
class SelectionInput:
    """A problem and its people, best first; ``unread`` counts eligible applications without a reading."""

    problem: Problem
    ranked: tuple[RankingEntry, ...]
    people: tuple[ApplicantAnswers, ...]
    unread: int


def load_selection_input(
    session: Session, call: Call, rules: Sequence[RepresentationRule], ranking: Ranking | None = None
) -> SelectionInput:
    """Returns the input of a selection under ``rules``, by ``ranking`` or the call's own as of now.

    Raises ``UserError`` where no eligible application was read.
    """
    spec = spec_of(call)
    ranking = ranking or ranking_of(session, call)
    everybody = rule_answers.load_people(session, call, {field for rule in rules for field in rule.who})
    eligible = {person.folio: person for person, eligibility in everybody if eligibility is Eligibility.ELIGIBLE}
    ranked = _in_selection_order(
        [entry for entry in (ranking.ranking if ranking else ()) if entry.application in eligible], spec
    )
    if not ranked:
        raise UserError(
            "Todavía no hay a quién seleccionar: hacen falta postulaciones elegibles con dictámenes enviados."
        )
    pool = tuple(eligible[entry.application] for entry in ranked)
    people = AnswerTable(pool, [person for person, _ in everybody], spec, group_rules.all_groupings(session))
    problem = Problem(
        pool=_pool(ranked, pool, spec),
        seats=tuple(venue.seats for venue in spec.venues),
        bounds=bounds_of(rules, people),
    )
    return SelectionInput(problem, ranked, pool, unread=len(eligible) - len(ranked))


def merits(ranked: Sequence[RankingEntry], spec: CallSpec) -> FloatArray:
    """Returns the merit (people) on the scale by which the cohort is chosen, that of the order in force.

    People whose probability of a seat is in the call's lottery band get the same merit, between those above
    and below the band, so that only the lot decides among them.
    """
    merit = np.array([merit_of(entry, spec) for entry in ranked])
    chance = np.array([entry.p_selected for entry in ranked])
    low, high = spec.decision.lottery_band or (2.0, 2.0)
    in_band = (chance >= low) & (chance <= high)
    if not in_band.any():
        return merit
    middle = float(np.median(merit[in_band]))
    separated = np.where(
        chance > high,
        np.maximum(merit, middle + BAND_MERIT_STEP),
        np.minimum(merit, middle - BAND_MERIT_STEP),
    )
    banded_merit: FloatArray = np.where(in_band, middle, separated)
    return banded_merit


def merit_of(ranked: RankingEntry, spec: CallSpec) -> float:
    """Returns the merit on the scale, by the order that the call's file puts in force."""
    return ranked.estimate if spec.decision.ranking == "calibrated" else ranked.raw_mean


def travel_distances(alcaldia: str | None, spec: CallSpec) -> list[int]:
    """Returns metres as the crow flies from an alcaldía to each venue; 0 where either is unknown."""
    names = {place.name: place for place in geography.alcaldias()}
    home = geography.by_code().get(alcaldia or "")
    places = [names.get(venue.alcaldia or "") for venue in spec.venues]
    return [round(1000 * geography.distance_km(home, place)) if home and place else 0 for place in places]


def _in_selection_order(ranked: Sequence[RankingEntry], spec: CallSpec) -> tuple[RankingEntry, ...]:
    """Returns the entries by rank; with a lottery band, by merit and lot."""
    if not spec.decision.lottery_band:
        return tuple(ranked)
    lots = np.array([lot(spec.decision.lottery_seed, entry.application) for entry in ranked])
    return tuple(ranked[index] for index in np.lexsort((-lots, -np.round(merits(ranked, spec), 9))))


def _pool(ranked: Sequence[RankingEntry], people: Sequence[ApplicantAnswers], spec: CallSpec) -> Pool:
    distances = {code: travel_distances(code, spec) for code in {person.alcaldia for person in people}}
    labels = [venue.label for venue in spec.venues]
    preferred_labels = groups.labels_of("sede_preferida", people, spec)
    return Pool(
        folios=tuple(person.folio for person in people),
        merit=merits(ranked, spec),
        lots=np.array([lot(spec.decision.lottery_seed, person.folio) for person in people]),
        travel=np.array([distances[person.alcaldia] for person in people], dtype=np.int64),
        preferred=np.array([labels.index(label) if label else NO_PREFERENCE for label in preferred_labels]),
    )

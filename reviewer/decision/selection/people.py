"""The problem of a call as it stands: who may be selected, best first, and what the rules ask of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from reviewer import geography, grouping_rules
from reviewer.calls import CallSpec, RepresentationRule, spec_of
from reviewer.decision.call_ranking import ranking_of
from reviewer.decision.lots import lot
from reviewer.decision.ranking import Ranked, Ranking
from reviewer.decision.selection import answers, groups
from reviewer.decision.selection.groups import Person
from reviewer.decision.selection.problem import NO_PREFERENCE, Floats, Pool, Problem
from reviewer.decision.selection.rules import People, bounds_of
from reviewer.errors import Refused
from reviewer.models import Call, Eligibility

STEP = 1e-4  # of a point of the scale: what keeps the lottery band apart from those above and below


@dataclass(frozen=True)
class Standing:
    """A problem with what is known of its people, best first; ``unread`` are eligible and have no reading."""

    problem: Problem
    ranked: tuple[Ranked, ...]
    people: tuple[Person, ...]
    unread: int


def standing_of(
    session: Session, call: Call, rules: Sequence[RepresentationRule], ranking: Ranking | None = None
) -> Standing:
    """What a selection under ``rules`` starts from, by this ranking (else the call's own as of now).

    Raises ``Refused`` where nobody eligible was read.
    """
    spec = spec_of(call)
    ranking = ranking or ranking_of(session, call)
    everybody = answers.of_everybody(session, call, {field for rule in rules for field in rule.who})
    eligible = {person.folio: person for person, its in everybody if its is Eligibility.ELIGIBLE}
    ranked = _in_order([e for e in (ranking.ranking if ranking else ()) if e.application in eligible], spec)
    if not ranked:
        raise Refused(
            "Todavía no hay a quién seleccionar: hacen falta postulaciones elegibles con dictámenes enviados."
        )
    pool = tuple(eligible[each.application] for each in ranked)
    people = People(pool, [person for person, _ in everybody], spec, grouping_rules.all_of(session))
    problem = Problem(
        pool=_pool(ranked, pool, spec),
        seats=tuple(each.seats for each in spec.venues),
        bounds=bounds_of(rules, people),
    )
    return Standing(problem, ranked, pool, unread=len(eligible) - len(ranked))


def merits(ranked: Sequence[Ranked], spec: CallSpec) -> Floats:
    """The merit by which the cohort is chosen, that of the order in force.

    Whoever's chance of a seat lies in the call's lottery band has the same merit as the others in it, between
    those above and those below, so that only the lot tells them apart.
    """
    merit = np.array([merit_of(each, spec) for each in ranked])
    chance = np.array([each.p_selected for each in ranked])
    low, high = spec.decision.lottery_band or (2.0, 2.0)
    within = (chance >= low) & (chance <= high)
    if not within.any():
        return merit
    middle = float(np.median(merit[within]))
    apart = np.where(chance > high, np.maximum(merit, middle + STEP), np.minimum(merit, middle - STEP))
    drawn: Floats = np.where(within, middle, apart)
    return drawn


def merit_of(ranked: Ranked, spec: CallSpec) -> float:
    """Its merit on the scale, by the order that the call's file says is in force."""
    return ranked.estimate if spec.decision.ranking == "calibrated" else ranked.raw_mean


def travel(alcaldia: str | None, spec: CallSpec) -> list[int]:
    """Metres as the crow flies from inside an alcaldía to each venue's; 0 where either is not known."""
    names = {each.name: each for each in geography.alcaldias()}
    home = geography.by_code().get(alcaldia or "")
    places = [names.get(each.alcaldia or "") for each in spec.venues]
    return [round(1000 * geography.kilometres(home, each)) if home and each else 0 for each in places]


def _in_order(ranked: Sequence[Ranked], spec: CallSpec) -> tuple[Ranked, ...]:
    """By the ranking; with a lottery band, by merit and lot."""
    if not spec.decision.lottery_band:
        return tuple(ranked)
    lots = np.array([lot(spec.decision.lottery_seed, each.application) for each in ranked])
    return tuple(ranked[at] for at in np.lexsort((-lots, -np.round(merits(ranked, spec), 9))))


def _pool(ranked: Sequence[Ranked], people: Sequence[Person], spec: CallSpec) -> Pool:
    ways = {code: travel(code, spec) for code in {each.alcaldia for each in people}}
    labels = [each.label for each in spec.venues]
    wanted = groups.labels_of("sede_preferida", people, spec)
    return Pool(
        folios=tuple(each.folio for each in people),
        merit=merits(ranked, spec),
        lots=np.array([lot(spec.decision.lottery_seed, each.folio) for each in people]),
        travel=np.array([ways[each.alcaldia] for each in people], dtype=np.int64),
        preferred=np.array([labels.index(each) if each else NO_PREFERENCE for each in wanted]),
    )

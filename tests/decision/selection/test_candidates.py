"""What a call's problem is made of: merit by the order in force, the lottery band, travel."""

from dataclasses import fields
from typing import Any

from reviewer.call import spec
from reviewer.call.spec import CallSpec
from reviewer.decision.ranking.ranking import RankingEntry
from reviewer.decision.selection.candidates import merits, travel_distances
from tests.calls import call_text

SPEC = spec.parse(call_text())


def entries_with_chances(chances: list[float]) -> list[RankingEntry]:
    """People with these chances of a seat, their estimates falling from 4 by half a point."""
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(RankingEntry))
    return [
        RankingEntry(**unused | {"p_selected": chance, "estimate": 4.5 - place / 2, "raw_mean": float(place)})
        for place, chance in enumerate(chances, start=1)
    ]


def spec_with(**decision: object) -> CallSpec:
    """The call with another [decision]."""
    return SPEC.model_copy(update={"decision": SPEC.decision.model_copy(update=decision)})


def test_merit_is_that_of_the_order_in_force() -> None:
    people = entries_with_chances([0.9, 0.5, 0.1])
    assert merits(people, SPEC).tolist() == [4.0, 3.5, 3.0]
    assert merits(people, spec_with(ranking="mean")).tolist() == [1.0, 2.0, 3.0]


def test_a_lottery_band_leaves_only_the_lot_within_it() -> None:
    """The second has a chance within the band though the third, of less merit, has more: both are drawn."""
    merit = merits(entries_with_chances([0.9, 0.5, 0.55, 0.45, 0.2]), spec_with(lottery_band=(0.4, 0.6))).tolist()
    assert merit[1] == merit[2] == merit[3]
    assert merit[0] > merit[1] > merit[4]


def test_applications_above_the_band_stay_above_it() -> None:
    merit = merits(entries_with_chances([0.5, 0.5, 0.7]), spec_with(lottery_band=(0.4, 0.6))).tolist()
    assert merit[2] > merit[0] == merit[1]


def test_travel_is_in_metres_as_the_crow_flies() -> None:
    to_iztapalapa, to_azcapotzalco, to_centro = travel_distances("09007", SPEC)
    assert to_iztapalapa == 0 < to_centro < to_azcapotzalco
    assert 10_000 < to_azcapotzalco < 25_000
    assert travel_distances(None, SPEC) == [0, 0, 0]

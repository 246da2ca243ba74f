"""One application of the invented cohort: who, what, when, how good, and what is wrong with it.

All of it follows from the seed and the turn, so that any process can make its documents.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviewer.demo import census, merit, people, projects, troubles
from reviewer.demo.merit import Merit
from reviewer.demo.people import Person
from reviewer.demo.projects import Project
from reviewer.demo.words import chance, load, weighted
from reviewer.geography import Alcaldia

_HOURS = (2, 1, 0.5, 0.3, 0.3, 0.6, 1.5, 3, 4, 6, 8, 8, 8, 7, 6, 6, 7, 8, 9, 10, 11, 12, 11, 7)


@dataclass(frozen=True)
class Applicant:
    """An application of the cohort. ``submitted`` has no zone: it is the form's, in Mexico City.

    ``bill_of`` is whose bill proves the address: the person's own, or the one they live with.
    """

    seed: int
    turn: int
    person: Person
    project: Project
    merit: Merit
    submitted: datetime
    trouble: str
    bill_of: tuple[int, Person]


def cohort(total: int, seed: int, opens: datetime, closes: datetime) -> list[Applicant]:
    """``total`` applications; times without zone, the last moment that is in time being ``closes``."""
    wrong = troubles.plan(total, seed)
    away = {turn for turn, kind in wrong.items() if kind in troubles.AWAY}
    at_home = iter(census.homes(total - len(away), seed))
    elsewhere = chance(seed, "away")
    everywhere = census.homes(total, seed + 1)
    places = [elsewhere.choice(everywhere) if turn in away else next(at_home) for turn in range(total)]
    made = [
        _applicant(seed, turn, place, wrong.get(turn, ""), opens, closes) for turn, place in enumerate(places)
    ]
    return [_with_household(each, made, places) for each in made]


def submission(rng: random.Random, opens: datetime, closes: datetime) -> datetime:
    """A moment of intake: some at once, some any day, many in the last three, the rush of the last night."""
    span = closes - opens
    kind = weighted(rng, [("first", 14.0), ("any", 36.0), ("last days", 28.0), ("last night", 22.0)])
    if kind == "last night":
        return closes - min(timedelta(hours=rng.expovariate(1 / 2.4)), span)
    if kind == "last days":
        day = closes - timedelta(days=rng.uniform(0, 3))
    elif kind == "first":
        day = opens + timedelta(days=rng.expovariate(1 / 2.0))
    else:
        day = opens + span * rng.random()
    hour = rng.choices(range(24), _HOURS)[0]
    moment = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return min(max(moment, opens), closes)


def _applicant(
    seed: int, turn: int, place: Alcaldia, trouble: str, opens: datetime, closes: datetime
) -> Applicant:
    person = troubles.of_person(trouble, people.invent(seed, turn, place), seed, turn)
    sent = submission(chance(seed, "time", turn), opens, closes).replace(microsecond=0)
    return Applicant(
        seed=seed,
        turn=turn,
        person=person,
        project=projects.invent(seed, turn),
        merit=merit.draw(seed, turn),
        submitted=troubles.of_time(trouble, sent, opens, closes),
        trouble=trouble,
        bill_of=(turn, person),
    )


def _with_household(
    one: Applicant, all_of_them: Sequence[Applicant], places: Sequence[Alcaldia]
) -> Applicant:
    """Two who live together: one e-mail, one address, one bill sent twice."""
    if one.trouble != "household":
        return one
    hosts = [
        other
        for other in all_of_them
        if not other.trouble and other.turn != one.turn and places[other.turn] is places[one.turn]
    ]
    if not hosts:
        return replace(one, trouble="")
    host = hosts[one.turn % len(hosts)].person
    person = replace(one.person, home=host.home, email=host.email, phone=host.phone)
    return replace(one, person=person, bill_of=(hosts[one.turn % len(hosts)].turn, host))


def venue(one: Applicant) -> str:
    """The venue that the form's answer names; some leave it blank."""
    rng = chance(one.seed, "venue", one.turn)
    if rng.random() * 100 < load("respuestas")["sede"]["ninguna"]:
        return ""
    return rng.choice(("Iztapalapa", "Azcapotzalco", "Centro", "Centro"))

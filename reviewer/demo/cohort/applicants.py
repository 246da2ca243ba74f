"""One application of the invented cohort: applicant, project, merit, time, and what is wrong with it.

Everything follows from the seed and the turn, so that any process can make its documents.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviewer.demo.cohort import census, merit, people, projects, troubles
from reviewer.demo.cohort.merit import Merit
from reviewer.demo.cohort.people import Person
from reviewer.demo.cohort.projects import Project
from reviewer.demo.cohort.words import load, seeded_rng, weighted_choice
from reviewer.demographics.geography import Alcaldia

_HOURS = (2, 1, 0.5, 0.3, 0.3, 0.6, 1.5, 3, 4, 6, 8, 8, 8, 7, 6, 6, 7, 8, 9, 10, 11, 12, 11, 7)


@dataclass(frozen=True)
class Applicant:
    """An application of the cohort. ``submitted`` has no time zone: it is Mexico City's.

    ``bill_of`` is turn and person of the bill that proves the address: the applicant's own, or a housemate's.
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
    """Returns ``total`` applications; times have no zone, and ``closes`` is the last moment in time."""
    trouble_by_turn = troubles.plan(total, seed)
    turns_away = {turn for turn, kind in trouble_by_turn.items() if kind in troubles.WITHOUT_ALCALDIA}
    at_home = iter(census.homes(total - len(turns_away), seed))
    elsewhere = seeded_rng(seed, "away")
    everywhere = census.homes(total, seed + 1)
    places = [elsewhere.choice(everywhere) if turn in turns_away else next(at_home) for turn in range(total)]
    applicants = [
        _applicant(seed, turn, place, trouble_by_turn.get(turn, ""), opens, closes) for turn, place in enumerate(places)
    ]
    return [_with_household(applicant, applicants, places) for applicant in applicants]


def submission_time(rng: random.Random, opens: datetime, closes: datetime) -> datetime:
    """Returns a moment of intake, with many in the first days, the last days and the last night."""
    span = closes - opens
    kind = weighted_choice(rng, [("first", 14.0), ("any", 36.0), ("last days", 28.0), ("last night", 22.0)])
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


def _applicant(seed: int, turn: int, place: Alcaldia, trouble: str, opens: datetime, closes: datetime) -> Applicant:
    person = troubles.apply_to_person(trouble, people.invent(seed, turn, place), seed, turn)
    sent = submission_time(seeded_rng(seed, "time", turn), opens, closes).replace(microsecond=0)
    return Applicant(
        seed=seed,
        turn=turn,
        person=person,
        project=projects.invent(seed, turn),
        merit=merit.draw(seed, turn),
        submitted=troubles.apply_to_time(trouble, sent, opens, closes),
        trouble=trouble,
        bill_of=(turn, person),
    )


def _with_household(applicant: Applicant, applicants: Sequence[Applicant], places: Sequence[Alcaldia]) -> Applicant:
    """Returns the applicant as somebody who shares e-mail, address and bill with another one."""
    if applicant.trouble != "household":
        return applicant
    hosts = [
        other
        for other in applicants
        if not other.trouble and other.turn != applicant.turn and places[other.turn] is places[applicant.turn]
    ]
    if not hosts:
        return replace(applicant, trouble="")
    host = hosts[applicant.turn % len(hosts)].person
    person = replace(applicant.person, home=host.home, email=host.email, phone=host.phone)
    return replace(applicant, person=person, bill_of=(hosts[applicant.turn % len(hosts)].turn, host))


def venue(applicant: Applicant) -> str:
    """Returns the form's answer about the venue, which some leave blank."""
    rng = seeded_rng(applicant.seed, "venue", applicant.turn)
    if rng.random() * 100 < load("respuestas")["sede"]["ninguna"]:
        return ""
    return rng.choice(("Iztapalapa", "Azcapotzalco", "Centro", "Centro"))

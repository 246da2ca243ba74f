"""A juror's clicks in a process of its own, which faults happen to: ``python -m tests.faults.clicking …``.

Each click that was acknowledged is a line on standard output, written after the verb returned: the number of
the click, the criterion, the value and its version. A refusal or a fault is a line with its sentence.
"""

import json
import os
import random
import sys
from collections.abc import Mapping

from reviewer import database
from reviewer.access.actor import Actor
from reviewer.errors import MachineFault
from reviewer.jury import reviews
from reviewer.jury.own import Item
from reviewer.models import Role
from tests.conftest import SLUG

FOLIO = "GUI-0001"
CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")


def click(actor: Actor, seed: int, clicks: int) -> None:
    """Random levels for random criteria, each told once it is kept."""
    rng = random.Random(seed)
    versions = {key: each.version for key, each in _scores(actor).items()}
    for number in range(clicks):
        criterion, value = rng.choice(CRITERIA), rng.randint(1, 5)
        version = versions.get(criterion, 0)
        saved = reviews.set_score(
            actor, call=SLUG, folio=FOLIO, criterion=criterion, value=value, version=version
        )
        versions[criterion] = saved.item.version
        _tell({"number": number, "criterion": criterion, "value": value, "version": saved.item.version})


def _scores(actor: Actor) -> Mapping[str, Item]:
    return reviews.read_review(actor, call=SLUG, folio=FOLIO).scores


def _tell(said: dict[str, object]) -> None:
    os.write(1, (json.dumps(said) + "\n").encode())


if __name__ == "__main__":
    person_id, session_id, seed, clicks, user = map(int, sys.argv[1:])
    actor = Actor(role=Role.JURY, name="", person_id=person_id, session_id=session_id)
    _scores(actor)  # what is loaded late is loaded while everything can be read
    database.engine().dispose()
    if user:
        os.setgid(user)
        os.setuid(user)
    try:
        click(actor, seed, clicks)
    except MachineFault as error:
        _tell({"fault": str(error)})

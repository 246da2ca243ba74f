"""A juror's clicks in a process of its own, which faults happen to, and what has to stand afterwards."""

import json
import os
import random
from collections.abc import Callable
from typing import Any

from reviewer.access.actor import OPERATOR, Actor
from reviewer.errors import MachineFault
from reviewer.jury import reviews
from reviewer.verification.run import verify
from tests.conftest import SLUG
from tests.faults.killing import in_a_process
from tests.stress import SEED

FOLIO = "GUI-0001"
CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")
Told = dict[str, Any]


def clicked_until(actor: Actor, seed: int, fault: Callable[[int], object]) -> list[Told]:
    """What a process acknowledged: each click that was kept, by its criterion, value and version.

    ``fault``, which is given the process's id, is done once the first is kept. A process that is told of a
    fault ends with its sentence, under ``fault``.
    """
    ours, its = os.pipe()
    process = in_a_process(lambda: _click(actor, random.Random(seed), its))
    os.close(its)
    with os.fdopen(ours, "rb") as said:
        first = said.readline()
        fault(process)
        os.waitpid(process, 0)
        return [json.loads(each) for each in (first, *said) if each.endswith(b"\n")]


def _click(actor: Actor, rng: random.Random, told: int) -> None:
    """Random levels for random criteria, each told once it is kept."""
    versions = {each["criterion"]: each["version"] for each in standing(actor)}
    while True:
        key, value = rng.choice(CRITERIA), rng.randint(1, 5)
        based_on = versions.get(key, 0)
        try:
            saved = reviews.set_score(
                actor, call=SLUG, folio=FOLIO, criterion=key, value=value, version=based_on
            )
        except MachineFault as error:
            os.write(told, (json.dumps({"fault": str(error)}) + "\n").encode())
            return
        versions[key] = saved.item.version
        kept = {"criterion": key, "value": value, "version": saved.item.version}
        os.write(told, (json.dumps(kept) + "\n").encode())


def standing(actor: Actor) -> list[Told]:
    """What is kept of her clicks, as ``clicked_until`` tells them."""
    scores = reviews.read_review(actor, call=SLUG, folio=FOLIO).scores
    return [{"criterion": key, "value": each.value, "version": each.version} for key, each in scores.items()]


def nothing_lost(actor: Actor, acknowledged: list[Told]) -> None:
    """What stands is each criterion's last acknowledged click, or the one that was under way after it."""
    last = {each["criterion"]: each for each in acknowledged if "fault" not in each}
    stands = {each["criterion"]: each for each in standing(actor)}
    for criterion, click in last.items():
        assert stands[criterion]["version"] >= click["version"], (SEED, click)
        if stands[criterion]["version"] == click["version"]:
            assert stands[criterion]["value"] == click["value"], (SEED, click)
    ahead = sum(each["version"] - last.get(key, {"version": 0})["version"] for key, each in stands.items())
    assert ahead <= 1, (SEED, "no more than the click under way is kept beyond what was acknowledged")
    nothing_wrong()


def nothing_wrong() -> None:
    """All that ``verify`` looks at is as it should be."""
    wrong = {each.check.name: each.problems for each in verify(OPERATOR) if each.problems}
    assert not wrong, (SEED, wrong)

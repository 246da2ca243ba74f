"""A juror's clicks in a process to which faults happen, and what has to be stored afterwards."""

import json
import os
import random
from collections.abc import Callable
from typing import Any

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.errors import InfrastructureError
from reviewer.jury.reviews import service as reviews_service
from reviewer.verification.checks import verify
from tests.calls import CRITERIA, SLUG
from tests.faults.kills import run_in_process
from tests.stress import SEED

FOLIO = "HIS-0001"
Click = dict[str, Any]


def acknowledged_clicks(actor: Actor, seed: int, fault: Callable[[int], object]) -> list[Click]:
    """Returns the clicks that a process acknowledged, by criterion, value and version.

    ``fault`` is called with the process's id after the first one. A process that gets an error ends with its
    message, under ``fault``.
    """
    read_end, write_end = os.pipe()
    process = run_in_process(lambda: _click(actor, random.Random(seed), write_end))
    os.close(write_end)
    with os.fdopen(read_end, "rb") as output:
        first = output.readline()
        fault(process)
        os.waitpid(process, 0)
        return [json.loads(line) for line in (first, *output) if line.endswith(b"\n")]


def _click(actor: Actor, rng: random.Random, descriptor: int) -> None:
    """Saves random levels for random criteria; reports each one after it is saved."""
    versions = {click["criterion"]: click["version"] for click in stored_clicks(actor)}
    while True:
        key, value = rng.choice(CRITERIA), rng.randint(1, 5)
        based_on = versions.get(key, 0)
        try:
            saved = reviews_service.set_score(
                actor, slug=SLUG, folio=FOLIO, criterion=key, value=value, version=based_on
            )
        except InfrastructureError as error:
            os.write(descriptor, (json.dumps({"fault": str(error)}) + "\n").encode())
            return
        versions[key] = saved.item.version
        saved_click = {"criterion": key, "value": value, "version": saved.item.version}
        os.write(descriptor, (json.dumps(saved_click) + "\n").encode())


def stored_clicks(actor: Actor) -> list[Click]:
    """Returns the juror's stored clicks in the form of ``acknowledged_clicks``."""
    scores = reviews_service.read_review(actor, slug=SLUG, folio=FOLIO).scores
    return [{"criterion": key, "value": score.value, "version": score.version} for key, score in scores.items()]


def assert_nothing_lost(actor: Actor, acknowledged: list[Click]) -> None:
    """Each criterion has its last acknowledged click, or the one under way after it."""
    last = {click["criterion"]: click for click in acknowledged if "fault" not in click}
    stored = {click["criterion"]: click for click in stored_clicks(actor)}
    for criterion, click in last.items():
        assert stored[criterion]["version"] >= click["version"], (SEED, click)
        if stored[criterion]["version"] == click["version"]:
            assert stored[criterion]["value"] == click["value"], (SEED, click)
    unacknowledged = sum(click["version"] - last.get(key, {"version": 0})["version"] for key, click in stored.items())
    assert unacknowledged <= 1, (
        SEED,
        "no more than the click under way is kept beyond what was acknowledged",
    )
    assert_consistent()


def assert_consistent() -> None:
    """``verify`` finds no problem."""
    wrong = {result.check.name: result.problems for result in verify(OPERATOR) if result.problems}
    assert not wrong, (SEED, wrong)

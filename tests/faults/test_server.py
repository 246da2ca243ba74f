"""The server itself killed while jurors click: what it answered with 200 is kept, whenever it was killed."""

import http.client
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import assignment
from reviewer.models import Call, Role
from tests.conftest import SLUG, PersonFactory
from tests.faults.clicking import CRITERIA, FOLIO, Told, nothing_lost, standing
from tests.jury.cases import add_applications
from tests.serving import Server
from tests.stress import chance, faults, rounds, seldom
from tests.web.asking import cookie

JURORS = 3


@seldom
def test_a_server_killed_under_clicks_has_kept_each_that_it_acknowledged(
    reviewing_call: Call, person: PersonFactory, tmp_path: Path
) -> None:
    jurors = [person(Role.JURY) for _ in range(JURORS)]
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=JURORS)
    rng, server = chance(), Server(tmp_path / "log")
    for _ in range(rounds(1, 60)):
        server.start()
        told = [standing(each) for each in jurors]
        with ThreadPoolExecutor(JURORS) as browsers:
            clicking = [
                browsers.submit(_click, server.port, juror, rng.randrange(10**9), said)
                for juror, said in zip(jurors, told, strict=True)
            ]
            time.sleep(0.2 + rng.random() * 0.8)
            server.kill()
        faults["the server killed under clicks"] += 1
        for juror, said, clicked in zip(jurors, told, clicking, strict=True):
            clicked.result()
            nothing_lost(juror, said)
    assert all(standing(each) for each in jurors)


def _click(port: int, juror: Actor, seed: int, told: list[Told]) -> None:
    """A juror's browser: random levels, each added to ``told`` once acknowledged, until nobody answers."""
    rng = random.Random(seed)
    versions = {each["criterion"]: each["version"] for each in told}
    headers = {**cookie(juror), "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    line = http.client.HTTPConnection("localhost", port, timeout=30)
    with suppress(OSError, http.client.HTTPException):
        while True:
            click = {"criterion": rng.choice(CRITERIA), "value": rng.randint(1, 5)}
            body = json.dumps({**click, "version": versions.get(click["criterion"], 0)})
            line.request("POST", f"/dictamenes/{SLUG}/{FOLIO}/puntajes", body, headers)
            answer = line.getresponse()
            said = json.loads(answer.read())
            assert answer.status == 200, said
            versions[click["criterion"]] = said["version"]
            told.append({**click, "version": said["version"]})

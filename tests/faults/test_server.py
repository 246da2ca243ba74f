"""The server is killed while jurors click: what it answered with 200 is stored."""

import http.client
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Role
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.faults.clicks import FOLIO, Click, assert_nothing_lost, stored_clicks
from tests.server import Server
from tests.stress import chance, faults, only_under_stress, rounds
from tests.web.asgi_client import cookie

JURORS = 3


@only_under_stress
def test_a_server_killed_under_clicks_has_kept_each_that_it_acknowledged(
    reviewing_call: Call, person: PersonFactory, tmp_path: Path
) -> None:
    jurors = [person(Role.JURY) for _ in range(JURORS)]
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=JURORS)
    rng, server = chance(), Server(tmp_path / "log")
    for _ in range(rounds(1, 60)):
        server.start()
        clicks = [stored_clicks(juror) for juror in jurors]
        with ThreadPoolExecutor(JURORS) as browsers:
            clicking = [
                browsers.submit(_click, server.port, juror, rng.randrange(10**9), juror_clicks)
                for juror, juror_clicks in zip(jurors, clicks, strict=True)
            ]
            time.sleep(0.2 + rng.random() * 0.8)
            server.kill()
        faults["the server killed under clicks"] += 1
        for juror, juror_clicks, clicked in zip(jurors, clicks, clicking, strict=True):
            clicked.result()
            assert_nothing_lost(juror, juror_clicks)
    assert all(stored_clicks(juror) for juror in jurors)


def _click(port: int, juror: Actor, seed: int, acknowledged: list[Click]) -> None:
    """Clicks random levels until the server stops answering; adds acknowledged ones to ``told``."""
    rng = random.Random(seed)
    versions = {click["criterion"]: click["version"] for click in acknowledged}
    headers = {**cookie(juror), "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    line = http.client.HTTPConnection("localhost", port, timeout=30)
    with suppress(OSError, http.client.HTTPException):
        while True:
            click = {"criterion": rng.choice(CRITERIA), "value": rng.randint(1, 5)}
            body = json.dumps({**click, "version": versions.get(click["criterion"], 0)})
            line.request("POST", f"/dictamenes/{SLUG}/{FOLIO}/puntajes", body, headers)
            answer = line.getresponse()
            reply = json.loads(answer.read())
            assert answer.status == 200, reply
            versions[click["criterion"]] = reply["version"]
            acknowledged.append({**click, "version": reply["version"]})

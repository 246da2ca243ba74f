"""Many jurors at once, through websockets and the application's routes.

Each scores every four seconds and opens a next application every minute with its page images. Measures how
long they wait, whether anything fails, and whether the server's memory stays constant.
``DICTAMEN_BENCH_JURORS`` (60) and ``DICTAMEN_BENCH_SECONDS`` (600) make it smaller. The jurors run on the
server's machine and so slow it down.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import psutil
from sqlmodel import col, select

from benchmarks.browser import serving
from benchmarks.place import command, installation
from benchmarks.streamlit_client import JurorClient
from reviewer.access import passwords, sessions
from reviewer.core import database
from reviewer.models import (
    Application,
    Assignment,
    AuditEvent,
    Document,
    Person,
    Review,
    Role,
    Score,
    require_id,
)
from reviewer.models.scopes import ELIGIBLE_APPLICATION

CLICK_EVERY, NEXT_EVERY = 4.0, 60.0
CLICK_TARGET, NEXT_TARGET = 0.150, 1.0
MOST_GROWTH = 0.10  # of the server's memory, from the second quarter of the time to the last
JURORS_A_PROCESS = 15
SAMPLE_EVERY = 2.0
WARM_UP = 20.0  # a server usually runs long before its jury arrives


Acknowledged = dict[tuple[str, str, str], tuple[int, int]]
"""By token, folio and criterion: the level that was acknowledged last, and its version."""


@dataclass
class Waits:
    """The times some jurors waited, in seconds, the errors, and what was acknowledged and submitted.

    ``clicks`` are (monotonic time of the click, wait).
    """

    clicks: list[tuple[float, float]] = field(default_factory=list)
    onward: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    acknowledged: Acknowledged = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Waits") -> None:
        """Adds the measurements of other jurors."""
        self.clicks += other.clicks
        self.onward += other.onward
        self.errors += other.errors
        self.acknowledged |= other.acknowledged
        self.sent += other.sent


@dataclass(frozen=True)
class JuryRun:
    """The waits of so many jurors for so many seconds, and the server's memory meanwhile in MiB."""

    waits: Waits
    memory: list[float]
    jurors: int
    seconds: float


def run() -> list[str]:
    """Prints the waits, the errors, and whether everything acknowledged is in the database."""
    with installation() as folder:
        command("demo")
        return report(run_jury(folder), CLICK_TARGET)


def run_jury(folder: Path, background: Callable[[str, float], AbstractContextManager[None]] | None = None) -> JuryRun:
    """Works through the demo's applications; ``background`` loads the host at the same time."""
    jurors = int(os.environ.get("DICTAMEN_BENCH_JURORS", "60"))
    seconds = float(os.environ.get("DICTAMEN_BENCH_SECONDS", "600"))
    os.environ["REVIEWER_COOKIE_KEY"] = "a key for the benchmark"
    tokens = _add_jurors(jurors, readings=round(seconds / NEXT_EVERY) + 3)
    with serving(folder) as server:
        host = server.url.removeprefix("http://")
        time.sleep(WARM_UP)
        memory = _Memory(server.pid)
        with background(host, seconds) if background else nullcontext():
            waits = _run_all(host, tokens, seconds)
        memory.stop()
    return JuryRun(waits, memory.samples, jurors, seconds)


def report(jury_run: JuryRun, target: float) -> list[str]:
    """Prints the results, and returns the targets that were missed."""
    return _check_saved(jury_run.waits) + _report_waits(jury_run, target)


def _add_jurors(jurors: int, *, readings: int) -> list[str]:
    """Adds jurors with so many assignments each; returns a session token for each."""
    chance = random.Random(1)
    people = [
        Person(
            email=f"carga{number}@demo.example",
            name=f"Jurado de carga {number}",
            role=Role.JURY,
            password_hash=passwords.hash_password("no se usa, es de una prueba"),
            must_change_password=False,
        )
        for number in range(jurors)
    ]
    with database.write_session() as session:
        session.add_all(people)
        session.flush()
        with_letter = select(Document.application_id).where(Document.kind == "motivos")
        query = select(Application).where(ELIGIBLE_APPLICATION, col(Application.id).in_(with_letter))
        eligible = list(session.exec(query))
        session.add_all(
            Assignment(
                call_id=application.call_id,
                application_id=require_id(application),
                person_id=require_id(person),
                place=position,
            )
            for person in people
            for position, application in enumerate(chance.sample(eligible, min(readings, len(eligible))))
        )
    return [sessions.redeem_ticket(sessions.make_ticket(person)) or "" for person in people]


def _run_all(host: str, tokens: list[str], seconds: float) -> Waits:
    """Runs all jurors, some of them in each process."""
    groups = [tokens[start : start + JURORS_A_PROCESS] for start in range(0, len(tokens), JURORS_A_PROCESS)]
    waits = Waits()
    with ProcessPoolExecutor(len(groups)) as pool:
        for group_waits in pool.map(_run_group, [host] * len(groups), groups, [seconds] * len(groups)):
            waits.add(group_waits)
    return waits


def _run_group(host: str, tokens: list[str], seconds: float) -> Waits:
    waits = Waits()
    until = time.monotonic() + seconds
    delays = [number * NEXT_EVERY / len(tokens) for number in range(len(tokens))]
    with ThreadPoolExecutor(len(tokens)) as pool:
        run_one = partial(_run_juror, host, until=until, waits=waits)
        list(pool.map(run_one, tokens, delays))  # raises what a thread raised
    return waits


def _run_juror(host: str, token: str, delay: float, until: float, waits: Waits) -> None:
    """Runs a juror's session; ``delay`` staggers the jurors' minutes."""
    juror = JurorClient(host, token)
    try:
        with juror:
            time.sleep(delay * CLICK_EVERY / NEXT_EVERY)
            juror.open()
            juror.first_page()
            juror.fetch_ahead()
            onward = time.monotonic() + delay
            for beat in _click_times(until):
                criteria = [criterion["key"] for criterion in juror.page.rubric["criteria"]]
                now = time.monotonic()
                waits.clicks.append((now, _timed(juror.score, random.choice(criteria), random.randint(1, 5))))
                if beat >= onward:
                    onward += NEXT_EVERY
                    for criterion in criteria:  # completes the rubric
                        juror.score(criterion, random.randint(1, 5))
                    waits.onward.append(_timed(_next_application, juror))
                    juror.fetch_ahead()
    except Exception as error:  # anything a person would see as an error
        waits.errors.append(f"{type(error).__name__}: {error}")
    waits.acknowledged |= {(token, *place): saved for place, saved in juror.acknowledged.items()}
    waits.sent += [(token, folio) for folio in juror.sent]


def _check_saved(waits: Waits) -> list[str]:
    """Checks that everything acknowledged is in the database, once."""
    people = {token: sessions.actor_of(token) for token in {token for token, *_ in waits.acknowledged}}
    columns: list[Any] = [Review.person_id, Application.folio, Score.criterion, Score.value, Score.version]
    query = select(*columns).join(Review, col(Review.id) == Score.review_id)
    with database.read_session() as session:
        rows = session.exec(query.join(Application, col(Application.id) == Review.application_id)).all()
        done = select(AuditEvent.actor, col(AuditEvent.detail)["folio"].as_string()).where(
            AuditEvent.action == "review.submit"
        )
        submits = Counter(session.exec(done).all())
    stored_scores = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    numbers = {token: actor.person_id if actor else 0 for token, actor in people.items()}
    clicks = [
        stored_scores.get((numbers[token], *place)) == saved for (token, *place), saved in waits.acknowledged.items()
    ]
    sent = [submits[f"person:{numbers[token]}", folio] == 1 for token, folio in waits.sent]
    print(f"in the database: {sum(clicks)} of {len(clicks)} scores as acknowledged, ", end="")
    print(f"{sum(sent)} of {len(sent)} reviews sent once", flush=True)
    return [] if all(clicks) and all(sent) else ["something acknowledged is lost or doubled"]


def _click_times(until: float) -> Iterator[float]:
    """Yields the moments of clicks, until the end."""
    beat = time.monotonic()
    while beat < until:
        beat += CLICK_EVERY * random.uniform(0.75, 1.25)
        time.sleep(max(beat - time.monotonic(), 0))
        yield beat


def _next_application(juror: JurorClient) -> None:
    if not juror.submit():
        raise RuntimeError("no quedan postulaciones: faltan asignaciones en la prueba")
    juror.first_page()


def _timed(act: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - begun


class _Memory:
    """The memory of the server process over time, in MiB."""

    def __init__(self, pid: int) -> None:
        self.samples: list[float] = []
        self._server = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops watching."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY):
            self.samples.append(self._server.memory_info().rss / 2**20)


def _report_waits(jury_run: JuryRun, target: float) -> list[str]:
    waits, memory = jury_run.waits, jury_run.memory
    done = f"{len(waits.clicks)} clicks, {len(waits.onward)} next applications"
    print(f"{jury_run.jurors} jurors, {jury_run.seconds:g} s: {done}")
    missed = percentile("a click", [wait for _, wait in waits.clicks], target)
    missed += percentile("the next application with its first page", waits.onward, NEXT_TARGET)
    print(f"errors: {len(waits.errors)} {waits.errors[:3] or ''}", flush=True)
    if waits.errors:
        missed.append(f"{len(waits.errors)} errors")
    quarter = max(len(memory) // 4, 1)
    early, late = mean(memory[quarter : 2 * quarter] or [0]), mean(memory[-quarter:] or [0])
    print(f"server memory: {early:.0f} MiB in the second quarter, {late:.0f} MiB in the last", flush=True)
    if late > early * (1 + MOST_GROWTH):
        missed.append(f"memory grew from {early:.0f} to {late:.0f} MiB")
    return missed


def percentile(name: str, seconds: list[float], target: float) -> list[str]:
    """Prints the median and the 95th percentile; returns a miss if the latter is over the target."""
    if not seconds:
        return [f"{name}: none measured"]
    ordered = sorted(seconds)
    middle, high = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    print(f"{name}: p50 {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms (target p95 {target * 1000:.0f} ms)")
    return [] if high <= target else [f"{name}: p95 {high * 1000:.0f} ms, target {target * 1000:.0f} ms"]

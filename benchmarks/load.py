"""A jury at work, and all else at once: coordinators on the cohort, an import of thousands, log-ins by the
hundred and a backup; what a click waits for meanwhile, and whether what was acknowledged is in the database.

On SQLite, and on a PostgreSQL of its own where there is one. ``DICTAMEN_BENCH_JURORS`` (60),
``DICTAMEN_BENCH_SECONDS`` (600) and ``DICTAMEN_BENCH_LOAD`` (1: of all else) make it smaller. Those who click
run on the server's own machine, and so slow it down.
"""

import csv
import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from benchmarks import jury
from benchmarks.arrival import look, sign_in
from benchmarks.place import installation
from reviewer import database, documents
from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR
from reviewer.models import Application, Document, Person, Role
from reviewer.paths import ROOT
from reviewer.web import cookies
from tests import postgres
from tests.intake.made import pdf

SLUG = "guionismo-2025"
CLICK_TARGET = 0.250
IMPORTED, KEPT, LOGINS = 2000, 5000, 200  # applications imported, applications kept, log-ins in a minute
COORDINATORS, LOOK_EVERY = 2, 10.0
PASSWORD = "una frase larga para medir"


@dataclass
class Besides:
    """What was done beside the jury's clicks: seconds by what it was, and what failed."""

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def timed(self, name: str, act: Callable[[], object]) -> None:
        """Does it once and notes how long that took, or how it failed."""
        begun = time.perf_counter()
        try:
            act()
        except Exception as error:  # whatever a person would have met
            self.errors.append(f"{name}: {type(error).__name__}: {error}")
        else:
            self.took.setdefault(name, []).append(time.perf_counter() - begun)


def run() -> list[str]:
    """Prints the figures of either database, and returns the targets that were missed."""
    missed = _on("SQLite", "")
    try:
        with postgres.cluster() as cluster:
            missed += _on("PostgreSQL", cluster.new_database("load"))
    except pytest.skip.Exception:
        print("PostgreSQL: none on this machine, not measured", flush=True)
    return missed


def _on(kind: str, url: str) -> list[str]:
    print(f"-- {kind}", flush=True)
    besides = Besides()
    with installation(url) as folder:

        @contextmanager
        def beside(host: str, seconds: float) -> Iterator[None]:
            with ExitStack() as ending:
                for task in _tasks(host, folder, seconds, besides):
                    thread = threading.Thread(target=task)
                    thread.start()
                    ending.callback(thread.join)
                yield

        missed = jury.measure(folder, target=CLICK_TARGET, beside=beside) + _told(besides)
        database.engine().dispose()
    return [f"{kind}: {each}" for each in missed]


def _tasks(host: str, folder: Path, seconds: float, besides: Besides) -> list[Callable[[], None]]:
    """What goes on beside the jury, each for a thread of its own."""
    share = float(os.environ.get("DICTAMEN_BENCH_LOAD", "1"))
    _fill_store(round(KEPT * share))
    batch, names = _batch(folder / "lote.zip", round(IMPORTED * share)), _people(round(LOGINS * share))
    until = time.monotonic() + seconds
    words, file = ("import", str(batch), "--call", SLUG), str(folder / "respaldo.zip")
    return [
        *(partial(_look_on, host, token, until, besides) for token in _coordinators()),
        partial(besides.timed, "import", partial(_command, *words)),
        partial(besides.timed, "backup", partial(_command, "backup", file)),
        partial(_arrive, host, names, min(60.0, seconds), besides),
    ]


def _look_on(host: str, token: str, until: float, besides: Besides) -> None:
    """A coordinator goes back to the cohort every few seconds."""
    cookie = f"{cookies.NAME}={cookies.sign(token)}"
    while time.monotonic() < until:
        besides.timed("the cohort's page", partial(look, host, cookie, "cohorte"))
        time.sleep(LOOK_EVERY)


def _arrive(host: str, names: list[str], within: float, besides: Besides) -> None:
    """People log in one after the other, evenly over a minute, each with her password."""
    threads = []
    for email in names:
        act = partial(sign_in, host, email, PASSWORD)
        threads.append(threading.Thread(target=besides.timed, args=("a log-in", act)))
        threads[-1].start()
        time.sleep(within / len(names))
    for each in threads:
        each.join()


def _command(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reviewer", *words], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{words[0]}: exit {done.returncode}: {done.stderr[-300:]}")


def _people(count: int) -> list[str]:
    """So many people who can log in with the one password."""
    emails = [f"llega{number}@medir.example" for number in range(count)]
    first = people.add_person(OPERATOR, email=emails[0], name="Llega 0", role=Role.JURY, password=PASSWORD)
    with database.writing() as session:
        session.add_all(
            Person(
                email=each,
                name="Llega",
                role=Role.JURY,
                password_hash=first.person.password_hash,
                must_change_password=False,
            )
            for each in emails[1:]
        )
    return emails


def _coordinators() -> list[str]:
    tokens = []
    for number in range(COORDINATORS):
        email = f"coordina{number}@medir.example"
        added = people.add_person(
            OPERATOR, email=email, name="Coordina", role=Role.COORDINATOR, password=PASSWORD
        )
        tokens.append(sessions.redeem_ticket(sessions.make_ticket(added.person)) or "")
    return tokens


def _fill_store(count: int) -> None:
    """Four small documents for each of so many applications, for the backup to carry."""
    with database.writing() as session:
        known = list(session.exec(select(Application.id)))
        for number in range(count * 4):
            sha256, size = documents.put(io.BytesIO(pdf(f"Anexo {number}")))
            session.add(
                Document(
                    application_id=known[number % len(known)] or 0,
                    kind="anexo",
                    original_name="a.pdf",
                    sha256=sha256,
                    size=size,
                )
            )


def _batch(path: Path, count: int) -> Path:
    """A batch of so many people with a letter each."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        ("nombre", "apellidos", "correo", "fecha_nacimiento", "alcaldia", "enviado_en", "motivos")
    )
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            born, sent = f"1990-05-{1 + number % 28:02d}", f"2025-09-{10 + number % 9} 10:00:00"
            email = f"lote{number}@medir.example"
            writer.writerow(
                (f"Nombre{number}", "De Prueba", email, born, "Iztapalapa", sent, f"m{number}.pdf")
            )
            archive.writestr(f"docs/m{number}.pdf", pdf(f"Carta {number}"))
        archive.writestr("tabla.csv", table.getvalue())
    return path


def _told(besides: Besides) -> list[str]:
    for name, seconds in sorted(besides.took.items()):
        ordered = sorted(seconds)
        print(
            f"{name}: median {ordered[len(ordered) // 2]:.2f} s, most {ordered[-1]:.2f} s, n = {len(ordered)}"
        )
    print(f"errors beside the jury: {len(besides.errors)} {besides.errors[:3] or ''}", flush=True)
    return [f"{len(besides.errors)} errors beside the jury"] if besides.errors else []

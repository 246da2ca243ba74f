"""A jury at work beside everything else: cohort pages, an import, log-ins and a backup.

Measures what a click waits meanwhile, and whether what was acknowledged is in the database. On SQLite, and on
a PostgreSQL of its own where one is installed, about eleven and a half minutes each.
``DICTAMEN_BENCH_DATABASES`` (``sqlite,postgresql``) chooses; ``DICTAMEN_BENCH_JURORS`` (60),
``DICTAMEN_BENCH_SECONDS`` (600) and ``DICTAMEN_BENCH_LOAD`` (1, a share of everything else) make it smaller.
The jurors run on the server's machine and so slow it down. Import and backup run at a lower priority, as when
a page starts them.
"""

import csv
import hashlib
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
from sqlalchemy import insert
from sqlmodel import func, select

from benchmarks import jury, many
from benchmarks.arrival import open_page, sign_in
from benchmarks.place import command, installation
from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR
from reviewer.core import database
from reviewer.core.paths import ROOT
from reviewer.jobs import runner
from reviewer.jobs.records import PDF_WORKER_JOBS
from reviewer.models import Application, Document, Person, Role
from reviewer.storage import documents
from reviewer.web.auth import cookies
from tests import postgres
from tests.factories.pdfs import small_pdf

SLUG = "guionismo-2025"
CLICK_TARGET = 0.250
APPLICATIONS_IMPORTED, APPLICATIONS_KEPT, LOGINS = 2000, 5000, 200  # log-ins within a minute
PDF_SIZE = 20_000  # bytes of padding in each stored document
COORDINATORS, LOOK_EVERY = 2, 10.0
SETTLED = 30.0  # seconds until the jury has started
PASSWORD = "una frase larga para medir"


@dataclass
class BackgroundLoad:
    """What was done beside the jury's clicks: (start, end) by name, and errors."""

    done: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def timed(self, name: str, act: Callable[[], object]) -> None:
        """Runs ``act`` and records how long it took, or how it failed."""
        begun = time.monotonic()
        try:
            act()
        except Exception as error:  # anything a person would see as an error
            self.errors.append(f"{name}: {type(error).__name__}: {error}")
        else:
            self.done.setdefault(name, []).append((begun, time.monotonic()))


def run() -> list[str]:
    """Prints the figures of each database, and returns the targets that were missed."""
    databases = os.environ.get("DICTAMEN_BENCH_DATABASES", "sqlite,postgresql").split(",")
    missed = _measure("SQLite", "") if "sqlite" in databases else []
    if "postgresql" not in databases:
        return missed
    try:
        with postgres.cluster() as cluster:
            missed += _measure("PostgreSQL", cluster.new_database("load"))
    except pytest.skip.Exception:
        print("PostgreSQL: none on this machine, not measured", flush=True)
    return missed


def _measure(kind: str, url: str) -> list[str]:
    print(f"-- {kind}", flush=True)
    background = BackgroundLoad()
    share = float(os.environ.get("DICTAMEN_BENCH_LOAD", "1"))
    with installation(url) as folder:
        command("demo")
        _fill(round(APPLICATIONS_KEPT * share))
        batch = _batch(folder / "lote.zip", round(APPLICATIONS_IMPORTED * share))
        names = _people(round(LOGINS * share))
        tokens = _coordinators()

        @contextmanager
        def beside(host: str, seconds: float) -> Iterator[None]:
            tasks = _tasks(host, seconds, background, tokens, names, batch)
            with ExitStack() as ending:
                for task in tasks:
                    thread = threading.Thread(target=partial(_run_later, task))
                    thread.start()
                    ending.callback(thread.join)
                yield

        jury_run = jury.run_jury(folder, beside)
        missed = jury.report(jury_run, CLICK_TARGET) + _report(background, jury_run.waits.clicks)
        database.engine().dispose()
    return [f"{kind}: {miss}" for miss in missed]


def _run_later(task: Callable[[], None]) -> None:
    """Runs the task once the jury has started, which is measured elsewhere."""
    time.sleep(SETTLED)
    task()


def _tasks(
    host: str, seconds: float, background: BackgroundLoad, tokens: list[str], names: list[str], batch: Path
) -> list[Callable[[], None]]:
    """Returns the background tasks, each for a thread of its own."""
    until = time.monotonic() + seconds
    arguments, file = ("import", str(batch), "--call", SLUG), str(batch.with_name("respaldo.zip"))
    return [
        *(partial(_watch_cohort, host, token, until, background) for token in tokens),
        partial(background.timed, "import", partial(_command, *arguments)),
        partial(background.timed, "backup", partial(_command, "backup", file)),
        partial(_log_in_people, host, names, min(60.0, seconds), background),
    ]


def _watch_cohort(host: str, token: str, until: float, background: BackgroundLoad) -> None:
    """Opens the cohort page every few seconds as a coordinator."""
    cookie = f"{cookies.NAME}={cookies.sign(token)}"
    while time.monotonic() < until:
        background.timed("the cohort's page", partial(open_page, host, cookie, "cohorte"))
        time.sleep(LOOK_EVERY)


def _log_in_people(host: str, names: list[str], within: float, background: BackgroundLoad) -> None:
    """Logs people in one after the other, evenly over ``within`` seconds."""
    threads = []
    for email in names:
        act = partial(sign_in, host, email, PASSWORD)
        threads.append(threading.Thread(target=background.timed, args=("a log-in", act)))
        threads[-1].start()
        time.sleep(within / len(names))
    for thread in threads:
        thread.join()


def _command(*words: str) -> None:
    """Runs a command as a page starts it, without a row for its progress."""
    niceness = 0 if words[0] in PDF_WORKER_JOBS else runner.NICENESS
    command_line = ["nice", "-n", str(niceness), sys.executable, "-m", "reviewer", *words]
    done = subprocess.run(command_line, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{words[0]}: exit {done.returncode}: {done.stderr[-300:]}")


def _people(count: int) -> list[str]:
    """Adds people who can log in with one password; returns their e-mail addresses."""
    emails = [f"llega{number}@medir.example" for number in range(count)]
    first = people.add_person(OPERATOR, email=emails[0], name="Llega 0", role=Role.JURY, password=PASSWORD)
    with database.write_session() as session:
        session.add_all(
            Person(
                email=email,
                name="Llega",
                role=Role.JURY,
                password_hash=first.person.password_hash,
                must_change_password=False,
            )
            for email in emails[1:]
        )
    return emails


def _coordinators() -> list[str]:
    tokens = []
    for number in range(COORDINATORS):
        email = f"coordina{number}@medir.example"
        added = people.add_person(OPERATOR, email=email, name="Coordina", role=Role.COORDINATOR, password=PASSWORD)
        tokens.append(sessions.redeem_ticket(sessions.make_ticket(added.person)) or "")
    return tokens


def _fill(applications: int) -> None:
    """Adds applications with four documents each, up to ``applications``, for the backup.

    The new ones are not assigned to the jury.
    """
    with database.read_session() as session:
        existing = session.exec(select(func.count()).select_from(Application)).one()
    first = many.add(SLUG, applications - existing) if applications > existing else 1
    padding, lines = os.urandom(PDF_SIZE), []
    for number in range(applications * 4):
        content = small_pdf(f"Anexo {number}") + padding
        sha256 = hashlib.sha256(content).hexdigest()
        documents.put_content(content, sha256=sha256)
        lines.append(
            {
                "application_id": first + number % max(applications - existing, 1),
                "public_id": f"anexo{number}",
                "kind": "anexo",
                "position": 100 + number,
                "original_name": "a.pdf",
                "sha256": sha256,
                "size": len(content),
                "pages": 1,
            }
        )
    with database.write_session() as session:
        session.execute(insert(Document), lines)


def _batch(path: Path, count: int) -> Path:
    """Writes a batch of applications with a letter each."""
    table = io.StringIO()
    writer = csv.writer(table)
    columns = ("nombre", "apellidos", "correo", "fecha_nacimiento", "alcaldia", "enviado_en", "motivos")
    writer.writerow(columns)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            born, sent = f"1990-05-{1 + number % 28:02d}", f"2025-09-{10 + number % 9} 10:00:00"
            email = f"lote{number}@medir.example"
            writer.writerow((f"Nombre{number}", "De Prueba", email, born, "Iztapalapa", sent, f"m{number}.pdf"))
            archive.writestr(f"docs/m{number}.pdf", small_pdf(f"Carta {number}"))
        archive.writestr("tabla.csv", table.getvalue())
    return path


def _report(background: BackgroundLoad, clicks: list[tuple[float, float]]) -> list[str]:
    missed, spans = [], {}
    for name, done in sorted(background.done.items()):
        ordered = sorted(end - begun for begun, end in done)
        middle = ordered[len(ordered) // 2]
        print(f"{name}: median {middle:.2f} s, most {ordered[-1]:.2f} s, n = {len(ordered)}")
        spans[name] = (min(begun for begun, _ in done), max(end for _, end in done))
    for name in ("import", "backup", "a log-in"):
        begun, end = spans.get(name, (0.0, 0.0))
        waits = [wait for at, wait in clicks if begun < at < end]
        missed += jury.percentile(f"a click while there is {name}", waits, CLICK_TARGET)
    rest = max(spans[name][1] for name in spans if name != "the cohort's page")
    quiet = [wait for at, wait in clicks if at > rest]
    if quiet:
        jury.percentile("a click after all that", quiet, CLICK_TARGET)
    print(f"errors beside the jury: {len(background.errors)} {background.errors[:3] or ''}", flush=True)
    return missed + ([f"{len(background.errors)} errors beside the jury"] if background.errors else [])

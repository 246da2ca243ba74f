"""Assignment at full size, 100,000 applications × 3 readings among 600 jurors, against a bare loop.

The bare loop writes as many rows in the same batches, whoever reads what. ``DICTAMEN_APPLICATIONS`` makes it
smaller, with a jury in proportion.
"""

import os
import random
import resource
import time
from collections.abc import Callable

from sqlmodel import SQLModel, delete, insert

from benchmarks.place import installation, report_ratio, report_seconds
from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.core import clock, database
from reviewer.core.paths import CALLS
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Application, Assignment, Batch, Conflict, Eligibility, Person, Role, require_id

APPLICATIONS, APPLICATIONS_PER_JUROR, READINGS = 100_000, 500, 3
CONFLICTS = 0.02  # of all pairs, as in the simulated jury, but at most twelve per juror
SECONDS, MEBIBYTES = 60, 1024
_ROWS = 5_000
SLUG = "guionismo-2025"


def run() -> list[str]:
    """Prints the times of assigning, assigning again and levelling, and the peak memory."""
    applications = int(os.environ.get("DICTAMEN_APPLICATIONS", APPLICATIONS))
    jurors = max(READINGS, applications * READINGS // APPLICATIONS_PER_JUROR)
    with installation():
        _fill(applications, jurors)
        took = [_timed(lambda: assignment_service.assign(OPERATOR, slug=SLUG))]
        again = _timed(lambda: assignment_service.assign(OPERATOR, slug=SLUG))
        level = _timed(lambda: assignment_service.preview_level_loads(OPERATOR, slug=SLUG))
        bare = _timed(lambda: _bare_loop(applications, jurors))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{applications:,} applications × {READINGS} among {jurors} jurors; {memory} MiB at most")
    missed = report_seconds("assignment", took, target=SECONDS)
    report_seconds("assignment again, which changes nothing", [again])
    report_seconds("levelling of loads, previewed", [level])
    report_seconds("bare loop that writes as many rows", [bare])
    report_ratio("assignment against the bare loop", took[0] / bare, target=8)
    return missed + ([f"memory: {memory} MiB, target {MEBIBYTES}"] if memory > MEBIBYTES else [])


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _fill(applications: int, jurors: int) -> None:
    """Stores a call with eligible applications, a jury and some conflicts of interest."""
    text = (CALLS / f"{SLUG}.toml").read_text(encoding="utf-8")
    call_id = require_id(spec.load_call(OPERATOR, text=text))
    with database.write_session() as session:
        session.add(Batch(key="b", call_id=call_id, source_name="b", source_hash="b", status="complete"))
    people = [
        {"email": f"{n}@x.example", "name": f"Jurado {n}", "role": Role.JURY, "password_hash": ""}
        | {"public_id": f"p{n}", "must_change_password": False, "active": True, "created_at": clock.now()}
        for n in range(jurors)
    ]
    rows = [
        {"call_id": call_id, "folio": f"GUI-{n:06d}", "eligibility": Eligibility.ELIGIBLE, "batch_id": 1}
        | {"row": n, "status": "current", "created_at": clock.now(), "updated_at": clock.now()}
        | dict.fromkeys(("reasons", "project_kind", "project_title", "genre", "synopsis"), "")
        | dict.fromkeys(("preferred_venue", "superseded_by", "digest"), "")
        for n in range(applications)
    ]
    _store(Person, people)
    _store(Application, rows)
    rng = random.Random(2025)
    pairs = {
        (1 + rng.randrange(applications), 1 + rng.randrange(jurors))
        for _ in range(min(12 * jurors, int(CONFLICTS * applications * jurors)))
    }
    conflicts = [{"application_id": a, "person_id": p, "kind": "other"} for a, p in sorted(pairs)]
    blank = {"statement": "", "origin": "opening", "signed_as": "", "declared_at": clock.now()}
    _store(Conflict, [row | blank for row in conflicts])


def _bare_loop(applications: int, jurors: int) -> None:
    with database.write_session() as session:
        session.execute(delete(Assignment))
    now = clock.now()
    rows = [
        {"call_id": 1, "application_id": 1 + n, "person_id": 1 + (n * READINGS + turn) % jurors}
        | {"place": n, "anchor": False, "created_at": now}
        for n in range(applications)
        for turn in range(READINGS)
    ]
    _store(Assignment, rows)


def _store(model: type[SQLModel], rows: list[dict[str, object]]) -> None:
    with database.write_session() as session:
        for start in range(0, len(rows), _ROWS):
            session.execute(insert(model), rows[start : start + _ROWS])

"""Fills an empty installation with the demo: call, cohort, jury and readings.

The cohort is imported, people are added and readings are assigned by the application's own functions. Filling
that was interrupted is resumed by the next call: every step skips what exists.
"""

import json
import re
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session, select

from reviewer.access import people
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call import spec as call_spec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.core.paths import CALLS
from reviewer.core.text import fold_solid
from reviewer.demo import batch
from reviewer.demo.cohort import applicants
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.merit import Merit
from reviewer.demo.jury import panel, reviews
from reviewer.demo.jury.panel import Juror
from reviewer.demo.logins import DEMO_LOGINS
from reviewer.demo.progress import StepProgress, Terminal
from reviewer.intake.batch.import_batch import import_batch
from reviewer.jury.assignment.service import assign
from reviewer.models import Application, Call, Person, Phase, Role, Setting, require_id
from reviewer.models.scopes import current_of
from reviewer.operations.installation import mark_as_demo

SLUG = "guionismo-2025"
APPLICATIONS = 240
SEED = 2025
_UNFINISHED = "demo_unfinished"
_WINDOW_OPENED, _WINDOW_CLOSES = timedelta(days=7), timedelta(days=14)


@dataclass(frozen=True)
class Size:
    """The size and seed that were asked for."""

    applications: int
    seed: int


@dataclass(frozen=True)
class FillSummary:
    """What the installation has now."""

    applications: int
    jurors: int
    submitted: int


@verb(Action.LOAD_CALL)
def fill(
    actor: Actor, *, applications: int = APPLICATIONS, seed: int = SEED, progress: StepProgress | None = None
) -> FillSummary:
    """Fills an empty installation. Raises ``UserError`` where there are other applications than the demo's.

    ``progress`` is called with the name of each step, how much is done and of how much (default: the
    terminal).
    """
    require(actor, Action.LOAD_CALL)
    if applications < 1:
        raise UserError("La cohorte necesita al menos una postulación.")
    return _fill(actor, _begin(Size(applications, seed)), progress or Terminal())


@verb(Action.LOAD_CALL)
def fill_if_empty(actor: Actor) -> FillSummary | None:
    """Fills an empty installation in the usual size, or resumes; None where it is in use."""
    require(actor, Action.LOAD_CALL)
    with read_session() as session:
        unfinished = session.get(Setting, _UNFINISHED)
        used = session.exec(select(Call.id)).first() or session.exec(select(Person.id)).first()
    if used and not unfinished:
        return None
    return _fill(actor, _begin(Size(APPLICATIONS, SEED)), Terminal())


def _begin(size: Size) -> Size:
    """Stores that filling is under way; returns the size of the one that was interrupted, if any."""
    with write_session() as session:
        unfinished = session.get(Setting, _UNFINISHED)
        if unfinished is not None:
            return Size(**json.loads(unfinished.value))
        if session.exec(select(Application.id)).first() is not None:
            raise UserError("Ya hay postulaciones: la demostración solo llena una instalación vacía.")
        mark_as_demo(session)
        session.add(Setting(key=_UNFINISHED, value=json.dumps(asdict(size))))
    return size


def _fill(actor: Actor, size: Size, progress: StepProgress) -> FillSummary:
    now = clock.now()
    call = call_spec.load_call(actor, text=_call_text(now))
    jurors = _add_people(actor, size, progress)
    rows = _import(actor, size, call_spec.spec_of(call), progress)
    call_spec.set_phase(actor, slug=SLUG, phase=Phase.REVIEWING)
    progress("Asignación", 0, 1)
    assign(actor, slug=SLUG)
    progress("Asignación", 1, 1)
    submitted = _review(call, jurors, rows, size, now)
    return FillSummary(size.applications, len(jurors), submitted)


def _call_text(now: datetime) -> str:
    """Returns the call's file with its real intake, and its review window around today."""
    text = call_spec.read_file(CALLS / f"{SLUG}.toml")
    today = now.astimezone(call_spec.parse(text).zone).date()
    before, section, rest = text.partition("[review]")
    for key, day, hour in (
        ("opens_at", today - _WINDOW_OPENED, time(9)),
        ("closes_at", today + _WINDOW_CLOSES, time(23, 59)),
    ):
        moment = datetime.combine(day, hour).isoformat()
        rest = re.sub(rf"^({key}\s*=\s*)\S+", rf"\g<1>{moment}", rest, count=1, flags=re.MULTILINE)
    return before + section + rest


def _add_people(actor: Actor, size: Size, progress: StepProgress) -> list[tuple[int, Juror]]:
    """Adds the demo's users; returns the person id of each juror, in the order of ``panel.jury``."""
    jury_login = next(login for login in DEMO_LOGINS if login.role is Role.JURY)
    accounts = [(login.email, login.name, login.role, login.password) for login in DEMO_LOGINS]
    jury = panel.jury(size.applications, size.seed)
    emails = [jury_login.email, *(_address(juror.name) for juror in jury[1:])]
    accounts += [
        (email, juror.name, Role.JURY, jury_login.password) for email, juror in zip(emails[1:], jury[1:], strict=True)
    ]
    for count, (email, name, role, password) in enumerate(accounts, start=1):
        if _person(email) is None:
            people.add_person(actor, email=email, name=name, role=role, password=password)
        progress("Personas", count, len(accounts))
    rows = [person for email in emails if (person := _person(email)) is not None]
    return [(require_id(person), juror) for person, juror in zip(rows, jury, strict=True)]


def _address(name: str) -> str:
    return f"{'.'.join(fold_solid(word) for word in name.split())}@demo.example"


def _person(email: str) -> Person | None:
    with read_session() as session:
        return session.exec(select(Person).where(Person.email == email)).first()


def _import(actor: Actor, size: Size, spec: call_spec.CallSpec, progress: StepProgress) -> dict[int, Applicant]:
    """Makes the batch in a folder of its own and imports it; returns the applicants by row."""
    opens = spec.local(spec.opens).replace(tzinfo=None)
    closes = spec.local(spec.closes).replace(tzinfo=None) - timedelta(seconds=1)
    cohort = applicants.cohort(size.applications, size.seed, opens, closes)
    with tempfile.TemporaryDirectory(prefix="dictamen-") as scratch:
        folder = Path(scratch) / "postulaciones"
        folder.mkdir()
        rows = batch.write(folder, cohort, opens, lambda done, of: progress("Documentos", done, of))
        report = import_batch(
            actor, source=folder, slug=SLUG, progress=lambda done, of: progress("Postulaciones", done, of)
        )
    if report.batch is None:
        raise InfrastructureError(f"La cohorte inventada no se pudo cargar: {report.lines[0].finding.message}")
    return rows


def _review(call: Call, jurors: list[tuple[int, Juror]], rows: dict[int, Applicant], size: Size, now: datetime) -> int:
    spec = call_spec.spec_of(call)
    opens = spec.local(spec.review_opens or now - _WINDOW_OPENED)
    with write_session() as session:
        submitted = reviews.store(
            session,
            call,
            jurors=jurors,
            merits=_merits(session, call, rows),
            seed=size.seed,
            opens=opens,
            now=now,
        )
        session.delete(session.get_one(Setting, _UNFINISHED))
    return submitted


def _merits(session: Session, call: Call, rows: dict[int, Applicant]) -> dict[int, Merit]:
    query = select(Application.id, Application.row).where(current_of(call))
    return {number: rows[row].merit for number, row in session.exec(query) if number is not None}

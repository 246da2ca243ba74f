"""A call with submitted reviews, written directly to the database, for benchmarks of later steps."""

from datetime import timedelta

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session

from benchmarks.simulated_jury import World, simulate
from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.paths import CALLS
from reviewer.demographics.geography import alcaldias
from reviewer.models import (
    Applicant,
    Application,
    Assignment,
    Batch,
    Call,
    Eligibility,
    Person,
    Phase,
    Review,
    ReviewStatus,
    Role,
    Score,
    require_id,
)

SLUG = "guionismo-2025"


def fill(world: World, *, seed: int = 0) -> None:
    """Installs the shipped call with the world's applications, jurors and readings, in review."""
    call = spec.load_call(OPERATOR, text=spec.read_file(CALLS / f"{SLUG}.toml"))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    criteria = [criterion.key for criterion in spec.spec_of(call).criteria]
    weights = tuple(criterion.weight for criterion in spec.spec_of(call).criteria)
    readings, _ = simulate(World(world.applications, world.jurors, world.readers, weights=weights), seed)
    with write_session() as session:
        jurors = _jurors(session, world.jurors)
        first = _applications(session, call, world.applications)
        indices = zip(readings.application.tolist(), readings.reviewer.tolist(), strict=True)
        pairs = [
            {"call_id": call.id, "application_id": first + application, "person_id": jurors[juror]}
            for application, juror in indices
        ]
        session.execute(insert(Assignment), pairs)
        now = clock.now() - timedelta(days=1)
        sent = {"status": ReviewStatus.SUBMITTED, "submitted_at": now, "started_at": now, "updated_at": now}
        reviews = [{**pair, **sent, "id": number, "public_id": f"r{number}"} for number, pair in enumerate(pairs, 1)]
        session.execute(insert(Review), reviews)
        scores = [
            {"review_id": number, "criterion": criterion, "value": int(grade), "updated_at": now}
            for number, grades in enumerate(readings.grades, 1)
            for criterion, grade in zip(criteria, grades, strict=True)
        ]
        session.execute(insert(Score), scores)


def log_in_coordinator() -> str:
    """Adds a coordinator and returns the token of a session of theirs."""
    password = "una frase larga para medir"
    added = people.add_person(
        OPERATOR, email="coordina@medir.example", name="Coordina", role=Role.COORDINATOR, password=password
    )
    with write_session() as session:
        person = session.get(Person, added.person.id)
        assert person is not None
        person.must_change_password = False
    token = sessions.redeem_ticket(sessions.make_ticket(added.person))
    assert token is not None
    return token


def _jurors(session: Session, count: int) -> list[int]:
    jurors = [
        Person(
            email=f"j{number:03d}@medir.example",
            name=f"Juror {number:03d}",
            role=Role.JURY,
            password_hash="",
            must_change_password=False,
        )
        for number in range(count)
    ]
    session.add_all(jurors)
    session.flush()
    return [require_id(juror) for juror in jurors]


def _applications(session: Session, call: Call, count: int) -> int:
    """Stores the applications; returns the id of the first, which the others follow."""
    batch = Batch(key="medir", call_id=require_id(call), source_name="medir", source_hash="medir", status="complete")
    session.add(batch)
    session.flush()
    chance, codes = np.random.default_rng(0), [alcaldia.code for alcaldia in alcaldias()]
    now = clock.now()
    applications = [
        {
            "id": number,
            "call_id": call.id,
            "folio": f"GUI-{number:05d}",
            "eligibility": Eligibility.ELIGIBLE,
            "project_title": f"La historia {number}",
            "project_kind": ("Serie", "Largometraje", "Cortometraje")[number % 3],
            "batch_id": batch.id,
            "row": number,
            "created_at": now,
            "updated_at": now,
        }
        for number in range(1, count + 1)
    ]
    session.execute(insert(Application), applications)
    applicants = [
        {
            "application_id": number,
            "call_id": call.id,
            "first_names": f"Persona {number}",
            "alcaldia": codes[int(chance.integers(16))],
        }
        for number in range(1, count + 1)
    ]
    session.execute(insert(Applicant), applicants)
    return 1

"""Thousands of applications written directly to the tables, for sizes that no batch has."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import func, select

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.core.database import write_session
from reviewer.core.paths import CALLS
from reviewer.demographics import geography
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Batch,
    Eligibility,
    SensitiveTraits,
    require_id,
)

SLUG = "guionismo-2025"
CHUNK = 5000
OPENS, HOURS = datetime(2025, 9, 3, 6, tzinfo=UTC), 25 * 24
ANSWERS: dict[str, tuple[str, ...]] = {
    "gender": ("Mujer", "Mujer", "Hombre", "Hombre", "femenino", "Masculino", "No binaria", ""),
    "schooling": ("Licenciatura", "Licenciatura", "Preparatoria", "Maestría", "Secundaria", "Técnica", ""),
    "indigenous": ("No", "No", "No", "Sí, náhuatl", "Zapoteca", ""),
    "afro_mexican": ("No", "No", "No", "Sí", ""),
    "disability": ("No", "No", "Ninguna", "Visual", "Motriz", ""),
    "project_kind": ("Serie", "Largometraje", "Cortometraje", "Documental"),
    "genre": ("Drama", "Comedia", "Thriller", "Terror", "Romance"),
}
# Four hundred occupations, since people write them in many ways.
TRADES = ("Poeta", "Chofer", "Docente", "Estudiante", "Albañil", "Contadora", "Enfermero", "Costurera")
OCCUPATIONS = tuple(f"{trade} {number}" for trade in TRADES for number in range(50))


def fill(count: int) -> None:
    """Loads the call and stores ``count`` current applications for it, seeded by the count."""
    spec.load_call(OPERATOR, text=(CALLS / f"{SLUG}.toml").read_text(encoding="utf-8"))
    add(SLUG, count)


def add(slug: str, count: int) -> int:
    """Adds ``count`` applications to the call; returns the id of the first."""
    call, chance = spec.get_call(slug), random.Random(count)
    with write_session() as session:
        last_id = session.exec(select(func.max(Application.id))).one() or 0
        batch = Batch(key="b", call_id=require_id(call), source_name="b", source_hash="b", status="complete")
        session.add(batch)
        session.flush()
        for first in range(last_id + 1, last_id + count + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, last_id + count + 1))
            rows = [_rows(require_id(call), require_id(batch), number, chance) for number in numbers]
            for place, table in enumerate((Application, Applicant, SensitiveTraits)):
                session.connection().execute(insert(table), [row[place] for row in rows])
        if session.get_bind().dialect.name == "postgresql":  # its sequence does not see explicit ids
            last = select(func.setval(func.pg_get_serial_sequence("application", "id"), last_id + count))
            session.exec(last)
    return last_id + 1


def _rows(
    call: int, batch: int, number: int, chance: random.Random
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    applicant_answers = {key: chance.choice(answers) for key, answers in ANSWERS.items()}
    at = OPENS + timedelta(hours=HOURS * chance.random() ** 0.4)
    key = {"application_id": number, "call_id": call}
    application = {
        "id": number,
        "call_id": call,
        "folio": f"GUI-{number:06}",
        "status": ApplicationStatus.CURRENT,
        "eligibility": chance.choice((Eligibility.ELIGIBLE, Eligibility.ELIGIBLE, Eligibility.INELIGIBLE)),
        "batch_id": batch,
        "row": number,
        "submitted_at": at,
        "created_at": at,
        "updated_at": at,
        "project_title": "Un título de cierta extensión",
        "synopsis": "Una sinopsis de unas cuantas líneas. " * 8,
        **dict.fromkeys(("reasons", "preferred_venue", "superseded_by", "digest"), ""),
        **{name: applicant_answers[name] for name in ("project_kind", "genre")},
    }
    applicant = {
        **key,
        "first_names": "Ñandú",
        "surnames": "Inventado Ficticia",
        "email": f"persona{number}@prueba.example",
        "phone": "5500000000",
        "curp": "",
        "birth_date": date(1950, 1, 1) + timedelta(days=chance.randrange(21_000)),
        "alcaldia": chance.choices(_CODES, _WEIGHTS)[0],
        "place": "Ciudad de México",
        "colonia": "Centro",
        "postal_code": "06000",
        "gender": applicant_answers["gender"],
        "schooling": applicant_answers["schooling"],
        "occupation": chance.choice(OCCUPATIONS),
    }
    traits = key | {name: applicant_answers[name] for name in ("indigenous", "afro_mexican", "disability")}
    return application, applicant, traits


_CODES = [alcaldia.code for alcaldia in geography.alcaldias()]
_WEIGHTS = [alcaldia.population for alcaldia in geography.alcaldias()]

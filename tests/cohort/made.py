"""Applications with their applicants, as many as a test wants, in two statements."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlmodel import col

from reviewer.database import writing
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Batch,
    Call,
    Eligibility,
    SensitiveTraits,
)

MEXICO = ZoneInfo("America/Mexico_City")
IN_TIME = datetime(2025, 9, 20, 18, 0, tzinfo=UTC)
_OF_APPLICATION = ("status", "eligibility", "submitted_at", "project_kind", "genre")
_SENSITIVE = ("indigenous", "afro_mexican", "disability")


def local(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment of September 2025 in Mexico City."""
    return datetime(2025, 9, day, hour, minute, second, tzinfo=MEXICO)


def apply(call: Call, people: Sequence[dict[str, Any]]) -> None:
    """Stores an application for each of ``people``: columns of its tables by name.

    ``gone=True`` keeps the application without its applicant.
    """
    with writing() as session:
        connection = session.connection()
        key = f"b{connection.execute(select(func.count()).select_from(Batch)).scalar_one()}"
        batch = Batch(key=key, call_id=call.id or 0, source_name=key, source_hash=key, status="complete")
        session.add(batch)
        session.flush()
        last = connection.execute(select(func.max(col(Application.id)))).scalar_one() or 0
        numbered = list(enumerate(people, last + 1))
        connection.execute(
            insert(Application),
            [_application(call, batch, number, person) for number, person in numbered],
        )
        kept = [_applicant(call, number, person) for number, person in numbered if not person.get("gone")]
        if kept:
            connection.execute(insert(Applicant), kept)
        traits = [_traits(call, number, person) for number, person in numbered if not person.get("gone")]
        if traits:
            connection.execute(insert(SensitiveTraits), traits)


def _application(call: Call, batch: Batch, number: int, person: dict[str, Any]) -> dict[str, Any]:
    defaults = {
        "status": ApplicationStatus.CURRENT,
        "eligibility": Eligibility.ELIGIBLE,
        "submitted_at": IN_TIME,
    }
    return {
        **defaults,
        "project_kind": "",
        "genre": "",
        **{name: person[name] for name in _OF_APPLICATION if name in person},
        "id": number,
        "call_id": call.id,
        "folio": f"GUI-{number:05}",
        "batch_id": batch.id,
        "row": number,
        "reasons": "",
        "project_title": "",
        "synopsis": "",
        "preferred_venue": "",
        "superseded_by": "",
        "digest": "",
        "created_at": IN_TIME,
        "updated_at": IN_TIME,
    }


def _applicant(call: Call, number: int, person: dict[str, Any]) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("surnames", "email", "phone", "curp", "gender", "place", "colonia", "postal_code", "schooling"), ""
    )
    own = {
        name: value for name, value in person.items() if name not in (*_OF_APPLICATION, *_SENSITIVE, "gone")
    }
    return {
        **empty,
        "occupation": "",
        "birth_date": None,
        "alcaldia": None,
        "first_names": "Ñandú",
        **own,
        "application_id": number,
        "call_id": call.id,
    }


def _traits(call: Call, number: int, person: dict[str, Any]) -> dict[str, Any]:
    answers = {name: person.get(name, "") for name in _SENSITIVE}
    return {"application_id": number, "call_id": call.id, **answers}

"""Stores many applications with their applicants in two statements."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlmodel import col

from reviewer.core.database import write_session
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Batch,
    Call,
    Eligibility,
    SensitiveTraits,
    require_id,
)

MEXICO = ZoneInfo("America/Mexico_City")
IN_TIME = datetime(2025, 9, 20, 18, 0, tzinfo=UTC)
_APPLICATION_COLUMNS = ("status", "eligibility", "submitted_at", "project_kind", "genre")
_SENSITIVE_COLUMNS = ("indigenous", "afro_mexican", "disability")


def local_time(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """Returns a time of September 2025 in Mexico City."""
    return datetime(2025, 9, day, hour, minute, second, tzinfo=MEXICO)


def store_applications(call: Call, people: Sequence[dict[str, Any]]) -> None:
    """Stores an application for each of ``people``: columns of its tables by name.

    ``gone=True`` keeps the application without its applicant.
    """
    with write_session() as session:
        connection = session.connection()
        key = f"b{connection.execute(select(func.count()).select_from(Batch)).scalar_one()}"
        batch = Batch(key=key, call_id=require_id(call), source_name=key, source_hash=key, status="complete")
        session.add(batch)
        session.flush()
        last = connection.execute(select(func.max(col(Application.id)))).scalar_one() or 0
        numbered_people = list(enumerate(people, last + 1))
        connection.execute(
            insert(Application),
            [_application(call, batch, application_id, person) for application_id, person in numbered_people],
        )
        applicants = [
            _applicant(call, application_id, person)
            for application_id, person in numbered_people
            if not person.get("gone")
        ]
        if applicants:
            connection.execute(insert(Applicant), applicants)
        traits = [
            _sensitive_traits(call, application_id, person)
            for application_id, person in numbered_people
            if not person.get("gone")
        ]
        if traits:
            connection.execute(insert(SensitiveTraits), traits)


def _application(call: Call, batch: Batch, application_id: int, person: dict[str, Any]) -> dict[str, Any]:
    defaults = {
        "status": ApplicationStatus.CURRENT,
        "eligibility": Eligibility.ELIGIBLE,
        "submitted_at": IN_TIME,
    }
    return {
        **defaults,
        "project_kind": "",
        "genre": "",
        **{name: person[name] for name in _APPLICATION_COLUMNS if name in person},
        "id": application_id,
        "call_id": call.id,
        "folio": f"HIS-{application_id:05}",
        "batch_id": batch.id,
        "row": application_id,
        "reasons": "",
        "project_title": "",
        "synopsis": "",
        "preferred_venue": "",
        "superseded_by": "",
        "digest": "",
        "created_at": IN_TIME,
        "updated_at": IN_TIME,
    }


def _applicant(call: Call, application_id: int, person: dict[str, Any]) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("surnames", "email", "phone", "curp", "gender", "place", "colonia", "postal_code", "schooling"), ""
    )
    applicant_columns = {
        name: value
        for name, value in person.items()
        if name not in (*_APPLICATION_COLUMNS, *_SENSITIVE_COLUMNS, "gone")
    }
    return {
        **empty,
        "occupation": "",
        "birth_date": None,
        "alcaldia": None,
        "first_names": "Ñandú",
        **applicant_columns,
        "application_id": application_id,
        "call_id": call.id,
    }


def _sensitive_traits(call: Call, application_id: int, person: dict[str, Any]) -> dict[str, Any]:
    answers = {name: person.get(name, "") for name in _SENSITIVE_COLUMNS}
    return {"application_id": application_id, "call_id": call.id, **answers}

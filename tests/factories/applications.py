"""Factories of applications: who applied, with which answers and documents, in which batch."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, col, func, select

from reviewer.call.spec import spec_of
from reviewer.core.database import read_session, write_session
from reviewer.models import (
    Applicant,
    Application,
    Batch,
    Call,
    Document,
    Eligibility,
    SensitiveTraits,
    require_id,
)
from reviewer.storage import documents

# Names that are words as well: what a blind call covers must not depend on luck.
FIRST_NAMES, SURNAMES = "Ámbar Sol", "Núñez de la Peña"
MEXICO = ZoneInfo("America/Mexico_City")
IN_TIME = datetime(2025, 9, 20, 18, 0, tzinfo=UTC)
APPLICANT = {
    "first_names": FIRST_NAMES,
    "surnames": SURNAMES,
    "email": "ambar@correo.example",
    "phone": "5512345678",
    "curp": "NUPA900101MDFXXM09",
    "birth_date": date(1990, 1, 1),
}
ROSALIA = {
    "first_names": "Rosalía",
    "surnames": "Peña Núñez",
    "email": "rosalia@prueba.example",
    "phone": "55 1234 5678",
    "curp": "",
}
PROJECT = {
    "project_kind": "Largometraje",
    "genre": "Drama",
    "synopsis": "La historia de una NÚÑEZ que vuelve a Tláhuac.\nEscriba a ambar@correo.example.",
}


def local_time(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """Returns a time of September 2025 in Mexico City."""
    return datetime(2025, 9, day, hour, minute, second, tzinfo=MEXICO)


def add_batch(call: Call, **columns: Any) -> Batch:
    """A complete batch."""
    with write_session() as session:
        return _batch(session, call, columns)


def add_application(call: Call, folio: str = "", **columns: Any) -> Application:
    """An eligible application with its applicant; ``columns`` of either, or of the sensitive traits."""
    return add_applications(call, 1, **columns | ({"folio": folio} if folio else {}))[0]


def add_applications(call: Call, count: int, *, start: int = 1, **columns: Any) -> list[Application]:
    """Stores so many applications, from folio ``start`` on, in the order of their folios."""
    people = [APPLICANT | PROJECT | _numbered(call, number) | columns for number in range(start, start + count)]
    return _store(call, people)


def add_applicants(call: Call, people: Sequence[dict[str, Any]]) -> list[Application]:
    """An application for each of ``people``, in time, which say nothing but these columns.

    ``gone=True`` stores the application without its applicant.
    """
    with read_session() as session:
        stored = session.exec(select(func.count()).select_from(Application).where(Application.call_id == call.id)).one()
    defaults: dict[str, Any] = {"first_names": "Ñandú", "surnames": "", "email": "", "submitted_at": IN_TIME}
    numbered = ((_numbered(call, number), person) for number, person in enumerate(people, stored + 1))
    return _store(call, [defaults | {"folio": own["folio"], "row": own["row"]} | person for own, person in numbered])


def _numbered(call: Call, number: int) -> dict[str, Any]:
    return {
        "folio": f"{spec_of(call).folio_prefix}-{number:04d}",
        "row": number + 1,
        "project_title": f"El pozo {number}, de Ámbar Núñez",
    }


def _store(call: Call, people: Sequence[Mapping[str, Any]]) -> list[Application]:
    """Stores all rows of a table at once: some tests have a thousand people."""
    with write_session() as session:
        batch_id = next((person["batch_id"] for person in people if "batch_id" in person), None)
        common: dict[str, Any] = {
            "call_id": require_id(call),
            "batch_id": batch_id or require_id(_batch(session, call, {})),
            "eligibility": Eligibility.ELIGIBLE,
        }
        applications = [Application(**common | _columns_of(Application, person)) for person in people]
        session.add_all(applications)
        session.flush()
        for application, person in zip(applications, people, strict=True):
            if person.get("gone"):
                continue
            key = {"application_id": require_id(application), "call_id": require_id(call)}
            session.add(Applicant(**_columns_of(Applicant, person) | key))
            traits = _columns_of(SensitiveTraits, person)
            if traits:
                session.add(SensitiveTraits(**traits | key))
    return applications


def _columns_of(model: type[SQLModel], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in model.model_fields}


def _batch(session: Session, call: Call, columns: Mapping[str, Any]) -> Batch:
    key = f"lote-{session.exec(select(func.count()).select_from(Batch)).one() + 1}"
    defaults: dict[str, Any] = {"key": key, "source_name": key, "source_hash": key, "status": "complete"}
    batch = Batch(**defaults | {"call_id": require_id(call)} | dict(columns))
    session.add(batch)
    session.flush()
    return batch


def change_application(application: Application, **columns: Any) -> None:
    """Changes columns of a stored application, or of its applicant."""
    with write_session() as session:
        for model in (Application, Applicant):
            row = session.get_one(model, application.id)
            for name, value in _columns_of(model, columns).items():
                setattr(row, name, value)


def add_traits(application: Application, **answers: str) -> SensitiveTraits:
    """The applicant's answers that the privacy laws call sensitive."""
    traits = SensitiveTraits(application_id=require_id(application), call_id=application.call_id, **answers)
    with write_session() as session:
        session.add(traits)
    return traits


def add_document(application: Application, kind: str, content: bytes, **columns: Any) -> Document:
    """A document with this content, called after its applicant as documents often are."""
    sha256, size = documents.put(io.BytesIO(content))
    with write_session() as session:
        applicant = session.exec(select(Applicant).where(col(Applicant.application_id) == application.id)).first()
        name = f"{applicant.first_names} {applicant.surnames} - {kind}.pdf" if applicant else f"{kind}.pdf"
        defaults: dict[str, Any] = {"original_name": name, "pages": 1, "sha256": sha256, "size": size}
        document = Document(application_id=require_id(application), kind=kind, **defaults | columns)
        session.add(document)
    return document


def add_documents(
    applications: Sequence[Application], content: bytes, *, kind: str = "motivos", **columns: Any
) -> None:
    """The same document for each of the applications."""
    for application in applications:
        add_document(application, kind, content, **columns)

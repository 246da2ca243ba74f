"""Applications to try the jury's verbs on, stored without a batch's files."""

import io
from collections.abc import Sequence
from datetime import date

from sqlmodel import col, func, select

from reviewer.core import database
from reviewer.models import (
    Applicant,
    Application,
    Assignment,
    AuditEvent,
    Batch,
    Call,
    Document,
    Eligibility,
    require_id,
)
from reviewer.storage import documents

# Names that are words as well: what a blind call covers must not depend on luck.
FIRST_NAMES, SURNAMES = "Ámbar Sol", "Núñez de la Peña"


def add_applications(
    call: Call, count: int, *, eligibility: Eligibility = Eligibility.ELIGIBLE, start: int = 1
) -> list[Application]:
    """Stores so many applications, from folio ``start`` on, in the order of their folios."""
    applications = []
    with database.write_session() as session:
        batch = Batch(
            key=f"{call.slug}-{start}-{eligibility}",
            call_id=require_id(call),
            source_name="prueba",
            source_hash=f"{start}",
            status="complete",
        )
        session.add(batch)
        session.flush()
        for number in range(start, start + count):
            application = Application(
                call_id=require_id(call),
                folio=f"HIS-{number:04d}",
                eligibility=eligibility,
                project_kind="Largometraje",
                project_title=f"El pozo {number}, de Ámbar Núñez",
                genre="Drama",
                synopsis="La historia de una NÚÑEZ que vuelve a Tláhuac.\nEscriba a ambar@correo.example.",
                batch_id=require_id(batch),
                row=number + 1,
            )
            session.add(application)
            session.flush()
            session.add(
                Applicant(
                    application_id=require_id(application),
                    call_id=require_id(call),
                    first_names=FIRST_NAMES,
                    surnames=SURNAMES,
                    email="ambar@correo.example",
                    phone="5512345678",
                    curp="NUPA900101MDFXXM09",
                    birth_date=date(1990, 1, 1),
                )
            )
            applications.append(application)
    return applications


def add_documents(
    applications: Sequence[Application], pdf: bytes, *, pages: int, kind: str = "motivos"
) -> None:
    """Gives each of the applications this PDF."""
    digest, size = documents.put(io.BytesIO(pdf))
    with database.write_session() as session:
        session.add_all(
            Document(
                application_id=require_id(application),
                kind=kind,
                original_name="motivos.pdf",
                sha256=digest,
                size=size,
                pages=pages,
            )
            for application in applications
        )


def count_events(action: str) -> int:
    """How many events of this action the audit trail has."""
    with database.read_session() as session:
        return session.exec(
            select(func.count()).select_from(AuditEvent).where(col(AuditEvent.action) == action)
        ).one()


def set_applicant(
    application: Application, first_names: str, surnames: str, *, email: str = "", alcaldia: str | None = None
) -> None:
    """Gives an application another applicant's name, e-mail and alcaldía."""
    with database.write_session() as session:
        applicant = session.get_one(Applicant, application.id)
        applicant.first_names, applicant.surnames = first_names, surnames
        applicant.email, applicant.alcaldia = email or "otra@correo.example", alcaldia


def readers_by_folio(call: Call | None = None) -> dict[str, set[int]]:
    """Who reads each application now, by folio."""
    query = (
        select(Application.folio, Assignment.person_id)
        .join(Assignment, col(Assignment.application_id) == Application.id)
        .where(col(Assignment.closed_at).is_(None))
    )
    if call is not None:
        query = query.where(Assignment.call_id == call.id)
    by_folio: dict[str, set[int]] = {}
    with database.read_session() as session:
        for folio, person in session.exec(query):
            by_folio.setdefault(folio, set()).add(person)
    return by_folio

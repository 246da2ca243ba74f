"""Applications with real PDFs, for tests that read them."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import write_session
from reviewer.core.paths import documents_url
from reviewer.models import Applicant, Application, Assignment, Batch, Call, Document, Eligibility, require_id
from reviewer.storage import documents
from reviewer.storage.backends import store_at


def pdf(pages: Sequence[str], *, size: tuple[float, float] = letter) -> bytes:
    """A PDF with these pages, a line of text a line of the string."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size)
    for text in pages:
        lines = canvas.beginText(72, size[1] - 96)
        lines.setFont("Helvetica", 14)
        lines.setLeading(22)
        lines.textLines(text)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def add_application(
    call: Call, folio: str, *, first_names: str = "Rosalía", surnames: str = "Peña Núñez"
) -> Application:
    """A current, eligible application of this person, without documents."""
    with write_session() as session:
        batch = session.exec(select(Batch)).first() or Batch(
            key="2025-09-28-000000",
            call_id=require_id(call),
            source_name="x",
            source_hash="x",
            status="complete",
        )
        session.add(batch)
        session.flush()
        application = Application(
            call_id=require_id(call),
            folio=folio,
            eligibility=Eligibility.ELIGIBLE,
            batch_id=require_id(batch),
            row=int(folio[-4:]),
        )
        session.add(application)
        session.flush()
        session.add(
            Applicant(
                application_id=require_id(application),
                call_id=require_id(call),
                first_names=first_names,
                surnames=surnames,
                email="rosalia@prueba.example",
                phone="55 1234 5678",
            )
        )
    return application


def add_document(application: Application, kind: str, content: bytes, *, pages: int) -> Document:
    """Keeps a PDF and gives it to an application."""
    sha256, size = documents.put(io.BytesIO(content))
    document = Document(
        application_id=require_id(application),
        kind=kind,
        original_name="Rosalía Peña - carta.pdf",
        sha256=sha256,
        size=size,
        pages=pages,
    )
    with write_session() as session:
        session.add(document)
    return document


def stored_bytes(sha256: str) -> bytes:
    """The bytes that lie in the store under a document's name."""
    with store_at(documents_url()).open(documents.store_name(sha256)) as file:
        return file.read()


def overwrite(sha256: str, content: bytes) -> None:
    """Puts other bytes under a document's name in the store, behind the application's back."""
    with store_at(documents_url()).staged_file() as (file, keep):
        file.write(content)
        keep(documents.store_name(sha256))


def assign(application: Application, juror: Actor, *, place: int = 0) -> Assignment:
    """Gives an application to a juror."""
    assignment = Assignment(
        call_id=application.call_id,
        application_id=require_id(application),
        person_id=juror.person_id or 0,
        place=place,
    )
    with write_session() as session:
        session.add(assignment)
    return assignment

"""Applications with real PDFs, for tests that read them."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from sqlmodel import select

from reviewer import documents
from reviewer.access.actor import Actor
from reviewer.database import writing
from reviewer.models import Applicant, Application, Assignment, Batch, Call, Document, Eligibility
from reviewer.paths import documents_url
from reviewer.stores import store_at


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
    with writing() as session:
        batch = session.exec(select(Batch)).first() or Batch(
            key="2025-09-28-000000", call_id=call.id or 0, source_name="x", source_hash="x", status="complete"
        )
        session.add(batch)
        session.flush()
        application = Application(
            call_id=call.id or 0,
            folio=folio,
            eligibility=Eligibility.ELIGIBLE,
            batch_id=batch.id or 0,
            row=int(folio[-4:]),
        )
        session.add(application)
        session.flush()
        session.add(
            Applicant(
                application_id=application.id or 0,
                call_id=call.id or 0,
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
        application_id=application.id or 0,
        kind=kind,
        original_name="Rosalía Peña - carta.pdf",
        sha256=sha256,
        size=size,
        pages=pages,
    )
    with writing() as session:
        session.add(document)
    return document


def lying(sha256: str) -> bytes:
    """The bytes that lie in the store under a document's name."""
    with store_at(documents_url()).open(documents.name_of(sha256)) as file:
        return file.read()


def overwrite(sha256: str, content: bytes) -> None:
    """Puts other bytes under a document's name in the store, behind the application's back."""
    with store_at(documents_url()).incoming() as (file, keep):
        file.write(content)
        keep(documents.name_of(sha256))


def assign(application: Application, juror: Actor, *, place: int = 0) -> Assignment:
    """Gives an application to a juror."""
    assignment = Assignment(
        call_id=application.call_id,
        application_id=application.id or 0,
        person_id=juror.person_id or 0,
        place=place,
    )
    with writing() as session:
        session.add(assignment)
    return assignment

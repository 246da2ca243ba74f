"""A decided call in which one person without a seat has personal data in every table that may hold it."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel, select

from reviewer.access.actor import OPERATOR
from reviewer.audit import log
from reviewer.call import spec
from reviewer.core.database import read_session, write_session
from reviewer.models import (
    Applicant,
    Application,
    Batch,
    BatchRow,
    CommitteeMessage,
    Conflict,
    ConflictDeclaration,
    ConflictSuggestion,
    Correction,
    Document,
    DocumentView,
    DuplicateDecision,
    DuplicateVerdict,
    Finding,
    Flag,
    FlagKind,
    ManualCover,
    Note,
    NoteKind,
    Phase,
    PinnedNote,
    Rehearsal,
    RehearsalRow,
    Review,
    ReviewedDocument,
    Screening,
    ScreeningHold,
    ScreeningState,
    SeatReply,
    SensitiveTraits,
    UnclaimedFile,
    Verdict,
    require_id,
)
from reviewer.models.acta import Answer
from reviewer.privacy.data_map import TABLES
from reviewer.storage import documents
from tests import prepared_installation
from tests.calls import SLUG, SPEC
from tests.factories.applications import add_documents
from tests.factories.decisions import DecidedCall, sign_small_call
from tests.factories.people import PersonFactory

SECRET = "Xochiquetzal"  # in all data of the subject, and in no other
LATER = timedelta(days=SPEC.decision.retention_days + 1)
NOTICE = "2025-08-15"  # the version of the privacy notice that applicants accepted
PDF = b"%PDF-1.4 only the subject's"
SHARED = b"%PDF-1.4 handed in by two"


@dataclass(frozen=True)
class Case:
    """The decided call, the subject's folio, and a folio with a seat."""

    decided: DecidedCall
    folio: str
    seated_folio: str

    @property
    def application_id(self) -> int:
        """The id of the subject's application."""
        return self.decided.application_ids[self.folio]


def decided_call(person: PersonFactory) -> Case:
    """Returns a signed and decided call; the subject shares one of two documents with a seated applicant."""
    return prepared_installation.prepare_once("privacy", lambda: _make(person))


def _make(person: PersonFactory) -> Case:
    decided = sign_small_call(person)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    case = Case(decided, folio=decided.ranked[-1], seated_folio=decided.ranked[0])
    with read_session() as session:
        subject, seated_application = (
            session.get_one(Application, decided.application_ids[folio]) for folio in (case.folio, case.seated_folio)
        )
    add_documents([subject], PDF, pages=1)
    add_documents([subject, seated_application], SHARED, pages=1, kind="semblanza")
    with write_session() as session:
        leave_traces(session, subject, decided)
    return case


def leave_traces(session: Session, application: Application, decided: DecidedCall) -> None:
    """Stores the subject's name in every table that an import, the jury or a correction would write."""
    key, juror = require_id(application), decided.jury[0].require_person_id()
    application = session.get_one(Application, key)
    application.synopsis = application.project_title = f"Memorias de {SECRET}"
    application.privacy_notice = NOTICE
    application.reasons, application.screening = f"Llamó {SECRET}", ScreeningState.DECIDED
    applicant = session.get_one(Applicant, key)
    applicant.first_names, applicant.surnames, applicant.email = (
        f"{SECRET} Sol",
        "Zurbarán",
        f"{SECRET.lower()}@correo.example",
    )
    batch = session.get_one(Batch, application.batch_id)
    finding_texts: dict[str, Any] = {"message": f"{SECRET}…", "file": f"{SECRET}.pdf"}
    batch.report = {
        "findings": [
            {"row": application.row, "code": "x", **finding_texts},
            {"row": None, "code": "unreferenced_file", **finding_texts},
        ]
    }
    review = session.exec(select(Review).where(Review.application_id == key)).first()
    document = session.exec(select(Document).where(Document.application_id == key)).first()
    assert review and document
    document.original_name = f"{SECRET}.pdf"
    juror_columns: dict[str, Any] = {"application_id": key, "person_id": juror}
    rehearsal = Rehearsal(
        call_id=application.call_id, person_id=juror, source="x", label="x", table={"rows": [[SECRET]]}
    )
    session.add(rehearsal)
    session.flush()
    traces: list[SQLModel] = [
        SensitiveTraits(application_id=key, call_id=application.call_id, indigenous=f"Nahua {SECRET}"),
        BatchRow(
            batch_id=require_id(batch),
            row=application.row,
            raw={"Nombre": SECRET},
            outcome="created",
            digest="d",
            application_id=key,
        ),
        Finding(
            batch_id=require_id(batch),
            application_id=key,
            row=application.row,
            file=f"{SECRET}.pdf",
            code="x",
            severity="info",
            message=f"{SECRET}…",
        ),
        Finding(batch_id=require_id(batch), code="unreferenced_file", severity="info", **finding_texts),
        Correction(application_id=key, field="nombre", value=SECRET),
        Screening(
            call_id=application.call_id,
            application_id=key,
            verdict=Verdict.ELIGIBLE,
            reason=f"Llamó {SECRET}",
            facts="f",
            decided_by="cli",
        ),
        DuplicateDecision(
            call_id=application.call_id,
            application_id=key,
            other_id=next(other for other in decided.application_ids.values() if other != key),
            verdict=DuplicateVerdict.APART,
            reason=f"Llamó {SECRET}",
            decided_by="cli",
        ),
        ScreeningHold(**juror_columns, until=datetime(2025, 1, 1, tzinfo=UTC)),
        Conflict(
            application_id=key,
            person_id=decided.coordinator.require_person_id(),
            kind="other",
            statement=SECRET,
        ),
        ConflictSuggestion(**juror_columns, call_id=application.call_id, reason="surname", evidence=SECRET),
        ConflictDeclaration(call_id=application.call_id, person_id=juror, entry=f"{SECRET} Zurbarán", kind="other"),
        PinnedNote(**juror_columns, key="a", document="d", page=1, x=1, y=1, text=SECRET),
        Flag(**juror_columns, kind=FlagKind.IDENTIFIES, words=SECRET, resolution=SECRET),
        ManualCover(application_id=key, term=SECRET),
        CommitteeMessage(**juror_columns, key="a", text=SECRET),
        Note(review_id=require_id(review), kind=NoteKind.PRIVATE, text=SECRET),
        ReviewedDocument(
            review_id=require_id(review),
            document=document.public_id,
            **document.model_dump(include={"kind", "original_name", "sha256", "size", "pages"}),
        ),
        SeatReply(application_id=key, call_id=application.call_id, answer=Answer.DECLINED, note=SECRET),
        DocumentView(document_id=require_id(document), person_id=juror, rotation=90),
        *_unclaimed_files(require_id(batch), key),
        RehearsalRow(rehearsal_id=require_id(rehearsal), row=1, outcome="created", name=SECRET),
    ]
    session.add_all(traces)
    changes = log.Changes({"first_names": ("Otra", SECRET)}, key)
    facts = {"call": SLUG}
    log.record(session, OPERATOR, "application.correct", "application", application.folio, facts, changes=changes)
    session.flush()
    assert all(list(table.rows(session, [key])) for table in TABLES), "every table has a row of the subject"


def _unclaimed_files(batch_id: int, application_id: int) -> list[UnclaimedFile]:
    """Returns a file that was given to the subject, one that is only named after them, and one of nobody."""
    names = (f"suelto/{SECRET.lower()} zurbaran.pdf", "escaneo 7.pdf")
    contents = {name: name.encode() for name in names} | {f"{SECRET} Sol.pdf": PDF}
    facts: dict[str, Any] = {"batch_id": batch_id, "pages": 1, "has_text": True, "active_content": False}
    files = []
    for name, content in contents.items():
        sha256, size = documents.put(io.BytesIO(content))
        files.append(UnclaimedFile(**facts, path=name, sha256=sha256, size=size, unreadable_pages=False))
    files[-1].application_id, files[-1].undo = application_id, {"findings": [SECRET]}
    return files


def tables_containing(word: str = SECRET) -> set[str]:
    """Returns the tables that hold a word anywhere, in any case."""
    table_names = set()
    with read_session() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = session.connection().execute(table.select())
            if any(word.lower() in str(cell).lower() for row in rows for cell in row):
                table_names.add(table.name)
    return table_names

"""Blocked data is only in its record, deleted data nowhere; what explains the decision stays."""

import base64
import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.audit import queries as audit_queries
from reviewer.audit.queries import EventFilter
from reviewer.backup.create import back_up
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.export import bundle
from reviewer.intake.corrections import rows
from reviewer.models import (
    Acta,
    Applicant,
    Application,
    BatchRow,
    BlockedRecord,
    Call,
    Eligibility,
    Finding,
    RequestKind,
    Role,
    Ruling,
    UnclaimedFile,
    Withheld,
)
from reviewer.privacy import blocking, deletion, requests, retention, subject_export
from reviewer.privacy.data_map import BLOCKED_NAME, DELETED_NAME, TABLES
from reviewer.screening import queue
from reviewer.storage import documents
from reviewer.verification.checks import verify
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.personal_data import LATER, PDF, SECRET, SHARED, Case, decided_call, tables_containing
from tests.factories.reviews import assign
from tests.stored_rows import readers_by_folio

BLOCKED_TABLES = {"blockedrecord", "blockeddocument"}


@pytest.fixture
def case(person: PersonFactory) -> Case:
    return decided_call(person)


@pytest.fixture
def later(case: Case) -> Iterator[date]:
    """The day after the retention time, to which the clock is set; only the operator's access still works."""
    with clock.set_to(clock.now() + LATER):
        yield retention.today_of(case.decided.call)


def problems() -> dict[str, tuple[str, ...]]:
    return {result.check.name: result.problems for result in verify(OPERATOR) if result.problems}


def block_all(day: date) -> None:
    blocking.block_due(OPERATOR, slug=SLUG, delete_after=day)


def test_nothing_is_blocked_before_the_retention_end(case: Case, admin: Actor, later: date) -> None:
    assert retention.status(OPERATOR, slug=SLUG).is_due
    with clock.set_to(clock.now() - timedelta(days=2)):
        assert not retention.status(OPERATOR, slug=SLUG).is_due
        with pytest.raises(UserError, match="El plazo de conservación termina el"):
            block_all(later)
    assert SECRET not in str(tables_containing(BLOCKED_NAME))
    assert "applicant" in tables_containing()


def test_blocked_data_is_only_in_the_blocked_tables(case: Case, later: date, tmp_path: Path) -> None:
    assert len(tables_containing()) >= len(TABLES) - 2, "the subject is in nearly every table"
    block_all(later)
    assert tables_containing() == BLOCKED_TABLES
    trail_lines = audit_queries.list_events(OPERATOR, filters=EventFilter(about=case.folio.lower()))
    assert trail_lines[0].action_label == "Bloqueó datos personales", "one of many in that event"
    assert problems() == {}
    status = retention.status(OPERATOR, slug=SLUG)
    assert (status.seated, status.to_block.applications, status.blocked.applications) == (6, 0, 6)
    exported = bundle.export(OPERATOR, slug=SLUG, folder=tmp_path / "salida")
    assert all(SECRET.encode() not in path.read_bytes() for path in exported)
    with pytest.raises(UserError, match="bloqueados"):
        rows.correct_application(OPERATOR, slug=SLUG, folio=case.folio, cells={}, reason="x", based_on="")
    assert queue.lines(OPERATOR, slug=SLUG, part=queue.Part.ALL, search=SECRET) == []


def test_unblocking_restores_every_row(case: Case, later: date) -> None:
    def subject_rows() -> dict[str, list[str]]:
        with read_session() as session:
            return {
                table.name: sorted(str(row.model_dump()) for _, row in table.rows(session, [case.application_id]))
                for table in TABLES
            }

    before = subject_rows()
    block_all(later)
    assert subject_rows() != before
    blocking.hold(OPERATOR, slug=SLUG, folio=case.folio, reason=f"Juicio de {SECRET}")
    blocking.unblock(OPERATOR, slug=SLUG, folio=case.folio, reason=f"{SECRET} se desistió")
    after = subject_rows()
    [reason] = set(after.pop("changedvalue")) - set(before.pop("changedvalue"))
    assert after == before and f"{SECRET} se desistió" in reason
    assert "auditevent" not in tables_containing(), "reasons are personal, and not in events"
    assert problems() == {}


def test_deletion_leaves_only_what_the_decision_needs(case: Case, later: date, installation: Path) -> None:
    block_all(later)
    unshared_sha256, shared = (hashlib.sha256(content).hexdigest() for content in (PDF, SHARED))
    replaced, size = documents.put(io.BytesIO(b"%PDF-1.4 an earlier version"))
    dry_run = deletion.dry_run(OPERATOR, slug=SLUG)
    assert (dry_run.amounts.applications, dry_run.amounts.documents, dry_run.shared) == (6, 4, 1)
    assert documents.exists(unshared_sha256) and documents.plain_size(replaced) == size and dry_run.orphans == 1
    certificate_id = deletion.delete_due(OPERATOR, slug=SLUG)
    assert certificate_id is not None
    assert tables_containing() == set()
    assert not documents.exists(unshared_sha256) and documents.exists(shared)
    assert not documents.exists(replaced), "no row refers to it"
    for file in installation.rglob("reviewer.db*"):
        assert SECRET.encode() not in file.read_bytes(), "not in a free page either"
    assert problems() == {}
    with read_session() as session:
        application = session.get_one(Application, case.application_id)
        assert application.withheld is Withheld.DELETED
        assert session.get_one(Applicant, case.application_id).first_names == DELETED_NAME
        assert session.get_one(Applicant, case.decided.application_ids[case.seated_folio]).email
    assert deletion.delete_due(OPERATOR, slug=SLUG) is None
    with read_session() as session:
        facts = session.exec(select(Acta.facts)).one()
    waiting = sorted({folio for venue in facts["venues"] for folio in venue["waiting"]})
    assert waiting and case.seated_folio not in waiting
    _check_certificate(certificate_id, unshared_sha256, shared, replaced, ", ".join(waiting))


def _check_certificate(certificate_id: str, unshared: str, shared: str, replaced: str, waiting: str) -> None:
    [certificate] = deletion.certificates(OPERATOR, slug=SLUG)
    items_text = deletion.deleted_items_text(OPERATOR, public_id=certificate_id)
    assert hashlib.sha256(items_text).hexdigest() == certificate.fingerprint
    assert f"documento {unshared}\n".encode() in items_text
    assert f"documento-compartido {shared}\n".encode() in items_text
    assert f"documento {replaced}\n".encode() in items_text
    content = base64.b64decode(certificate.document)
    with pdfium.PdfDocument(content) as pdf:
        text = " ".join("".join(page.get_textpage().get_text_range() for page in pdf).split())
    assert f"quienes tenían estos folios: {waiting}." in text, "the signed acta still names them"
    assert content.startswith(b"%PDF") and hashlib.sha256(content).hexdigest() == certificate.document_sha256


def test_an_interrupted_deletion_resumes_with_one_certificate(
    case: Case, later: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    block_all(later)
    monkeypatch.setattr(deletion, "CHUNK_SIZE", 2)
    removed: list[str] = []

    def fail_on_remove(sha256: str) -> None:
        removed.append(sha256)
        raise KeyboardInterrupt

    def stop_after_two(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(documents, "remove", fail_on_remove)
        deletion.delete_due(OPERATOR, slug=SLUG)
    with pytest.raises(KeyboardInterrupt):
        deletion.delete_due(OPERATOR, slug=SLUG, progress=stop_after_two)
    assert deletion.certificates(OPERATOR, slug=SLUG) == []
    assert retention.status(OPERATOR, slug=SLUG).unfinished_deletion
    deletion.delete_due(OPERATOR, slug=SLUG)
    [certificate] = deletion.certificates(OPERATOR, slug=SLUG)
    items_text = deletion.deleted_items_text(OPERATOR, public_id=certificate.public_id).decode()
    assert items_text.count("postulacion ") == 6
    assert removed and not documents.exists(removed[0])
    assert tables_containing() == set() and problems() == {}


def test_held_or_requested_data_is_not_deleted(case: Case, later: date) -> None:
    block_all(later)
    other_folios = sorted({*case.decided.ranked[6:]} - {case.folio})
    blocking.hold(OPERATOR, slug=SLUG, folio=other_folios[0], reason="Juicio de amparo")
    new_request = requests.NewRequest(
        kind=RequestKind.ACCESS,
        requester="Quien pregunta",
        contact="",
        identity="INE",
        wanted="",
        folios=(case.folio,),
        received_on=later - timedelta(days=1),
        due_on=later + timedelta(days=30),
    )
    request_id = requests.register(OPERATOR, slug=SLUG, new_request=new_request)
    assert retention.status(OPERATOR, slug=SLUG).on_hold == 2
    deletion.delete_due(OPERATOR, slug=SLUG)
    with read_session() as session:
        left_folios = set(session.exec(select(BlockedRecord.folio)))
    assert left_folios == {case.folio, other_folios[0]}
    requests.rule(OPERATOR, public_id=request_id, ruling=Ruling.GRANTED, ground="Procede")
    requests.answer(OPERATOR, public_id=request_id, text="Por correo", answered_on=later)
    deletion.delete_due(OPERATOR, slug=SLUG)
    with read_session() as session:
        assert session.exec(select(BlockedRecord.folio)).all() == [other_folios[0]]


def test_rejected_rows_are_deleted_with_their_files(case: Case, later: date) -> None:
    sha256, size = documents.put(io.BytesIO(b"%PDF-1.4 of a row"))
    received = {"kind": "motivos", "sha256": sha256, "size": size, "inspection": {"problem": None}}
    with write_session() as session:
        batch = session.get_one(Application, case.application_id).batch_id
        session.add(
            BatchRow(
                batch_id=batch,
                row=90,
                raw={"Nombre": "Huitzilihuitl", "Correo": "Huitzi@Correo.example"},
                outcome="rejected",
                digest="e",
                files=[{"kind": "motivos", "name": "x.pdf", "received": received}],
            )
        )
        message = "«Huitzilihuitl» no es un correo."
        session.add(Finding(batch_id=batch, row=90, code="bad_email", severity="check", message=message))
    [(_, row)] = subject_export.rejected_rows_with(OPERATOR, slug=SLUG, text=" huitzi@correo.example ")
    assert row == 90 and subject_export.rejected_rows_with(OPERATOR, slug=SLUG, text="correo.example") == []
    block_all(later)
    assert tables_containing("Huitzilihuitl") == {"blockedrecord"}
    assert documents.exists(sha256)
    deletion.delete_due(OPERATOR, slug=SLUG)
    assert tables_containing("Huitzilihuitl") == set() and not documents.exists(sha256)


def test_seated_people_can_not_be_blocked_and_only_admins_block(case: Case, person: PersonFactory) -> None:
    admin = person(Role.ADMIN)
    until = retention.today_of(case.decided.call) + timedelta(days=30)
    with pytest.raises(UserError, match="tiene un lugar"):
        blocking.block(admin, slug=SLUG, folios=[case.seated_folio], ground="Solicitud 1", delete_after=until)
    assert case.seated_folio not in tables_containing(BLOCKED_NAME)
    blocking.block(admin, slug=SLUG, folios=[case.folio], ground="Solicitud 1", delete_after=until)
    assert tables_containing() == BLOCKED_TABLES
    assert deletion.delete_due(admin, slug=SLUG) is None, "blocked data is kept for its time"
    for stranger in (case.decided.coordinator, case.decided.jury[0]):
        with pytest.raises(Forbidden):
            blocking.block(stranger, slug=SLUG, folios=[case.folio], ground="x", delete_after=until)
        with pytest.raises(Forbidden):
            deletion.dry_run(stranger, slug=SLUG)
        with pytest.raises(Forbidden):
            find_subject(stranger, case)


def test_blocking_before_the_decision_withdraws_and_unblocking_returns(
    reviewing_call: Call, juror: Actor, admin: Actor
) -> None:
    applications = add_applications(reviewing_call, 2)
    assign(applications[0], juror)
    until = retention.today_of(reviewing_call)
    blocking.block(admin, slug=SLUG, folios=["HIS-0001"], ground="Solicitud 1", delete_after=until)
    with read_session() as session:
        withdrawn = session.get_one(Application, applications[0].id)
        assert (withdrawn.eligibility, withdrawn.reasons) == (Eligibility.INELIGIBLE, blocking.WITHDRAWN)
    assert readers_by_folio() == {}
    assert problems() == {}
    with pytest.raises(UserError, match="ya están bloqueados"):
        blocking.block(admin, slug=SLUG, folios=["HIS-0001"], ground="otra", delete_after=until)
    blocking.unblock(admin, slug=SLUG, folio="HIS-0001", reason="Se desistió")
    with read_session() as session:
        restored = session.get_one(Application, applications[0].id)
        assert (restored.eligibility, restored.project_title) == (
            Eligibility.ELIGIBLE,
            applications[0].project_title,
        )


def find_subject(viewer: Actor, case: Case) -> object:
    return subject_export.find(viewer, slug=SLUG, text=case.folio)


def test_a_backup_includes_blocked_data(case: Case, later: date, tmp_path: Path, installation: Path) -> None:
    block_all(later)
    backup = back_up(OPERATOR, path=tmp_path / "respaldo.zip")
    assert backup.missing == () and backup.documents == 4


def test_files_that_no_row_claims_are_blocked_and_deleted(case: Case, later: date) -> None:
    """Those named after a person with their data, the others with their batch once the retention time is over."""

    def kept() -> dict[str, str]:
        with read_session() as session:
            return {file.path: file.sha256 for file in session.exec(select(UnclaimedFile))}

    named, of_nobody = f"suelto/{SECRET.lower()} zurbaran.pdf", "escaneo 7.pdf"
    before = kept()
    assert named in before and of_nobody in before
    to_block = retention.status(OPERATOR, slug=SLUG).to_block
    block_all(later)
    assert set(kept()) == {""} and documents.exists(before[named]) and problems() == {}
    status = retention.status(OPERATOR, slug=SLUG)
    assert (status.blocked.rows, status.blocked.documents) == (0, to_block.documents)
    blocking.unblock(OPERATOR, slug=SLUG, folio=case.folio, reason="Se desistió")
    assert kept()[named] == before[named], "what is unblocked can be shown again"
    blocking.block(OPERATOR, slug=SLUG, folios=[case.folio], ground="Lo pidió", delete_after=later)
    certificate = deletion.delete_due(OPERATOR, slug=SLUG)
    assert certificate and not {sha256 for sha256 in before.values() if documents.exists(sha256)}
    assert "archivos sin fila" not in deletion.deleted_items_text(OPERATOR, public_id=certificate).decode()
    assert problems() == {} and tables_containing() == set()


def test_a_file_named_after_somebody_leaves_with_their_data_alone(case: Case, later: date) -> None:
    with read_session() as session:
        files = {file.path: file.sha256 for file in session.exec(select(UnclaimedFile))}
    blocking.block(OPERATOR, slug=SLUG, folios=[case.folio], ground="Lo pidió", delete_after=later)
    with read_session() as session:
        left = {file.path for file in session.exec(select(UnclaimedFile)) if file.path}
    assert left == {"escaneo 7.pdf"}
    deletion.delete_due(OPERATOR, slug=SLUG)
    assert documents.exists(files["escaneo 7.pdf"])
    assert not documents.exists(files[f"suelto/{SECRET.lower()} zurbaran.pdf"])

"""Blocked data stands nowhere but in its record; deleted data nowhere at all; what decides stays whole."""

import base64
import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from sqlmodel import select

from reviewer import clock, documents, exports
from reviewer.access import trail
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.trail import Sought
from reviewer.backup.making import back_up
from reviewer.database import reading, writing
from reviewer.errors import Forbidden, Refused
from reviewer.intake import corrections
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
    Withheld,
)
from reviewer.privacy import blocking, deletion, person, requests, retention
from reviewer.privacy.personal import BLOCKED_NAME, DELETED_NAME, TABLES
from reviewer.screening import queue
from reviewer.verification.run import verify
from tests import papers
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, readers
from tests.privacy.cases import LATER, PDF, SECRET, SHARED, Case, decided_call, where_it_stands

HERS = {"blockedrecord", "blockeddocument"}


@pytest.fixture
def case(person: PersonFactory) -> Case:
    return decided_call(person)


@pytest.fixture
def later(case: Case) -> Iterator[date]:
    """The day after the retention time: the clock stands at it, for the operator alone (log-ins end)."""
    with clock.set_to(clock.now() + LATER):
        yield retention.today_of(case.decided.call)


def problems() -> dict[str, tuple[str, ...]]:
    return {each.check.name: each.problems for each in verify(OPERATOR) if each.problems}


def block_all(day: date) -> None:
    blocking.block_due(OPERATOR, call=SLUG, delete_after=day)


def test_nothing_is_blocked_before_its_time(case: Case, admin: Actor, later: date) -> None:
    assert retention.standing(OPERATOR, call=SLUG).is_due
    with clock.set_to(clock.now() - timedelta(days=2)):
        assert not retention.standing(OPERATOR, call=SLUG).is_due
        with pytest.raises(Refused, match="El plazo de conservación termina el"):
            block_all(later)
    assert SECRET not in str(where_it_stands(BLOCKED_NAME))
    assert "applicant" in where_it_stands()


def test_blocked_data_is_in_no_table_of_any_room(case: Case, later: date, tmp_path: Path) -> None:
    assert len(where_it_stands()) >= len(TABLES) - 2, "she left traces nearly everywhere"
    block_all(later)
    assert where_it_stands() == HERS
    about_her = trail.lines(OPERATOR, sought=Sought(about=case.hers.lower()))
    assert about_her[0].words == "Bloqueó datos personales", "one of many in that event"
    assert problems() == {}
    seen = retention.standing(OPERATOR, call=SLUG)
    assert (seen.kept, seen.to_block.applications, seen.blocked.applications) == (6, 0, 6)
    exported = exports.export(OPERATOR, call_slug=SLUG, folder=tmp_path / "salida")
    assert all(SECRET.encode() not in each.read_bytes() for each in exported)
    with pytest.raises(Refused, match="bloqueados"):
        corrections.correct(OPERATOR, call_slug=SLUG, folio=case.hers, cells={}, reason="x", seen="")
    assert queue.lines(OPERATOR, call=SLUG, part=queue.Part.ALL, words=SECRET) == []


def test_it_can_be_put_back_as_it_was(case: Case, later: date) -> None:
    def hers() -> dict[str, list[str]]:
        with reading() as session:
            return {
                each.name: sorted(str(row.model_dump()) for _, row in each.rows(session, [case.her_id]))
                for each in TABLES
            }

    before = hers()
    block_all(later)
    assert hers() != before
    blocking.hold(OPERATOR, call=SLUG, folio=case.hers, reason=f"Juicio de {SECRET}")
    blocking.unblock(OPERATOR, call=SLUG, folio=case.hers, reason=f"{SECRET} se desistió")
    after = hers()
    [reason] = set(after.pop("changedvalue")) - set(before.pop("changedvalue"))
    assert after == before and f"{SECRET} se desistió" in reason
    assert "auditevent" not in where_it_stands(), "reasons are hers, and go with what is hers"
    assert problems() == {}


def test_deleting_leaves_nothing_but_what_decides(case: Case, later: date, installation: Path) -> None:
    block_all(later)
    own, shared = (hashlib.sha256(each).hexdigest() for each in (PDF, SHARED))
    replaced, size = documents.put(io.BytesIO(b"%PDF-1.4 what she had handed in before"))
    foreseen = deletion.rehearse(OPERATOR, call=SLUG)
    assert (foreseen.pieces.applications, foreseen.pieces.documents, foreseen.shared) == (6, 2, 1)
    assert documents.exists(own) and documents.length_of(replaced) == size and foreseen.forgotten == 1
    made = deletion.delete_due(OPERATOR, call=SLUG)
    assert made is not None
    assert where_it_stands() == set()
    assert not documents.exists(own) and documents.exists(shared)
    assert not documents.exists(replaced), "no row names it any more"
    for file in installation.rglob("reviewer.db*"):
        assert SECRET.encode() not in file.read_bytes(), "not in a free page either"
    assert problems() == {}
    with reading() as session:
        she = session.get_one(Application, case.her_id)
        assert she.withheld is Withheld.DELETED
        assert session.get_one(Applicant, case.her_id).first_names == DELETED_NAME
        assert session.get_one(Applicant, case.decided.application_ids[case.seated]).email
    assert deletion.delete_due(OPERATOR, call=SLUG) is None
    with reading() as session:
        facts = session.exec(select(Acta.facts)).one()
    waiting = sorted({each for venue in facts["venues"] for each in venue["waiting"]})
    assert waiting and case.seated not in waiting
    _check_certificate(made, own, shared, replaced, ", ".join(waiting))


def _check_certificate(made: str, own: str, shared: str, replaced: str, waiting: str) -> None:
    [kept] = deletion.certificates(OPERATOR, call=SLUG)
    listed = deletion.list_of(OPERATOR, public_id=made)
    assert hashlib.sha256(listed).hexdigest() == kept.fingerprint
    assert f"documento {own}\n".encode() in listed
    assert f"documento-compartido {shared}\n".encode() in listed
    assert f"documento {replaced}\n".encode() in listed
    content = base64.b64decode(kept.document)
    with pdfium.PdfDocument(content) as opened:
        words = " ".join("".join(page.get_textpage().get_text_range() for page in opened).split())
    assert f"quienes tenían estos folios: {waiting}." in words, "the signed acta still bears their names"
    assert content.startswith(b"%PDF") and hashlib.sha256(content).hexdigest() == kept.document_sha256


def test_interrupted_anywhere_it_goes_on_with_one_certificate(
    case: Case, later: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    block_all(later)
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    removed: list[str] = []

    def fall(sha256: str) -> None:
        removed.append(sha256)
        raise KeyboardInterrupt

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(documents, "remove", fall)
        deletion.delete_due(OPERATOR, call=SLUG)
    with pytest.raises(KeyboardInterrupt):
        deletion.delete_due(OPERATOR, call=SLUG, progress=stop)
    assert deletion.certificates(OPERATOR, call=SLUG) == []
    assert retention.standing(OPERATOR, call=SLUG).unfinished
    deletion.delete_due(OPERATOR, call=SLUG)
    [kept] = deletion.certificates(OPERATOR, call=SLUG)
    listed = deletion.list_of(OPERATOR, public_id=kept.public_id).decode()
    assert listed.count("postulacion ") == 6
    assert removed and not documents.exists(removed[0])
    assert where_it_stands() == set() and problems() == {}


def test_what_is_held_or_asked_about_is_not_deleted(case: Case, later: date) -> None:
    block_all(later)
    others = sorted({*case.decided.ranked[6:]} - {case.hers})
    blocking.hold(OPERATOR, call=SLUG, folio=others[0], reason="Juicio de amparo")
    arrived = requests.Arrived(
        kind=RequestKind.ACCESS,
        requester="Quien pregunta",
        contact="",
        identity="INE",
        wanted="",
        folios=(case.hers,),
        received_on=later - timedelta(days=1),
        due_on=later + timedelta(days=30),
    )
    asked = requests.register(OPERATOR, call=SLUG, arrived=arrived)
    assert retention.standing(OPERATOR, call=SLUG).waiting == 2
    deletion.delete_due(OPERATOR, call=SLUG)
    with reading() as session:
        left = set(session.exec(select(BlockedRecord.folio)))
    assert left == {case.hers, others[0]}
    requests.rule(OPERATOR, public_id=asked, ruling=Ruling.GRANTED, ground="Procede")
    requests.answer(OPERATOR, public_id=asked, words="Por correo", answered_on=later)
    deletion.delete_due(OPERATOR, call=SLUG)
    with reading() as session:
        assert session.exec(select(BlockedRecord.folio)).all() == [others[0]]


def test_rejected_rows_go_with_their_files(case: Case, later: date) -> None:
    sha256, size = documents.put(io.BytesIO(b"%PDF-1.4 of a row"))
    received = {"kind": "motivos", "sha256": sha256, "size": size, "inspection": {"problem": None}}
    with writing() as session:
        batch = session.get_one(Application, case.her_id).batch_id
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
        said = "«Huitzilihuitl» no es un correo."
        session.add(Finding(batch_id=batch, row=90, code="bad_email", severity="check", message=said))
    [(_, row)] = person.rows_with(OPERATOR, call=SLUG, words=" huitzi@correo.example ")
    assert row == 90 and person.rows_with(OPERATOR, call=SLUG, words="correo.example") == []
    block_all(later)
    assert where_it_stands("Huitzilihuitl") == {"blockedrecord"}
    assert documents.exists(sha256)
    deletion.delete_due(OPERATOR, call=SLUG)
    assert where_it_stands("Huitzilihuitl") == set() and not documents.exists(sha256)


def test_a_seat_protects_and_only_admins_block(case: Case, person: PersonFactory) -> None:
    admin = person(Role.ADMIN)
    until = retention.today_of(case.decided.call) + timedelta(days=30)
    with pytest.raises(Refused, match="tiene un lugar"):
        blocking.block(admin, call=SLUG, folios=[case.seated], ground="Solicitud 1", delete_after=until)
    assert case.seated not in where_it_stands(BLOCKED_NAME)
    blocking.block(admin, call=SLUG, folios=[case.hers], ground="Solicitud 1", delete_after=until)
    assert where_it_stands() == HERS
    assert deletion.delete_due(admin, call=SLUG) is None, "blocked data is kept for its time"
    for stranger in (case.decided.coordinator, case.decided.jury[0]):
        with pytest.raises(Forbidden):
            blocking.block(stranger, call=SLUG, folios=[case.hers], ground="x", delete_after=until)
        with pytest.raises(Forbidden):
            deletion.rehearse(stranger, call=SLUG)
        with pytest.raises(Forbidden):
            person_data_of(stranger, case)


def test_before_the_decision_she_leaves_the_contest_and_comes_back(
    reviewing_call: Call, juror: Actor, admin: Actor
) -> None:
    made = add_applications(reviewing_call, 2)
    papers.assign(made[0], juror)
    until = retention.today_of(reviewing_call)
    blocking.block(admin, call=SLUG, folios=["GUI-0001"], ground="Solicitud 1", delete_after=until)
    with reading() as session:
        gone = session.get_one(Application, made[0].id)
        assert (gone.eligibility, gone.reasons) == (Eligibility.INELIGIBLE, blocking.WITHDRAWN)
    assert readers() == {}
    assert problems() == {}
    with pytest.raises(Refused, match="ya están bloqueados"):
        blocking.block(admin, call=SLUG, folios=["GUI-0001"], ground="otra", delete_after=until)
    blocking.unblock(admin, call=SLUG, folio="GUI-0001", reason="Se desistió")
    with reading() as session:
        back = session.get_one(Application, made[0].id)
        assert (back.eligibility, back.project_title) == (Eligibility.ELIGIBLE, made[0].project_title)


def person_data_of(viewer: Actor, case: Case) -> object:
    return person.find(viewer, call=SLUG, words=case.hers)


def test_a_backup_holds_what_is_blocked(case: Case, later: date, tmp_path: Path, installation: Path) -> None:
    block_all(later)
    made = back_up(OPERATOR, path=tmp_path / "respaldo.zip")
    assert made.missing == () and made.documents == 2

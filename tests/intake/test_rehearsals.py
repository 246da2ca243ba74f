"""A batch is tried before it is taken: columns mapped, rows foreseen, nothing kept until it is confirmed."""

import time
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from reviewer import clock, jobs, uploads
from reviewer.access.actor import Actor
from reviewer.database import reading, writing
from reviewer.errors import Forbidden, Refused
from reviewer.intake import history, rehearsals
from reviewer.intake.columns import Strength, explain
from reviewer.intake.rehearsals import RehearsalView, Wanted
from reviewer.models import (
    AuditEvent,
    Batch,
    Call,
    ColumnMapping,
    Job,
    JobStatus,
    Rehearsal,
    RehearsalRow,
    Role,
    Upload,
)
from reviewer.paths import uploads_folder
from tests.conftest import SLUG, PersonFactory
from tests.intake.kept import applications
from tests.intake.made import archive, names, papers, someone, table
from tests.test_uploads import whole

pytestmark = pytest.mark.usefixtures("call")


def batch(place: Path) -> bytes:
    """Three people, one without a name, under two columns of which either could be the e-mail."""
    rows = [someone(1), someone(2, nombre=""), someone(3, telefono="12")]
    for row in rows:
        row["Correo de contacto 📧"] = row.pop("correo")
        row["Correo alterno"] = ""
    entries = [("tabla.csv", table(rows)), *papers(1, 2, 3).items()]
    return archive(place / "lote.zip", entries).read_bytes()


def ended(actor: Actor, key: str) -> RehearsalView:
    """The rehearsal once its job has ended."""
    deadline = time.monotonic() + 60
    while (view := rehearsals.read(actor, call_slug=SLUG, public_id=key)).job is None or (
        view.job.is_under_way
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return view


def test_from_an_ambiguous_column_to_the_applications(admin: Actor, tmp_path: Path) -> None:
    upload = whole(admin, batch(tmp_path))
    key = rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id)
    view = rehearsals.read(admin, call_slug=SLUG, public_id=key)
    assert view.is_curable and view.job is None and view.refusal["code"] == "ambiguous_column"
    [contact] = [each for each in view.columns if each["label"] == "Correo de contacto 📧"]
    assert contact["name"] is None and "correo" in contact["alternatives"]
    assert contact["samples"][0] == "persona1@prueba.example"
    with pytest.raises(Refused, match="Todavía no hay un ensayo"):
        rehearsals.confirm(admin, call_slug=SLUG, public_id=key, keep_mapping=True)

    rehearsals.remap(admin, call_slug=SLUG, public_id=key, mapping={"correo": "Correo de contacto 📧"})
    view = ended(admin, key)
    assert view.job and view.job.status is JobStatus.DONE and not view.refusal
    assert (view.report["created"], view.report["rejected"]) == (2, 1)
    assert applications() == {} and uploads.path_of(upload).exists()
    assert rehearsals.count_rows(admin, call_slug=SLUG, public_id=key, wanted=Wanted()) == 3
    [rejected] = rehearsals.rows(admin, call_slug=SLUG, public_id=key, wanted=Wanted(outcome="rejected"))
    assert rejected.row == 3 and rejected.findings[0]["code"] == "missing_field"
    [odd] = rehearsals.rows(admin, call_slug=SLUG, public_id=key, wanted=Wanted(eligibility="to_check"))
    assert (odd.folio, odd.name) == ("GUI-0002", "Nombre3 Peña 3")

    job = rehearsals.confirm(admin, call_slug=SLUG, public_id=key, keep_mapping=True)
    deadline = time.monotonic() + 60
    while jobs.view(admin, job_id=job).is_under_way:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert sorted(applications()) == ["GUI-0001", "GUI-0002"]
    with reading() as session:
        by = session.exec(select(AuditEvent.actor).where(col(AuditEvent.action).startswith("batch.")))
        assert set(by) == {f"person:{admin.person_id}"}  # the child's doing, at her request
    assert rehearsals.open_ones(admin, call_slug=SLUG) == []
    assert count(RehearsalRow) == count(Upload) == 0 and count(ColumnMapping) == 1
    assert not list(uploads_folder().glob("*.toml"))

    again = whole(admin, batch(tmp_path), "otra vez.zip")
    key = rehearsals.begin(admin, call_slug=SLUG, upload=again.public_id)
    view = ended(admin, key)
    assert view.is_saved_mapping and view.report["unchanged"] == 2
    rehearsals.discard(admin, call_slug=SLUG, public_id=key)
    assert count(Rehearsal) == count(RehearsalRow) == count(Upload) == 0
    assert count(Batch) == 1 and not uploads.path_of(again).exists()


def count(model: type) -> int:
    """How many rows a table has."""
    with reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_what_no_mapping_cures_is_told_at_once(admin: Actor) -> None:
    upload = whole(admin)
    key = rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id)
    view = rehearsals.read(admin, call_slug=SLUG, public_id=key)
    assert view.refusal["severity"] == "refusal" and not view.is_curable and view.job is None
    assert rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id) == key


def test_another_admin_goes_on_with_a_rehearsal(admin: Actor, person: PersonFactory) -> None:
    other = person(Role.ADMIN)
    upload = whole(admin)
    key = rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id)
    assert rehearsals.begin(other, call_slug=SLUG, upload=upload.public_id) == key
    assert [(each.public_id, each.begun_by) for each in rehearsals.open_ones(other, call_slug=SLUG)] == [
        (key, "Ada Administra")
    ]
    why = rehearsals.read(other, call_slug=SLUG, public_id=key).refusal["message"]
    rehearsals.discard(other, call_slug=SLUG, public_id=key)
    assert count(Upload) == count(Rehearsal) == 0
    [refused] = history.refused(admin, call_slug=SLUG)
    assert (refused.label, refused.reason, refused.by) == ("lote.zip", why, other.name)
    with pytest.raises(Refused, match="ya se confirmó"):
        rehearsals.read(admin, call_slug=SLUG, public_id=key)


@pytest.mark.parametrize("several", [1, 3])
def test_more_rehearsals_ask_no_more(call: Call, admin: Actor, queries: list[str], several: int) -> None:
    who, when = admin.person_id or 0, clock.now()
    with writing() as session:
        for number in range(several):
            rehearsal = Rehearsal(call_id=call.id or 0, person_id=who, source=f"/{number}", label="lote.zip")
            rehearsal.job = f"j{number}"
            upload = Upload(call_id=call.id or 0, person_id=who, name="lote.zip", size=99, complete_at=when)
            rows = [Job(kind=kind, label="lote.zip", started_by=who) for kind in ("rehearse", "import")]
            for each in rows:
                each.arguments = {"call": SLUG, "source": ""}
            rows[0].public_id = f"j{number}"
            rows[1].status, rows[1].result = JobStatus.CANCELLED, {"status": "refused"}
            session.add_all([rehearsal, upload, *rows])
    for read, wanted in ((rehearsals.open_ones, 7), (uploads.waiting, 2), (history.refused, 2)):
        queries.clear()
        assert len(read(admin, call_slug=SLUG)) == several
        assert len(queries) == wanted


def test_a_rehearsal_is_an_admins(admin: Actor, coordinator: Actor, juror: Actor) -> None:
    upload = whole(admin)
    key = rehearsals.begin(admin, call_slug=SLUG, upload=upload.public_id)
    for actor in (coordinator, juror):
        for act in (
            lambda who: rehearsals.begin(who, call_slug=SLUG, upload=upload.public_id),
            lambda who: rehearsals.read(who, call_slug=SLUG, public_id=key),
            lambda who: rehearsals.rows(who, call_slug=SLUG, public_id=key, wanted=Wanted()),
            lambda who: rehearsals.remap(who, call_slug=SLUG, public_id=key, mapping={}),
            lambda who: rehearsals.confirm(who, call_slug=SLUG, public_id=key, keep_mapping=False),
            lambda who: rehearsals.discard(who, call_slug=SLUG, public_id=key),
        ):
            with pytest.raises(Forbidden):
                act(actor)
    assert count(Rehearsal) == 1


def test_headers_explain_themselves() -> None:
    headers = ["nombre", "Correo", "Correo", "Teléfono de casa", "Notas", ""]
    explained, refusal = explain(headers, names(), {})
    assert [each.label for each in explained] == [
        *("nombre", "Correo (B)", "Correo (C)", "Teléfono de casa", "Notas", "(F)"),
    ]
    assert refusal and refusal.finding.field == "correo"
    assert [each.name for each in explained] == ["nombre", None, None, "telefono", None, None]
    assert explained[3].strength is Strength.LIKENESS and explained[1].alternatives[0] == "correo"
    mapping = {"correo": "Correo (C)", "telefono": ""}
    explained, refusal = explain(headers, names(), mapping)
    assert refusal is None
    assert [each.name for each in explained] == ["nombre", None, "correo", None, None, None]

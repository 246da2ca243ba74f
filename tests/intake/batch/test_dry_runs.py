"""Dry runs: columns are mapped, rows predicted, and nothing is stored until they are confirmed."""

from pathlib import Path

import pytest
from sqlmodel import col, func, select

from reviewer.access.actor import Actor
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.paths import uploads_folder
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch.dry_runs import DryRunView, RowFilter
from reviewer.intake.parse.columns import MatchStrength, explain_headers
from reviewer.jobs import runner
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
    require_id,
)
from reviewer.storage import uploads
from tests.calls import SLUG
from tests.factories.batches import archive, document_files, names, table, valid_row
from tests.factories.people import PersonFactory
from tests.network import wait_until
from tests.storage.test_uploads import upload_whole
from tests.stored_rows import applications

pytestmark = pytest.mark.usefixtures("call")


def batch(place: Path) -> bytes:
    """A batch of three people, one without a name, with two columns that could be the e-mail."""
    rows = [valid_row(1), valid_row(2, nombre=""), valid_row(3, telefono="12")]
    for row in rows:
        row["Correo de contacto 📧"] = row.pop("correo")
        row["Correo alterno"] = "otro@prueba.example"
    entries = [("tabla.csv", table(rows)), *document_files(1, 2, 3).items()]
    return archive(place / "lote.zip", entries).read_bytes()


def wait_for_dry_run(actor: Actor, key: str) -> DryRunView:
    """The rehearsal once its job has ended."""

    def is_done() -> bool:
        job = dry_runs.read(actor, slug=SLUG, public_id=key).job
        return job is not None and not job.is_under_way

    wait_until(is_done)
    return dry_runs.read(actor, slug=SLUG, public_id=key)


def test_from_an_ambiguous_column_to_the_applications(admin: Actor, tmp_path: Path) -> None:
    upload = upload_whole(admin, batch(tmp_path))
    key = dry_runs.start(admin, slug=SLUG, upload=upload.public_id)
    view = dry_runs.read(admin, slug=SLUG, public_id=key)
    assert view.can_be_remapped and view.job is None and view.refusal["code"] == "ambiguous_column"
    [contact] = [column for column in view.columns if column["label"] == "Correo de contacto 📧"]
    assert contact["name"] is None and "correo" in contact["alternatives"]
    assert contact["samples"][0] == "persona1@prueba.example"
    with pytest.raises(UserError, match="Todavía no hay un ensayo"):
        dry_runs.confirm(admin, slug=SLUG, public_id=key, keep_mapping=True)

    dry_runs.remap(admin, slug=SLUG, public_id=key, mapping={"correo": "Correo de contacto 📧"})
    view = wait_for_dry_run(admin, key)
    assert view.job and view.job.status is JobStatus.DONE and not view.refusal
    assert (view.report["created"], view.report["rejected"]) == (2, 1)
    assert applications() == {} and uploads.path_of(upload).exists()
    assert dry_runs.count_rows(admin, slug=SLUG, public_id=key, criteria=RowFilter()) == 3
    [rejected] = dry_runs.rows(admin, slug=SLUG, public_id=key, criteria=RowFilter(outcome="rejected"))
    assert rejected.row == 3 and rejected.findings[0]["code"] == "missing_field"
    [odd] = dry_runs.rows(admin, slug=SLUG, public_id=key, criteria=RowFilter(eligibility="to_check"))
    assert (odd.folio, odd.name) == ("HIS-0002", "Nombre3 Peña 3")

    job = dry_runs.confirm(admin, slug=SLUG, public_id=key, keep_mapping=True)
    wait_until(lambda: not runner.view(admin, job_id=job).is_under_way)
    assert sorted(applications()) == ["HIS-0001", "HIS-0002"]
    with read_session() as session:
        by = session.exec(select(AuditEvent.actor).where(col(AuditEvent.action).startswith("batch.")))
        assert set(by) == {f"person:{admin.person_id}"}  # the child process acts for who asked
    assert dry_runs.list_open(admin, slug=SLUG) == []
    assert count(RehearsalRow) == count(Upload) == 0 and count(ColumnMapping) == 1
    assert not list(uploads_folder().glob("*.toml"))

    again = upload_whole(admin, batch(tmp_path), "otra vez.zip")
    key = dry_runs.start(admin, slug=SLUG, upload=again.public_id)
    view = wait_for_dry_run(admin, key)
    assert view.is_saved_mapping and view.report["unchanged"] == 2
    dry_runs.discard(admin, slug=SLUG, public_id=key)
    assert count(Rehearsal) == count(RehearsalRow) == count(Upload) == 0
    assert count(Batch) == 1 and not uploads.path_of(again).exists()


def count(model: type) -> int:
    """Returns the number of rows of a table."""
    with read_session() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_a_refusal_no_mapping_can_fix_is_reported_at_once(admin: Actor) -> None:
    upload = upload_whole(admin)
    key = dry_runs.start(admin, slug=SLUG, upload=upload.public_id)
    view = dry_runs.read(admin, slug=SLUG, public_id=key)
    assert view.refusal["severity"] == "refusal" and not view.can_be_remapped and view.job is None
    assert dry_runs.start(admin, slug=SLUG, upload=upload.public_id) == key


def test_another_admin_continues_a_dry_run(admin: Actor, person: PersonFactory) -> None:
    other_admin = person(Role.ADMIN)
    upload = upload_whole(admin)
    key = dry_runs.start(admin, slug=SLUG, upload=upload.public_id)
    assert dry_runs.start(other_admin, slug=SLUG, upload=upload.public_id) == key
    assert [(view.public_id, view.started_by) for view in dry_runs.list_open(other_admin, slug=SLUG)] == [
        (key, "Ada Administra")
    ]
    why = dry_runs.read(other_admin, slug=SLUG, public_id=key).refusal["message"]
    dry_runs.discard(other_admin, slug=SLUG, public_id=key)
    assert count(Upload) == count(Rehearsal) == 0
    [refused] = batch_queries.refused_batches(admin, slug=SLUG)
    assert (refused.label, refused.reason, refused.by) == ("lote.zip", why, other_admin.name)
    with pytest.raises(UserError, match="ya se confirmó"):
        dry_runs.read(admin, slug=SLUG, public_id=key)


@pytest.mark.parametrize("several", [1, 3])
def test_query_count_does_not_grow_with_dry_runs(call: Call, admin: Actor, queries: list[str], several: int) -> None:
    person_id, when = admin.require_person_id(), clock.now()
    with write_session() as session:
        for number in range(several):
            dry_run = Rehearsal(call_id=require_id(call), person_id=person_id, source=f"/{number}", label="lote.zip")
            dry_run.job = f"j{number}"
            upload = Upload(call_id=require_id(call), person_id=person_id, name="lote.zip", size=99, complete_at=when)
            rows = [Job(kind=kind, label="lote.zip", started_by=person_id) for kind in ("rehearse", "import")]
            for job in rows:
                job.arguments = {"call": SLUG, "source": ""}
            rows[0].public_id = f"j{number}"
            rows[1].status, rows[1].result = JobStatus.CANCELLED, {"status": "refused"}
            session.add_all([dry_run, upload, *rows])
    for read, query_count in (
        (dry_runs.list_open, 7),
        (uploads.complete_batches, 2),
        (batch_queries.refused_batches, 2),
    ):
        queries.clear()
        assert len(read(admin, slug=SLUG)) == several
        assert len(queries) == query_count


def test_only_admins_run_dry_runs(admin: Actor, coordinator: Actor, juror: Actor) -> None:
    upload = upload_whole(admin)
    key = dry_runs.start(admin, slug=SLUG, upload=upload.public_id)
    for actor in (coordinator, juror):
        for act in (
            lambda actor: dry_runs.start(actor, slug=SLUG, upload=upload.public_id),
            lambda actor: dry_runs.read(actor, slug=SLUG, public_id=key),
            lambda actor: dry_runs.rows(actor, slug=SLUG, public_id=key, criteria=RowFilter()),
            lambda actor: dry_runs.remap(actor, slug=SLUG, public_id=key, mapping={}),
            lambda actor: dry_runs.confirm(actor, slug=SLUG, public_id=key, keep_mapping=False),
            lambda actor: dry_runs.discard(actor, slug=SLUG, public_id=key),
        ):
            with pytest.raises(Forbidden):
                act(actor)
    assert count(Rehearsal) == 1


def test_headers_are_explained() -> None:
    headers = ["nombre", "Correo", "Correo", "Teléfono de casa", "Notas", ""]
    explained, refusal = explain_headers(headers, names(), {})
    assert [explanation.label for explanation in explained] == [
        *("nombre", "Correo (B)", "Correo (C)", "Teléfono de casa", "Notas", "(F)"),
    ]
    assert refusal and refusal.finding.field == "correo"
    assert [explanation.name for explanation in explained] == ["nombre", None, None, "telefono", None, None]
    assert explained[3].strength is MatchStrength.SIMILARITY and explained[1].alternatives[0] == "correo"
    mapping = {"correo": "Correo (C)", "telefono": ""}
    explained, refusal = explain_headers(headers, names(), mapping)
    assert refusal is None
    assert [explanation.name for explanation in explained] == ["nombre", None, "correo", None, None, None]

"""Backups from a page: jobs that write to the configured folder; only administrators download them."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from reviewer.access.actor import Actor
from reviewer.backup import archive, on_disk
from reviewer.cli import main
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.jobs import runner
from reviewer.jobs.records import JobView
from reviewer.models import Call, JobStatus, Role
from reviewer.web.routes.backups import ROUTES
from tests.factories.applications import add_applications, add_document
from tests.factories.people import PersonFactory
from tests.network import wait_until
from tests.stored_rows import count_events
from tests.web.asgi_client import ask, cookie


def finished(actor: Actor, job_id: str) -> JobView:
    """The job when its process has ended."""
    wait_until(lambda: not runner.view(actor, job_id=job_id).is_under_way)
    return runner.view(actor, job_id=job_id)


def test_backup_made_by_a_job_can_be_downloaded(
    call: Call, admin: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path / "respaldos"))
    add_document(add_applications(call, 1)[0], "motivos", b"%PDF-1.4 uno", pages=1)
    job_id = on_disk.start_backup(admin)
    assert on_disk.start_backup(admin) == job_id
    view = finished(admin, job_id)
    assert (view.status, view.done, view.total) == (JobStatus.DONE, 1, 1)
    (backup,) = on_disk.list_backups(admin)
    answer = ask(ROUTES, f"/descargas/respaldo/{backup.name}", headers=cookie(admin))
    assert (answer.status, count_events("backup.download")) == (200, 1)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as zipped:
        assert archive.read_manifest(zipped).missing == []
    assert (tmp_path / "respaldos" / backup.name).stat().st_mode & 0o777 == 0o600


def test_only_admins_make_list_or_download_backups(
    call: Call, admin: Actor, person: PersonFactory, installation: Path
) -> None:
    (installation / "backups").mkdir()
    name = on_disk.new_path(installation / "backups").name
    assert main(["backup", str(installation / "backups")]) == 0
    (backup,) = on_disk.list_backups(admin)
    assert backup.name[:13] == name[:13]
    for role in (Role.JURY, Role.COORDINATOR):
        actor = person(role)
        for verb in (on_disk.start_backup, on_disk.list_backups):
            with pytest.raises(Forbidden):
                verb(actor)
        assert ask(ROUTES, f"/descargas/respaldo/{backup.name}", headers=cookie(actor)).status == 403
    assert ask(ROUTES, f"/descargas/respaldo/{backup.name}").status == 403
    (installation / "secreto.zip").write_bytes(b"PK")
    for wrong in ("secreto.zip", "..%2Fsecreto.zip", "dictamen-20250101T000000Z.zip", ".dictamen-x.zip.part"):
        assert ask(ROUTES, f"/descargas/respaldo/{wrong}", headers=cookie(admin)).status == 404
    with pytest.raises(UserError):
        on_disk.path_for_download(admin, name="../secreto.zip")
    assert count_events("backup.download") == 0


def test_abandoned_partial_files_are_removed_and_bad_folders_reported(
    call: Call, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path))
    old, new = (tmp_path / f".dictamen-2025010{day}T000000Z.zip.part" for day in (1, 2))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert finished(admin, on_disk.start_backup(admin)).status is JobStatus.DONE
    assert not old.exists() and new.exists()
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path / "file" / "folder"))
    with pytest.raises(InfrastructureError, match="carpeta de respaldos"):
        on_disk.start_backup(admin)

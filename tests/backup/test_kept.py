"""Backups from a page: jobs into the folder that the operator named, handed to admins alone."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from reviewer import jobs
from reviewer.access.actor import Actor
from reviewer.backup import archive, kept
from reviewer.cli import main
from reviewer.errors import Forbidden, MachineFault, Refused
from reviewer.job_rows import JobView
from reviewer.models import Call, JobStatus, Role
from reviewer.web.routes.backups import ROUTES
from tests.conftest import PersonFactory
from tests.jury.cases import add_applications, events
from tests.papers import add_document
from tests.web.asking import ask, cookie


def finished(actor: Actor, job_id: str) -> JobView:
    """The job when its process has ended."""
    deadline = time.monotonic() + 60
    while (seen := jobs.view(actor, job_id=job_id)).is_under_way and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def test_one_is_made_by_a_job_and_taken_along(
    call: Call, admin: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path / "respaldos"))
    add_document(add_applications(call, 1)[0], "motivos", b"%PDF-1.4 uno", pages=1)
    job_id = kept.start(admin)
    assert kept.start(admin) == job_id
    seen = finished(admin, job_id)
    assert (seen.status, seen.done, seen.total) == (JobStatus.DONE, 1, 1)
    (found,) = kept.listing(admin)
    answer = ask(ROUTES, f"/descargas/respaldo/{found.name}", headers=cookie(admin))
    assert (answer.status, events("backup.download")) == (200, 1)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as zipped:
        assert archive.read_manifest(zipped).missing == []
    assert (tmp_path / "respaldos" / found.name).stat().st_mode & 0o777 == 0o600


def test_nobody_else_makes_sees_or_takes_one(
    call: Call, admin: Actor, person: PersonFactory, installation: Path
) -> None:
    (installation / "backups").mkdir()
    name = kept.new_path(installation / "backups").name
    assert main(["backup", str(installation / "backups")]) == 0
    (made,) = kept.listing(admin)
    assert made.name[:13] == name[:13]
    for role in (Role.JURY, Role.COORDINATOR):
        actor = person(role)
        for verb in (kept.start, kept.listing):
            with pytest.raises(Forbidden):
                verb(actor)
        assert ask(ROUTES, f"/descargas/respaldo/{made.name}", headers=cookie(actor)).status == 403
    assert ask(ROUTES, f"/descargas/respaldo/{made.name}").status == 403
    (installation / "secreto.zip").write_bytes(b"PK")
    for wrong in ("secreto.zip", "..%2Fsecreto.zip", "dictamen-20250101T000000Z.zip", ".dictamen-x.zip.part"):
        assert ask(ROUTES, f"/descargas/respaldo/{wrong}", headers=cookie(admin)).status == 404
    with pytest.raises(Refused):
        kept.hand_out(admin, name="../secreto.zip")
    assert events("backup.download") == 0


def test_halves_of_killed_ones_go_and_a_folder_in_the_way_is_told(
    call: Call, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path))
    old, new = (tmp_path / f".dictamen-2025010{day}T000000Z.zip.part" for day in (1, 2))
    for each in (old, new):
        each.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert finished(admin, kept.start(admin)).status is JobStatus.DONE
    assert not old.exists() and new.exists()
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(tmp_path / "file" / "folder"))
    with pytest.raises(MachineFault, match="carpeta de respaldos"):
        kept.start(admin)

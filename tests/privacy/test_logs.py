"""Logs, jobs and audit events hold no personal data, whatever fails."""

import asyncio
import csv
import gc
import logging
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer import cli
from reviewer.access import login_attempts
from reviewer.access.actor import Actor
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.core.paths import uploads_folder
from reviewer.jobs import runner
from reviewer.jobs.records import IMPORT
from reviewer.models import AuditEvent, Call, Job
from reviewer.privacy import subject_export
from reviewer.storage import documents
from reviewer.web.routes.privacy import ROUTES
from reviewer.web.ui import errors
from tests.calls import SLUG
from tests.factories.batches import valid_curp, valid_row
from tests.factories.pdfs import small_pdf
from tests.web.asgi_client import ask, cookie

NAME, SURNAME = "Xochiquetzal", "Zurbarán"
EMAIL, CURP = "xochi.zurbaran@correo.example", valid_curp("ZUXX900101MDFRXC")
SECRETS = (NAME.lower(), SURNAME.lower(), "xochi.zurbaran", CURP.lower(), "ine-xochi")


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A batch with every error whose message quotes a cell or a file name."""
    folder = tmp_path / "lote"
    folder.mkdir()
    subject_cells = {"nombre": NAME, "apellidos": SURNAME, "correo": EMAIL, "curp": CURP}
    rows = [
        valid_row(1, **subject_cells, identificacion="ine-xochi.pdf", motivos="no-esta-ine-xochi.pdf"),
        valid_row(
            2,
            **(subject_cells | {"correo": f"{EMAIL} mal", "curp": f"{CURP[:-1]}?"}),
            motivos="ine-xochi-roto.pdf",
        ),
        valid_row(3, **(subject_cells | {"nombre": "", "apellidos": "", "fecha_nacimiento": NAME})),
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (folder / "tabla.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    (folder / "ine-xochi.pdf").write_bytes(small_pdf())
    (folder / "ine-xochi-roto.pdf").write_bytes(b"%PDF-1.4 roto")
    return folder


def test_logs_jobs_and_events_hold_no_personal_data(
    call: Call,
    admin: Actor,
    batch: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    _import_as_a_job(admin, batch, monkeypatch)
    for email in (EMAIL, f"{NAME}@nadie.example"):
        with pytest.raises(UserError):
            login_attempts.check_password(email=email, password=SURNAME, address="10.0.0.1")
    route = "/descargas/privacidad/persona.zip?convocatoria={}&folio={}"
    assert ask(ROUTES, route.format(SLUG, NAME), headers=cookie(admin)).status == 422
    monkeypatch.setattr(documents, "put_content", _raise_disk_full)
    monkeypatch.setattr(documents, "open_document", _raise_disk_full)
    with pytest.raises(InfrastructureError):
        subject_export.export(admin, slug=SLUG, folio="HIS-0001", target=(batch.parent / "x.zip").open("wb"))
    errors.log.error("fault", exc_info=errors.without_message(ValueError(EMAIL)))
    asyncio.run(_fail_in_unawaited_task())
    messages = [record.getMessage() + str(record.exc_text or "") for record in caplog.records]
    messages += [path.read_text(errors="replace") for path in uploads_folder().glob("*.log")]
    with read_session() as session:
        messages += [str(job.model_dump()) for job in session.exec(select(Job))]
        events = session.exec(select(AuditEvent)).all()
        messages += [f"{event.action} {event.object_id} {event.detail}" for event in events]
    assert len(events) > 5 and any("xochi" in str(email) for email in _applicant_emails())
    for message in messages:
        assert not [word for word in SECRETS if word in message.lower()], message


async def _fail_in_unawaited_task() -> None:
    """A job that fails in a server, without a caller that waits for it."""
    asyncio.get_running_loop().set_exception_handler(errors.log_task_error)

    async def broken() -> None:
        raise ValueError(EMAIL)

    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    del task
    gc.collect()


def _import_as_a_job(admin: Actor, batch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads_folder().mkdir(parents=True, exist_ok=True)
    job = Job(
        kind=IMPORT,
        arguments={"call": SLUG, "source": str(batch)},
        label="lote",
        started_by=admin.person_id,
    )
    with write_session() as session:
        session.add(job)
    monkeypatch.setenv(runner.JOB_ID_VARIABLE, job.public_id)
    assert cli.main(["import", str(batch), "--call", SLUG, "--json", "--workers", "1"]) == 1


def _applicant_emails() -> list[object]:
    from reviewer.models import Applicant

    with read_session() as session:
        return [applicant.email for applicant in session.exec(select(Applicant))]


def _raise_disk_full(*_: object, **__: object) -> None:
    raise InfrastructureError("El disco de los documentos está lleno.")

import io
from datetime import timedelta
from pathlib import Path

import pytest

import reviewer
from reviewer.access import login_attempts
from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup.create import back_up
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.paths import documents_url
from reviewer.models import Call, Document, Role, require_id
from reviewer.operations import status
from reviewer.storage import documents
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.network import wait_until
from tests.pages.conftest import Screens, page_text


def test_a_new_installation_says_what_to_do(call: Call, admin: Actor, screen: Screens) -> None:
    text = page_text(screen("sistema", admin))
    assert "Nunca se ha hecho un respaldo" in text
    assert "Nadie ha fallado al entrar" in text
    assert f"versión {reviewer.__version__}" in text


def test_shared_documents_are_counted_once(call: Call, admin: Actor) -> None:
    sha256, size = documents.put(io.BytesIO(b"%PDF-1.4 de dos personas"))
    applications = add_applications(call, 2)
    with write_session() as session:
        for application in applications:
            session.add(
                Document(
                    application_id=require_id(application),
                    kind="motivos",
                    original_name="m.pdf",
                    sha256=sha256,
                    size=size,
                )
            )
    system_status = status.installation_status(admin)
    assert (system_status.documents, system_status.documents_size) == (1, size)
    assert system_status.database_size > 0
    assert bool(system_status.free_bytes) == documents_url().startswith("file:")  # elsewhere there is no saying
    assert system_status.sessions == 1


def test_the_last_backup_and_its_age(call: Call, admin: Actor, tmp_path: Path, screen: Screens) -> None:
    with clock.set_to(clock.now() - timedelta(days=3)):
        back_up(OPERATOR, path=tmp_path / "viejo.zip")
    assert "más de un día" in page_text(screen("sistema", admin))
    back_up(OPERATOR, path=tmp_path / "nuevo.zip")
    assert "El último se hizo" in page_text(screen("sistema", admin))
    assert "más de un día" not in page_text(screen("sistema", admin))


def test_failed_logins_are_counted(call: Call, admin: Actor, screen: Screens) -> None:
    for _ in range(5):
        with pytest.raises(UserError):
            login_attempts.check_password(email="nadie@prueba.example", password="x", address="10.0.0.1")
    assert "5\N{NO-BREAK SPACE}intentos fallidos" in page_text(screen("sistema", admin))
    system_status = status.installation_status(admin)
    assert (system_status.slowed_emails, system_status.slowed_addresses) == (1, 0)
    for index in range(45):  # one mailbox after another, from the same place
        with pytest.raises(UserError):
            login_attempts.check_password(email=f"n{index}@prueba.example", password="x", address="10.0.0.1")
    system_status = status.installation_status(admin)
    assert (system_status.slowed_emails, system_status.slowed_addresses) == (1, 1)
    assert "1\N{NO-BREAK SPACE}dirección de red" in page_text(screen("sistema", admin))


def test_it_is_for_admins(person: PersonFactory) -> None:
    for role in (Role.JURY, Role.COORDINATOR):
        with pytest.raises(Forbidden):
            status.installation_status(person(role))


def test_a_backup_is_made_from_the_page(call: Call, admin: Actor, screen: Screens) -> None:
    page = screen("sistema", admin)
    next(button for button in page.button if button.label == "Hacer un respaldo ahora").click().run()
    wait_until(lambda: status.installation_status(admin).last_backup)
    text = page_text(screen("sistema", admin))
    assert "El último se hizo" in text and "En el servidor" in text

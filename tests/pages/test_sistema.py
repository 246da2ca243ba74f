import io
import time
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer import clock, documents, system
from reviewer.access import sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup import kept
from reviewer.backup.making import back_up
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.models import Call, Document, Role
from reviewer.paths import documents_url
from tests.conftest import PersonFactory
from tests.jury.cases import add_applications
from tests.pages.conftest import Screens, words


def test_a_new_installation_says_what_to_do(call: Call, admin: Actor, screen: Screens) -> None:
    said = words(screen("sistema", admin))
    assert "Nunca se ha hecho un respaldo" in said
    assert "Nadie ha fallado al entrar" in said


def test_what_it_holds_is_counted_once(call: Call, admin: Actor) -> None:
    sha256, size = documents.put(io.BytesIO(b"%PDF-1.4 de dos personas"))
    applications = add_applications(call, 2)
    with writing() as session:
        for each in applications:
            session.add(
                Document(
                    application_id=each.id or 0,
                    kind="motivos",
                    original_name="m.pdf",
                    sha256=sha256,
                    size=size,
                )
            )
    seen = system.standing(admin)
    assert (seen.documents, seen.documents_size) == (1, size)
    assert seen.database_size > 0
    assert bool(seen.free) == documents_url().startswith("file:")  # elsewhere there is no saying
    assert seen.sessions == 1


def test_the_last_backup_and_its_age(call: Call, admin: Actor, tmp_path: Path, screen: Screens) -> None:
    with clock.set_to(clock.now() - timedelta(days=3)):
        back_up(OPERATOR, path=tmp_path / "viejo.zip")
    assert "más de un día" in words(screen("sistema", admin))
    back_up(OPERATOR, path=tmp_path / "nuevo.zip")
    assert "El último se hizo" in words(screen("sistema", admin))
    assert "más de un día" not in words(screen("sistema", admin))


def test_failed_log_ins_are_told(call: Call, admin: Actor, screen: Screens) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sessions.check_password(email="nadie@prueba.example", password="x", address="10.0.0.1")
    assert "5\N{NO-BREAK SPACE}intentos fallidos" in words(screen("sistema", admin))
    seen = system.standing(admin)
    assert (seen.slowed, seen.slowed_addresses) == (1, 0)
    for each in range(45):  # one mailbox after another, from the same place
        with pytest.raises(Refused):
            sessions.check_password(email=f"n{each}@prueba.example", password="x", address="10.0.0.1")
    seen = system.standing(admin)
    assert (seen.slowed, seen.slowed_addresses) == (1, 1)
    assert "1\N{NO-BREAK SPACE}dirección de red" in words(screen("sistema", admin))


def test_it_is_for_admins(person: PersonFactory) -> None:
    for role in (Role.JURY, Role.COORDINATOR):
        with pytest.raises(Forbidden):
            system.standing(person(role))


def test_a_backup_is_made_from_the_page(call: Call, admin: Actor, screen: Screens) -> None:
    page = screen("sistema", admin)
    next(each for each in page.button if each.label == "Hacer un respaldo ahora").click().run()
    deadline = time.monotonic() + 60
    while not kept.listing(admin) and time.monotonic() < deadline:
        time.sleep(0.05)
    said = words(screen("sistema", admin))
    assert "El último se hizo" in said and "En el servidor" in said

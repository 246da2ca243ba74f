"""An installation of its own for every test: an empty database, an empty store of documents."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer import calls, database, paths
from reviewer.access import people, sessions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.models import Call, Role


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating each one anew would take most of the tests' time."""
    path = tmp_path_factory.mktemp("template") / "reviewer.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{path}")
        database.engine().dispose()
    return path


@pytest.fixture
def installation(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an empty installation, which commands and verbs are pointed at."""
    folder = tmp_path / "installation"
    folder.mkdir()
    shutil.copy(migrated, folder / "reviewer.db")
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{folder / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")
    monkeypatch.delenv("REVIEWER_COOKIE_KEY", raising=False)
    yield folder
    database.engine().dispose()


@pytest.fixture
def call(installation: Path) -> Call:
    """The call that ships, installed."""
    return calls.load_call(OPERATOR, text=calls.read_file(paths.CALLS / "guionismo-2025.toml"))


def log_in(role: Role, email: str, name: str = "Nombre Apellido") -> Actor:
    """A new person of this role, logged in."""
    added = people.add_person(OPERATOR, email=email, name=name, role=role, password="contraseña larga")
    token = sessions.redeem_ticket(sessions.make_ticket(added.person))
    actor = sessions.actor_of(token)
    assert actor is not None
    return actor


@pytest.fixture
def admin(installation: Path) -> Actor:
    """An administrator, logged in."""
    return log_in(Role.ADMIN, "admin@ejemplo.mx", "Ada Administra")


@pytest.fixture
def coordinator(installation: Path) -> Actor:
    """A coordinator, logged in."""
    return log_in(Role.COORDINATOR, "coordina@ejemplo.mx", "Cora Coordina")


@pytest.fixture
def juror(installation: Path) -> Actor:
    """A juror, logged in."""
    return log_in(Role.JURY, "jurado@ejemplo.mx", "Julia Jurado")

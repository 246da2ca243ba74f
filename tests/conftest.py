"""An installation of its own for each test that asks, empty, on SQLite or PostgreSQL."""

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import event

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.paths import ROOT
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Phase, Role
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.web.server import pdf_pool
from tests import engines, postgres, stress
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, add_actor

KEY = "a key for tests"  # one for all: a process reads its key once
# With s3-mostly documents stay here in tests whose many imports each start processes that would have to load
# what speaks S3; what they do with a document is what their neighbours do.
LOCAL_DOCUMENT_TESTS = (
    "tests/demo/",
    "tests/screening/",
    *(f"tests/intake/{folder}/" for folder in ("batch", "check", "corrections", "parse", "store")),
)

# Property tests are not timed: the machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Points whatever asks outside of a test's own installation, such as a thread that outlives it, to a
    folder that nobody looks at: never to the project's own data."""
    folder = Path(tempfile.mkdtemp(prefix="dictamen-nobodys-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["REVIEWER_DATABASE_URL"] = f"sqlite:///{folder / 'reviewer.db'}"
    os.environ["REVIEWER_DOCUMENTS_URL"] = f"file://{folder / 'documents'}"
    os.environ["REVIEWER_BACKUP_FOLDER"] = str(folder / "backups")
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    engines.share(patch)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches a database: the rest would say the same as on SQLite."""
    if os.environ.get("DICTAMEN_TEST_DATABASE") != "postgresql":
        return
    touching = [item for item in items if "empty_database" in getattr(item, "fixturenames", ())]
    kept_items = set(touching)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept_items])
    items[:] = touching


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a run under stress really did."""
    for line in stress.report():
        terminalreporter.write_line(line)


def migrate(url: str) -> None:
    """Makes the tables of the database at ``url``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEWER_DATABASE_URL", url)
        database.engine().dispose()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database to copy: migrating each one anew would take most of the tests' time."""
    if os.environ.get("DICTAMEN_TEST_DATABASE") == "postgresql":
        with postgres.cluster() as server:
            url = server.new_database(postgres.TEMPLATE)
            migrate(url)
            yield url
        return
    url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'empty.db'}"
    migrate(url)
    yield url


@pytest.fixture(scope="session")
def store_elsewhere() -> Iterator[str]:
    """With ``DICTAMEN_TEST_DOCUMENTS=s3`` or ``s3-mostly`` the URL of an S3 store, else nothing."""
    if os.environ.get("DICTAMEN_TEST_DOCUMENTS") not in ("s3", "s3-mostly"):
        yield ""
        return
    from tests import s3

    with pytest.MonkeyPatch.context() as patch, s3.running(patch):
        yield s3.URL


@pytest.fixture
def documents_elsewhere(request: pytest.FixtureRequest, store_elsewhere: str) -> str:
    """The URL of this test's own documents in that store, or nothing where they lie beside its database."""
    are_mostly_there = os.environ.get("DICTAMEN_TEST_DOCUMENTS") == "s3-mostly"
    if not store_elsewhere or (are_mostly_there and request.node.nodeid.startswith(LOCAL_DOCUMENT_TESTS)):
        return ""
    return f"{store_elsewhere}/{secrets.token_hex(6)}"


@pytest.fixture
def installation(
    tmp_path: Path, empty_database: str, documents_elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The folder of an empty installation, which verbs and commands started by the test are pointed at."""
    folder = tmp_path / "installation"
    folder.mkdir()
    if empty_database.startswith("sqlite"):
        shutil.copy(empty_database.removeprefix("sqlite:///"), folder / "reviewer.db")
        url = f"sqlite:///{folder / 'reviewer.db'}"
    else:
        url = postgres.copy_of(empty_database)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", url)
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", documents_elsewhere or f"file://{folder / 'documents'}")
    monkeypatch.setenv("REVIEWER_BACKUP_FOLDER", str(folder / "backups"))
    monkeypatch.setenv("REVIEWER_COOKIE_KEY", KEY)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield folder
    database.engine().dispose()
    if not url.startswith("sqlite"):
        postgres.drop(url)


@pytest.fixture
def call(installation: Path) -> Call:
    """The example call, installed; it is in the phase of intake."""
    return spec.load_call(OPERATOR, text=call_text())


@pytest.fixture
def reviewing_call(installation: Path) -> Call:
    """The same without a reviewing window, in the phase of reviewing."""
    spec.load_call(OPERATOR, text=call_text(NO_REVIEW_WINDOW))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    return spec.get_call(SLUG)


@pytest.fixture
def person(installation: Path) -> PersonFactory:
    """Makes people who have logged in: ``person(Role.JURY, name=…)`` is their ``Actor``."""

    return add_actor


@pytest.fixture
def admin(person: PersonFactory) -> Actor:
    """An administrator, logged in."""
    return person(Role.ADMIN, name="Ada Administra")


@pytest.fixture
def coordinator(person: PersonFactory) -> Actor:
    """A coordinator, logged in."""
    return person(Role.COORDINATOR, name="Cora Coordina")


@pytest.fixture
def juror(person: PersonFactory) -> Actor:
    """A juror, logged in."""
    return person(Role.JURY, name="Julia Jurado")


@pytest.fixture
def assigned_juror(reviewing_call: Call, juror: Actor) -> Actor:
    """A juror who has the call's two applications to read."""
    add_applications(reviewing_call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return juror


@pytest.fixture(scope="module")
def workers() -> Iterator[PdfWorkers]:
    """A process that reads PDFs."""
    with PdfWorkers(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def pdf_pool_ends() -> Iterator[None]:
    """Ends the server's processes for PDFs after the tests of a module."""
    yield
    pdf_pool.shut_down()


@pytest.fixture
def queries(installation: Path) -> Iterator[list[str]]:
    """The SQL statements run so far; ``clear()`` it before what is to be counted."""
    statements: list[str] = []
    # A page of an earlier test may still be running: what it asks is not this test's.
    earlier = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN") and threading.get_ident() not in earlier:
            statements.append(statement)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)

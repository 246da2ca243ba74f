"""An upgrade and the way back of docs/operations.md: the old files and the backup made before.

The version before this one is this one without its newest migration. Installations of earlier commits are in
``tests/data/versions``.
"""

import lzma
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR
from reviewer.backup import archive, rows
from reviewer.backup.create import back_up
from reviewer.backup.restore import restore
from reviewer.cli import main
from reviewer.core import database
from reviewer.core.errors import UserError
from reviewer.core.paths import ROOT
from reviewer.models import Acta, ActaKind, Applicant, Application, BlockedRecord, Setting, Withheld
from reviewer.privacy import blocking
from reviewer.privacy.data_map import BLOCKED_NAME
from reviewer.storage import documents
from reviewer.verification.checks import verify
from tests.backup.test_backup import contents
from tests.faults.kills import on_sqlite

Turn = Callable[[str], None]
VERSIONS = sorted(path for path in (ROOT / "tests" / "data" / "versions").iterdir() if path.is_dir())
SLUG = "guionismo-2025"  # the call of the stored installations


@pytest.fixture
def old_files(tmp_path: Path) -> Path:
    """Returns the migrations of the version before this one."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "reviewer" / "migrations", folder)
    [newest] = (folder / "versions").glob(f"{database.head_revision()}_*.py")
    newest.unlink()
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Uses these migrations, as a process that starts with them."""

    def begin(migrations: Path) -> None:
        database._migrated_urls.clear()
        monkeypatch.setattr(database, "MIGRATIONS", migrations)

    return begin


@pytest.fixture
def turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Changes to the installation in the folder of this name, which may not exist yet."""

    def to(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{folder / 'reviewer.db'}")
        monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")

    return to


def revision() -> str:
    with database.engine().connect() as connection:
        return rows.revision_of(connection)


def keep(key: str) -> None:
    with database.write_session() as session:
        session.add(Setting(key=key, value="1"))


@on_sqlite
def test_earlier_backup_restores_after_a_downgrade(
    old_files: Path,
    run: Callable[[Path], None],
    turn: Turn,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    new_files, newest = database.MIGRATIONS, database.head_revision()
    turn("suya")
    run(old_files)
    keep("antes")
    before, old = contents(), revision()
    path = back_up(OPERATOR, path=tmp_path / "antes.zip").path

    run(new_files)
    assert revision() == newest != old, "the new version brings the tables up to date as it starts"
    keep("después")
    later = back_up(OPERATOR, path=tmp_path / "después.zip").path

    run(old_files)
    assert main(["verify"]) == 3, "the old files leave the new tables alone"
    assert "versión más nueva" in capsys.readouterr().err
    turn("vacía")
    with pytest.raises(UserError, match="versión más nueva"):
        restore(OPERATOR, path=later)
    restore(OPERATOR, path=path)
    assert (contents(), revision()) == (before, old)
    keep("sigue")

    run(new_files)
    turn("otra")
    restore(OPERATOR, path=path)
    assert revision() == newest, "the new version takes the old one's backup as well"
    with database.read_session() as session:
        assert session.exec(select(Setting.key)).all() == ["antes"]
    assert main(["verify"]) == 0


def check_installation() -> None:
    """Checks that everything is as that version left it and still works: unblocking, the audit trail."""
    assert [result for result in verify(OPERATOR) if result.problems] == []
    with database.read_session() as session:
        acta = session.exec(select(Acta).where(Acta.kind == ActaKind.ACTA)).one()
        amendment = session.exec(select(Acta).where(Acta.kind == ActaKind.AMENDMENT)).one()
        blocked = session.exec(select(BlockedRecord)).one()
        [deleted] = session.exec(select(Application.folio).where(Application.withheld == Withheld.DELETED))
    assert acta.signed_at and amendment.signed_at and deleted == "GUI-0005"
    blocking.unblock(OPERATOR, slug=SLUG, folio=blocked.folio, reason="Prueba")
    with database.read_session() as session:
        applicant = session.get_one(Applicant, blocked.application_id)
    assert applicant.email == blocked.email and applicant.first_names != BLOCKED_NAME
    assert [result for result in verify(OPERATOR) if result.problems] == []


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_a_database_of_an_earlier_version_is_migrated(turn: Turn, folder: Path, tmp_path: Path) -> None:
    turn("suya")
    (tmp_path / "suya" / "reviewer.db").write_bytes(lzma.decompress((folder / "reviewer.db.xz").read_bytes()))
    with zipfile.ZipFile(folder / "backup.zip") as zipped:
        for sha256 in archive.read_manifest(zipped).documents:
            with zipped.open(archive.document_path(sha256)) as source:
                documents.put(source)  # type: ignore[arg-type]  # only read() is used
    check_installation()
    assert revision() == database.head_revision()


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_a_backup_of_an_earlier_version_is_restored(installation: Path, folder: Path) -> None:
    restore(OPERATOR, path=folder / "backup.zip")
    check_installation()
    assert revision() == database.head_revision()

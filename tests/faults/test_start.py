"""Starting, and working, where the machine does not let us: one clear line, and nothing half-made."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer import start  # noqa: F401  # loaded while everything can be read
from reviewer.cli import main
from reviewer.models import Call
from tests.faults.killing import on_sqlite, said_by
from tests.jury.cases import add_applications
from tests.papers import add_document

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="who may write everything has to become who may not")


def as_nobody(*words: str) -> Callable[[], int]:
    def act() -> int:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return main(words)

    return act


@pytest.fixture
def read_only(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, open to be read by everybody, in which an installation is to be made."""
    main(["verify"])  # what is loaded late is loaded while everything can be read
    folder = tmp_path / "datos"
    folder.mkdir()
    for each in (folder, *folder.parents):
        if each.stat().st_mode & 0o005 != 0o005:
            each.chmod(0o755)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{folder / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")
    return folder


@on_sqlite
@as_root
@pytest.mark.parametrize("words", [("start",), ("verify",)])
def test_a_folder_that_cannot_be_written_is_told_in_one_line(read_only: Path, words: tuple[str, ...]) -> None:
    code, said = said_by(as_nobody(*words))
    assert code == 3 and len(said.splitlines()) == 1, said
    assert "No se puede abrir la base de datos" in said and "permiso" in said
    assert "unable" not in said and not list(read_only.iterdir())


@on_sqlite
@as_root
def test_a_folder_that_is_read_only_now_is_told_in_one_line(call: Call, installation: Path) -> None:
    for each in (installation, *installation.parents):
        if each.stat().st_mode & 0o005 != 0o005:
            each.chmod(0o755)
    code, said = said_by(as_nobody("start"))
    assert code == 3 and len(said.splitlines()) == 1 and "base de datos" in said, said


def test_a_disk_that_fills_while_a_backup_is_made_leaves_nothing_of_it(call: Call, tmp_path: Path) -> None:
    add_document(add_applications(call, 1)[0], "motivos", b"%PDF-1.4 " + os.urandom(3 << 20), pages=1)
    folder = tmp_path / "respaldos"
    folder.mkdir()

    def with_little_room() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        return main(["backup", str(folder)])

    code, said = said_by(with_little_room)
    assert code == 3 and "No se pudo escribir el respaldo" in said and len(said.splitlines()) == 1, said
    assert not list(folder.iterdir())
    assert main(["backup", str(folder)]) == 0

"""Starting and working where the file system denies it: one clear line, and nothing half-made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.core.errors import InfrastructureError
from reviewer.models import Call
from reviewer.storage import documents
from tests.faults.kills import on_sqlite, on_this_disk, output_of
from tests.faults.privileges import as_root, drop_capabilities, give_away
from tests.stress import faults


def without_privileges(*words: str) -> Callable[[], int]:
    """The command, run by a process to which the permissions of files apply."""

    def act() -> int:
        drop_capabilities()
        return main(words)

    return act


@pytest.fixture
def read_only(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of another user, readable by everybody, in which an installation is to be made."""
    place = tmp_path / "datos"
    place.mkdir()
    give_away(place)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{place / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{place / 'documents'}")
    return place


@on_sqlite
@as_root
@pytest.mark.parametrize("words", [("start",), ("verify",)])
def test_a_folder_that_cannot_be_written_is_reported_in_one_line(read_only: Path, words: tuple[str, ...]) -> None:
    code, output = output_of(without_privileges(*words))
    assert code == 3 and len(output.splitlines()) == 1, output
    assert "No se puede abrir la base de datos" in output and "permiso" in output
    assert "unable" not in output and not list(read_only.iterdir())
    faults["a read-only disk or folder"] += 1


@on_sqlite
@as_root
@pytest.mark.parametrize("words", [("start",), ("verify",)])
def test_a_folder_that_cannot_be_read_is_reported_in_one_line(read_only: Path, words: tuple[str, ...]) -> None:
    give_away(read_only, mode=0o700)
    code, output = output_of(without_privileges(*words))
    assert code == 3 and len(output.splitlines()) == 1, output
    assert "base de datos" in output and "permiso" in output
    faults["a read-only disk or folder"] += 1


@on_sqlite
@as_root
def test_a_folder_that_became_read_only_is_reported_in_one_line(call: Call, installation: Path) -> None:
    give_away(installation)
    code, output = output_of(without_privileges("start"))
    assert code == 3 and len(output.splitlines()) == 1 and "base de datos" in output, output
    faults["a read-only disk or folder"] += 1


@on_this_disk
@as_root
def test_an_unreadable_documents_folder_is_reported(installation: Path) -> None:
    (installation / "documents").mkdir()
    give_away(installation / "documents", mode=0o700)

    def look() -> int:
        drop_capabilities()
        try:
            documents.put_content(b"%PDF", sha256="ab" * 32)
        except InfrastructureError as error:
            print(error)
        return main(["verify"])

    message = "No se puede leer la carpeta de documentos: falta permiso.\n"
    assert output_of(look) == (3, 2 * message)
    faults["a folder of documents that is closed"] += 1

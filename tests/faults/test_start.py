"""Starting, and working, where the machine does not let us: one clear line, and nothing half-made."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.core.errors import InfrastructureError
from reviewer.models import Call
from reviewer.storage import documents
from tests.faults.kills import on_sqlite, on_this_disk, output_of
from tests.stress import faults

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="who may write everything has to become who may not")


def as_nobody(*words: str) -> Callable[[], int]:
    def act() -> int:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return main(words)

    return act


def make_readable(place: Path) -> None:
    """For everybody, with the folders above it."""
    for directory in (place, *place.parents):
        if directory.stat().st_mode & 0o005 != 0o005:
            directory.chmod(0o755)


@pytest.fixture
def read_only(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, open to be read by everybody, in which an installation is to be made."""
    main(["verify"])  # what is loaded late is loaded while everything can be read
    place = tmp_path / "datos"
    place.mkdir()
    make_readable(place)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{place / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{place / 'documents'}")
    return place


@on_sqlite
@as_root
@pytest.mark.parametrize("words", [("start",), ("verify",)])
def test_a_folder_that_cannot_be_written_is_reported_in_one_line(
    read_only: Path, words: tuple[str, ...]
) -> None:
    code, output = output_of(as_nobody(*words))
    assert code == 3 and len(output.splitlines()) == 1, output
    assert "No se puede abrir la base de datos" in output and "permiso" in output
    assert "unable" not in output and not list(read_only.iterdir())
    faults["a read-only disk or folder"] += 1


@on_sqlite
@as_root
def test_a_folder_that_became_read_only_is_reported_in_one_line(call: Call, installation: Path) -> None:
    make_readable(installation)
    code, output = output_of(as_nobody("start"))
    assert code == 3 and len(output.splitlines()) == 1 and "base de datos" in output, output
    faults["a read-only disk or folder"] += 1


@on_this_disk
@as_root
def test_an_unreadable_documents_folder_is_reported(installation: Path) -> None:
    make_readable(installation)
    (installation / "documents").mkdir(mode=0o700)

    def look() -> int:
        os.setuid(NOBODY)
        try:
            documents.put_content(b"%PDF", sha256="ab" * 32)
        except InfrastructureError as error:
            print(error)
        return 0

    assert output_of(look) == (0, "No se puede leer la carpeta de documentos: falta permiso.\n")
    faults["a folder of documents that is closed"] += 1

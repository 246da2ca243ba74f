"""The store keeps documents byte for byte, by hash, completely or not at all."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.core.errors import InfrastructureError
from reviewer.core.paths import documents_url
from reviewer.storage import documents
from reviewer.storage.backends import store_at
from tests.stored_rows import stored_bytes


def names() -> Iterator[str]:
    """Returns the names of all files in the store."""
    return store_at(documents_url()).names()


def test_a_document_is_stored_under_its_hash_byte_for_byte(installation: Path) -> None:
    content = b"%PDF-1.4\n\xf1\x00" + bytes(range(256)) * 9000
    sha256, size = documents.put(io.BytesIO(content))
    assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert list(names()) == [f"{sha256[:2]}/{sha256}.pdf"] and stored_bytes(sha256) == content
    with documents.local_path(sha256) as path:
        assert path.read_bytes() == content


def test_equal_documents_are_stored_once_and_no_temporary_file_is_left(installation: Path) -> None:
    for _ in range(2):
        documents.put(io.BytesIO(b"the same"))
    assert len(list(names())) == 1


def test_a_broken_source_leaves_nothing(installation: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            del size
            raise OSError(28, "No space left on device")

    with pytest.raises(InfrastructureError, match="lleno"):
        documents.put(Broken())
    assert not list(names())


def test_any_fsspec_store_works(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"memory://{installation.name}")
    sha256, _ = documents.put(io.BytesIO(b"far away"))
    assert documents.exists(sha256)
    with documents.local_path(sha256) as path:
        assert path.read_bytes() == b"far away"
    local = installation / "local.pdf"
    local.write_bytes(b"from a file")
    other_sha256 = hashlib.sha256(b"from a file").hexdigest()
    documents.put_file(local, sha256=other_sha256)
    documents.put_file(local, sha256=other_sha256)
    with documents.open_document(other_sha256) as file:
        assert file.read() == b"from a file"


def test_copies_of_a_remote_store_have_no_name(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"memory://{installation.name}")

    class Watching(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert not list(temporary.iterdir()), "a kill would leave this file"
            return super().read(size)

    sha256, _ = documents.put(Watching(b"identity paper"))
    with documents.local_path(sha256) as path:
        assert path.read_bytes() == b"identity paper"
        assert not list(temporary.iterdir())
    with documents.open_document(sha256) as file:
        assert file.read() == b"identity paper"
        assert not list(temporary.iterdir())


def test_an_unwritable_store_is_reported(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installation / "in the way").write_text("a file, not a folder")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{installation / 'in the way'}")
    with pytest.raises(InfrastructureError, match="carpeta de documentos"):
        documents.put(io.BytesIO(b"x"))

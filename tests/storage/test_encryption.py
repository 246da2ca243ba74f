"""Encrypted documents: files reveal nothing, and what is read is what was stored."""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from reviewer import cli
from reviewer.access.actor import OPERATOR
from reviewer.backup.create import back_up
from reviewer.core.errors import InfrastructureError
from reviewer.models import Call
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents, encryption
from tests.factories.applications import add_applications, add_documents
from tests.factories.pdfs import pages_pdf
from tests.stored_rows import overwrite, stored_bytes

OLD, NEW = (encryption.new_key() for _ in range(2))
SIZES = (
    0,
    1,
    encryption.PIECE_BYTES - 1,
    encryption.PIECE_BYTES,
    encryption.PIECE_BYTES + 1,
    3 * encryption.PIECE_BYTES + 7,
)


@pytest.fixture
def key(installation: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Sets a key; returns the monkeypatch that changes it."""
    monkeypatch.setenv(encryption.KEY_VARIABLE, OLD)
    return monkeypatch


@pytest.mark.parametrize("size", SIZES)
def test_documents_are_read_as_they_were_stored(key: pytest.MonkeyPatch, size: int) -> None:
    content = b"%PDF" + os.urandom(size) if size else b""
    sha256, stored_size = documents.put(io.BytesIO(content))
    assert (sha256, stored_size) == (hashlib.sha256(content).hexdigest(), len(content))
    with documents.open_document(sha256) as file:
        assert file.read() == content
    lies = stored_bytes(sha256)
    assert lies.startswith(encryption.MAGIC) and (size < 8 or content[:64] not in lies)


def test_an_altered_cut_or_mixed_up_file_does_not_open(key: pytest.MonkeyPatch) -> None:
    content = os.urandom(3 * encryption.PIECE_BYTES)
    sha256, _ = documents.put(io.BytesIO(content))
    encrypted = stored_bytes(sha256)
    step, head = encryption.PIECE_BYTES + 16, len(encrypted) - 3 * (encryption.PIECE_BYTES + 16)
    flipped = encrypted[:-1] + bytes([encrypted[-1] ^ 1])
    swapped = encrypted[:head] + encrypted[head + step : head + 2 * step] + encrypted[head : head + step]
    for damaged in (
        flipped,
        encrypted[: head + step],
        encrypted[:-5],
        swapped + encrypted[head + 2 * step :],
        encrypted[:head],
    ):
        overwrite(sha256, damaged)
        with pytest.raises(encryption.DecryptionError), documents.open_document(sha256) as file:
            while file.read(1 << 16):
                pass


def test_plain_documents_stay_readable_and_keys_change(key: pytest.MonkeyPatch) -> None:
    key.delenv(encryption.KEY_VARIABLE)
    plain, _ = documents.put(io.BytesIO(b"%PDF from before"))
    key.setenv(encryption.KEY_VARIABLE, OLD)
    early, _ = documents.put(io.BytesIO(b"%PDF under the first key"))
    key.setenv(encryption.KEY_VARIABLE, f"{NEW}, {OLD}")
    for sha256, content in ((plain, b"%PDF from before"), (early, b"%PDF under the first key")):
        with documents.open_document(sha256) as file:
            assert file.read() == content
    assert cli.main(["privacy", "encrypt"]) == 0
    key.setenv(encryption.KEY_VARIABLE, NEW)
    for sha256 in (plain, early):
        with documents.open_document(sha256) as file:
            assert hashlib.sha256(file.read()).hexdigest() == sha256
        assert stored_bytes(sha256).startswith(encryption.MAGIC)
    assert documents.reencrypt_all(lambda _done, _all: None) == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [("", "falta su clave"), (NEW, "cifrado con otra clave"), ("corta", "no tiene una clave válida")],
    ids=["none", "another", "too short"],  # a random key would give the test another name in each process
)
def test_a_missing_or_wrong_key_is_reported(
    key: pytest.MonkeyPatch, call: Call, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add_documents(add_applications(call, 1), b"%PDF-1.4 x", pages=1)
    key.setenv(encryption.KEY_VARIABLE, value)
    assert cli.main(["verify"]) == 3
    assert said in capsys.readouterr().err


def test_workers_draw_encrypted_documents_and_leave_nothing_plain(
    key: pytest.MonkeyPatch, call: Call, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    key.setattr(tempfile, "tempdir", str(scratch))
    paper = pages_pdf(["Una carta para cifrar"])
    sha256, _ = documents.put(io.BytesIO(paper))
    with PdfWorkers(1) as workers, documents.local_path(sha256) as path:
        [page] = workers.page_sizes(path).result()
        assert page.width_pt > 0
        assert all(scratch_file.read_bytes().startswith(encryption.MAGIC) for scratch_file in scratch.iterdir())
    add_documents(add_applications(call, 1), paper, pages=1)
    assert cli.main(["verify"]) == 0
    assert back_up(OPERATOR, path=tmp_path / "respaldo.zip").missing == ()
    _check_restore_under_another_key(tmp_path, sha256)


def _check_restore_under_another_key(folder: Path, sha256: str) -> None:
    """A backup holds plain documents, and a new installation encrypts them under its own key."""
    new_folder = folder / "otra"
    new_folder.mkdir()
    environment = os.environ | {
        "REVIEWER_DATABASE_URL": f"sqlite:///{new_folder / 'reviewer.db'}",
        "REVIEWER_DOCUMENTS_URL": f"file://{new_folder / 'documents'}",
        encryption.KEY_VARIABLE: NEW,
    }
    for arguments in (["restore", str(folder / "respaldo.zip")], ["verify"]):
        subprocess.run([sys.executable, "-m", "reviewer", *arguments], env=environment, check=True)
    lies = (new_folder / "documents" / documents.store_name(sha256)).read_bytes()
    assert lies.startswith(encryption.MAGIC)


def test_encryption_works_on_a_remote_store(key: pytest.MonkeyPatch) -> None:
    key.setenv("REVIEWER_DOCUMENTS_URL", "memory://cifrados")
    sha256, _ = documents.put(io.BytesIO(b"%PDF elsewhere"))
    with documents.local_path(sha256) as path:
        assert path.read_bytes() == b"%PDF elsewhere"
    with pytest.raises(InfrastructureError):
        key.delenv(encryption.KEY_VARIABLE)
        documents.open_document(sha256)

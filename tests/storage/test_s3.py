"""Documents in an S3 store: stored, read, backed up, checked and deleted as on a disk."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup.create import back_up
from reviewer.backup.restore import restore
from reviewer.cli import main
from reviewer.core.database import read_session
from reviewer.core.errors import InfrastructureError
from reviewer.models import Application, Call, Document
from reviewer.storage import documents
from reviewer.web.routes.documents import ROUTES
from reviewer.web.server import pdf_pool
from tests import s3
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.batches import KINDS, document_files, folder, valid_row
from tests.factories.pdfs import small_pdf
from tests.factories.reviews import assign
from tests.web.asgi_client import ask, cookie


@pytest.fixture
def store(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[s3.Store]:
    with s3.running(monkeypatch) as made:
        monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", s3.URL)
        yield made


def test_a_document_is_stored_read_backed_up_and_deleted(
    store: s3.Store, reviewing_call: Call, juror: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1), valid_row(2)], document_files(1, 2))
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 0
    with read_session() as session:
        first = session.exec(select(Application)).first()
        kept = session.exec(select(Document)).all()
    assert first is not None
    assert store.keys() == {f"dictamen/{documents.store_name(each.sha256)}" for each in kept}
    assert len(kept) == 2 * len(KINDS)

    assign(first, juror)
    motives = next(each for each in kept if (each.application_id, each.kind) == (first.id, "motivos"))
    page = ask(ROUTES, f"/documentos/{motives.public_id}/paginas/1.webp?ancho=600", headers=cookie(juror))
    pdf_pool.shut_down()
    assert (page.status, page.body[8:12]) == (200, b"WEBP")

    assert main(["verify"]) == 0
    made = back_up(OPERATOR, path=tmp_path / "todo.zip")
    assert (made.documents, made.missing) == (2 * len(KINDS), ())
    store.replace(f"dictamen/{documents.store_name(motives.sha256)}", b"%PDF-1.4 otra cosa")
    assert main(["verify"]) == 1
    documents.remove(motives.sha256)
    assert not documents.exists(motives.sha256) and main(["verify"]) == 1
    assert back_up(OPERATOR, path=tmp_path / "sin.zip").missing == (motives.sha256,)

    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"{s3.URL}-nuevo")
    other = f"sqlite:///{tmp_path / 'otra.db'}"
    monkeypatch.setenv("REVIEWER_DATABASE_URL", other)
    restore(OPERATOR, path=made.path)
    assert main(["verify"]) == 0
    with documents.open_document(motives.sha256) as file:
        assert file.read() == small_pdf("motivos 1")


def test_an_interrupted_upload_leaves_nothing(store: s3.Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(10)

    with pytest.raises(InfrastructureError):
        documents.put(Broken(b"%PDF-1.4 half of it, and then the line is lost"))
    assert store.keys() == set()
    with pytest.raises(FileNotFoundError):
        documents.open_document("ab" * 32)


def test_an_unreachable_store_is_reported_and_nothing_is_lost(
    store: s3.Store,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1))
    before = add_document(add_application(call, "HIS-0900", **ROSALIA), "motivos", b"%PDF-1.4 de antes", pages=1)
    store.stop()
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 3
    assert "El almacén de documentos no responde" in capsys.readouterr().err
    for attempt in (
        lambda: documents.put(io.BytesIO(b"x")),
        lambda: documents.open_document(before.sha256),
        lambda: documents.exists(before.sha256),
        documents.is_empty,
        documents.check_reachable,
        lambda: documents.remove(before.sha256),
        lambda: back_up(OPERATOR, path=tmp_path / "todo.zip"),
    ):
        with pytest.raises(InfrastructureError, match="no responde"):
            attempt()
    assert main(["verify"]) == 3
    store.start()
    assert main(["import", str(batch), "--call", SLUG, "--workers", "1"]) == 0
    assert len(store.keys()) == 1 + len(KINDS)


def test_a_missing_bucket_is_named(store: s3.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    documents.check_reachable()
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", "s3://otra-cubeta/dictamen")
    for attempt in (lambda: documents.put(io.BytesIO(b"x")), documents.check_reachable):
        with pytest.raises(InfrastructureError, match="no existe: revise REVIEWER_DOCUMENTS_URL"):
            attempt()
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", "disquete://a/dictamen")
    with pytest.raises(InfrastructureError, match="«disquete:»"):
        documents.put(io.BytesIO(b"x"))

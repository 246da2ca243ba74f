"""PDFs that no row claims are kept in the store, like documents, until somebody says whose they are."""

import hashlib
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewer.access.actor import OPERATOR
from reviewer.backup.create import back_up
from reviewer.core.database import read_session, write_session
from reviewer.core.paths import documents_url
from reviewer.intake.batch import import_batch as imports
from reviewer.models import Call, UnclaimedFile
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents, encryption
from reviewer.storage.backends import store_at
from reviewer.verification.checks import verify
from tests.calls import SLUG
from tests.factories.batches import archive, codes, document_files, folder, import_source, table, valid_row
from tests.factories.pdfs import small_pdf

LETTER, SCAN = small_pdf("Carta de nadie"), small_pdf("Otra de nadie", pages=2)
LOOSE = {"sueltos/carta.pdf": LETTER, "sueltos/recibo de luz.PDF": SCAN}


def files() -> dict[str, UnclaimedFile]:
    """Returns what is kept, by path."""
    with read_session() as session:
        return {file.path: file for file in session.exec(select(UnclaimedFile).order_by(UnclaimedFile.path))}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def faults() -> list[str]:
    return [problem for result in verify(OPERATOR) for problem in result.problems]


def test_the_bytes_of_a_pdf_that_no_row_claims_are_kept(call: Call, tmp_path: Path) -> None:
    entries = document_files(1) | LOOSE | {"sin ending": SCAN.replace(b"Otra", b"Tres"), "notas.txt": b"hola"}
    report = import_source(folder(tmp_path / "lote", [valid_row(1)], entries))
    assert codes(report, None) == {"unreferenced_file"} and report.documents_stored == 4
    kept = files()
    assert {path: (file.pages, file.refused) for path, file in kept.items()} == {
        "sin ending": (2, None),
        "sueltos/carta.pdf": (1, None),
        "sueltos/recibo de luz.PDF": (2, None),
    }
    with documents.open_document(kept["sueltos/carta.pdf"].sha256) as stored:
        assert stored.read() == LETTER
    assert faults() == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"<html>no es PDF</html>", "not_a_pdf"), (b"", "empty_pdf"), (b"%PDF-1.7\nroto", "corrupt_pdf")],
)
def test_of_a_refused_one_only_name_size_hash_and_reason(
    call: Call, tmp_path: Path, content: bytes, reason: str
) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1)], document_files(1) | {"x.pdf": content}))
    [file] = files().values()
    assert (file.refused, file.size, file.sha256) == (reason, len(content), sha256(content))
    assert not documents.exists(file.sha256) and faults() == []


def test_a_dry_run_keeps_nothing(call: Call, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1) | LOOSE)
    assert "unreferenced_file" in codes(import_source(batch, dry_run=True), None)
    assert files() == {} and list(documents.stored_hashes()) == []


def test_importing_again_changes_nothing_and_repairs_the_store(call: Call, tmp_path: Path) -> None:
    content = document_files(1) | LOOSE | {"copia.pdf": LETTER}
    batch = archive(tmp_path / "lote.zip", [("t.csv", table([valid_row(1)])), *content.items()])
    import_source(batch)
    before = {path: (file.id, file.sha256) for path, file in files().items()}
    assert set(before) == {"copia.pdf", "sueltos/recibo de luz.PDF"}, "the same bytes once"
    documents.remove(sha256(SCAN))
    import_source(batch)
    again = import_source(batch)
    assert {path: (file.id, file.sha256) for path, file in files().items()} == before
    assert again.counts["unchanged"] == 1 and faults() == []


def test_what_a_row_claims_after_all_is_no_longer_kept(call: Call, tmp_path: Path) -> None:
    row = valid_row(1) | {"Mi carta": "sueltos/carta.pdf"}
    del row["motivos"]
    batch = folder(tmp_path / "lote", [row], document_files(1) | LOOSE)
    import_source(batch)
    assert "sueltos/carta.pdf" in files()
    mapping = tmp_path / "m.toml"
    mapping.write_text('motivos = "Mi carta"\n', encoding="utf-8")
    import_source(batch, mapping=mapping)
    assert "sueltos/carta.pdf" not in files() and "docs/motivos-1.pdf" in files() and faults() == []


def test_they_are_encrypted_like_documents(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installation: Path
) -> None:
    monkeypatch.setenv(encryption.KEY_VARIABLE, encryption.new_key())
    import_source(folder(tmp_path / "lote", [valid_row(1)], LOOSE))
    name = sha256(LETTER)
    stored = store_at(documents_url()).open(documents.store_name(name)).read()
    assert stored.startswith(encryption.MAGIC) and b"Carta de nadie" not in stored
    assert documents.fault_of(name) is None


def test_a_backup_has_them(call: Call, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1), valid_row(2, nombre="")], document_files(1, 2) | LOOSE))
    summary = back_up(OPERATOR, path=tmp_path / "respaldo.zip")
    assert summary.documents == 4 + 4 + 2, "of the stored row, of the rejected one, and of nobody"
    assert summary.missing == ()


def test_an_import_that_ends_between_two_files_is_finished_by_the_next(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: PdfWorkers
) -> None:
    monkeypatch.setattr(imports, "MAX_ROWS_PER_TRANSACTION", 2)
    loose = {f"sueltos/{number}.pdf": small_pdf(f"Nadie {number}") for number in range(7)}
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1) | loose)
    calls = 0

    def break_off(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.import_batch(OPERATOR, source=batch, slug=SLUG, workers=workers, progress=break_off)
    assert 0 < len(files()) < 7
    report = import_source(batch)
    assert len(files()) == 7 and report.status == "complete" and faults() == []


def test_a_file_blocked_with_a_persons_data_does_not_come_back(call: Call, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1) | LOOSE)
    import_source(batch)
    with write_session() as session:
        blocked = _file(session, "sueltos/carta.pdf")
        blocked.path = ""
    documents.remove(sha256(LETTER))
    (batch / "notas.txt").write_bytes(b"")  # so that the same batch is read again
    (batch / "notas.txt").unlink()
    (batch / "tabla.csv").write_bytes((batch / "tabla.csv").read_bytes())
    import_source(batch)
    assert set(files()) == {"", "sueltos/recibo de luz.PDF"} and not documents.exists(sha256(LETTER))


def _file(session: Session, path: str) -> UnclaimedFile:
    file = session.exec(select(UnclaimedFile).where(UnclaimedFile.path == path)).one()
    session.add(file)
    return file

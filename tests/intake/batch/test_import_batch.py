import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, InfrastructureError
from reviewer.core.paths import ROOT, documents_url
from reviewer.intake.batch.import_batch import MAX_ROWS_PER_TRANSACTION, import_batch
from reviewer.intake.check.report import Report, format_report
from reviewer.intake.parse.archive import open_source
from reviewer.intake.store import unchanged_batches
from reviewer.models import AuditEvent, BatchRow, Call, Document, Eligibility
from reviewer.storage import documents
from reviewer.storage.backends import Store, store_at
from reviewer.storage.documents import store_name
from tests import stored_rows
from tests.calls import SLUG, call_text
from tests.factories.batches import (
    KINDS,
    archive,
    codes,
    document_files,
    folder,
    import_source,
    table,
    valid_row,
)
from tests.factories.pdfs import letter, small_pdf
from tests.faults.kills import on_this_disk


def counts(report: Report) -> dict[str, int]:
    return dict(report.counts)


def test_a_clean_batch(call: Call, installation: Path, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1), valid_row(2)], document_files(1, 2))
    with clock.set_to(datetime(2025, 9, 28, 20, tzinfo=UTC)):
        report = import_source(batch)
    json = report.to_json()
    assert (report.exit_code, json["status"]) == (0, "complete")
    assert json["batch"].startswith("2025-09-28-")
    assert {key: json[key] for key in ("rows", "created", "updated", "unchanged", "rejected")} == {
        "rows": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
    }
    assert json["documents"] == {"stored": 8, "refused": 0}
    assert json["eligibility"] == {"eligible": 2, "ineligible": 0, "to_check": 0}
    assert json["columns"]["correo"] == "correo"
    assert [(finding["row"], finding["folio"], finding["code"]) for finding in json["findings"]] == [
        (2, "HIS-0001", "missing_document"),
        (3, "HIS-0002", "missing_document"),
    ]
    (motivos,) = [document for document in stored_rows.documents("HIS-0001") if document.kind == "motivos"]
    content = small_pdf("motivos 1")
    assert motivos.sha256 == hashlib.sha256(content).hexdigest()
    with documents.open_document(motivos.sha256) as stored:
        assert stored.read() == content
    assert (motivos.original_name, motivos.size, motivos.pages) == ("motivos-1.pdf", len(content), 1)


def test_the_same_batch_again_changes_nothing(call: Call, installation: Path, tmp_path: Path) -> None:
    rows = [
        valid_row(1),
        valid_row(2, nombre=""),
        valid_row(3, correo="persona1@prueba.example", enviado_en=""),
    ]
    files = document_files(1, 2, 3) | {"docs/motivos-1.pdf": b"nada"}
    batch = folder(tmp_path / "lote", rows, files)
    first = import_source(batch)
    before = stored_rows.snapshot()
    again = import_source(batch)
    assert stored_rows.snapshot() == before
    assert counts(first) == {"created": 2, "rejected": 1}
    assert counts(again) == {"unchanged": 2, "rejected": 1}
    assert (again.batch, again.exit_code, again.documents_stored) == (first.batch, 1, 0)
    assert again.lines == first.lines
    assert again.eligibility == first.eligibility
    entries = [("tabla.csv", table(rows)), *files.items()]
    assert counts(import_source(archive(tmp_path / "lote.zip", entries))) == {"unchanged": 2, "rejected": 1}
    assert stored_rows.snapshot() == before


def test_an_untouched_source_is_not_read_again(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        valid_row(1),
        valid_row(2, nombre="", folio="A-2"),
        valid_row(3, correo="persona1@prueba.example"),
    ]
    batch = folder(tmp_path / "lote", rows, document_files(1, 2, 3) | {"docs/motivos-1.pdf": b"nada"})
    first = import_source(batch)
    monkeypatch.delattr("reviewer.intake.batch.import_batch.read_contents")
    for dry_run in (False, True):
        again = import_source(batch, dry_run=dry_run)
        assert again.lines == first.lines
        assert (counts(again), again.exit_code) == ({"unchanged": 2, "rejected": 1}, 1)
        assert (again.batch, again.columns) == (first.batch, first.columns)
        assert again.eligibility == first.eligibility
        assert (again.documents_stored, again.documents_refused) == (0, 1)


def test_what_was_touched_is_read_again(call: Call, installation: Path, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1), valid_row(2)], document_files(1, 2))
    import_source(batch)
    other_content, path = small_pdf("motivos 3"), batch / "docs" / "motivos-1.pdf"
    before = path.stat()
    assert len(other_content) == before.st_size
    path.write_bytes(other_content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    report = import_source(batch)
    assert counts(report) == {"updated": 1, "unchanged": 1}
    (lost,) = [document for document in stored_rows.documents("HIS-0002") if document.kind == "motivos"]
    documents.remove(lost.sha256)
    assert counts(import_source(batch)) == {"unchanged": 2}
    assert documents.exists(lost.sha256)  # importing again mends the store


def test_a_changed_program_reads_a_batch_again(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    modules = [program / folder / "parse" / "dates.py" for folder in unchanged_batches.CODE_FOLDERS]
    for module in modules:
        module.parent.mkdir(parents=True)
        module.write_text("before")
    monkeypatch.setattr(unchanged_batches, "ROOT", program)
    fingerprints = set()
    with open_source(folder(tmp_path / "lote", [valid_row(1)])) as source:
        for module in modules:
            fingerprints.add(unchanged_batches.fingerprint(source, call, {}))
            module.write_text("afterwards")
        fingerprints.add(unchanged_batches.fingerprint(source, call, {}))
    assert len(fingerprints) == 1 + len(modules)
    assert all((ROOT / name).is_dir() for name in unchanged_batches.CODE_FOLDERS)


def test_a_corrected_batch_updates_what_changed(call: Call, installation: Path, tmp_path: Path) -> None:
    elsewhere = valid_row(2, alcaldia="Neza", codigo_postal="57000")
    import_source(folder(tmp_path / "lote", [valid_row(1), elsewhere, valid_row(3)], document_files(1, 2)))
    assert stored_rows.applications()["HIS-0002"].reasons == "outside_city"
    ids = {folio: application.id for folio, application in stored_rows.applications().items()}
    corrected = [
        valid_row(1),
        valid_row(2, telefono="5512345678"),
        valid_row(3, correo="Persona3@Prueba.example"),
    ]
    report = import_source(folder(tmp_path / "otra", corrected, document_files(1, 2, 3)))
    assert counts(report) == {"unchanged": 1, "updated": 2}
    assert report.documents_stored == 8
    assert report.eligibility == {Eligibility.ELIGIBLE: 3}
    assert {folio: application.id for folio, application in stored_rows.applications().items()} == ids
    with read_session() as session:
        changes = session.exec(select(AuditEvent).where(AuditEvent.action == "application.update")).all()
    assert {event.object_id: event.detail["changed"] for event in changes} == {
        "HIS-0002": ["phone", "place", "alcaldia", "postal_code"],
        "HIS-0003": ["identificacion", "domicilio", "motivos", "semblanza"],
    }
    assert counts(import_source(tmp_path / "lote")) == {"unchanged": 3}
    assert stored_rows.applicants()["HIS-0002"].phone == "5512345678"


def test_a_table_alone_does_not_lose_the_documents(call: Call, installation: Path, tmp_path: Path) -> None:
    files = document_files(1, 2) | {"docs/motivos-1.pdf": small_pdf("largo", 5)}
    import_source(folder(tmp_path / "lote", [valid_row(1), valid_row(2)], files))
    report = import_source(folder(tmp_path / "tabla", [valid_row(1, colonia="Roma"), valid_row(2, motivos="otro.pdf")]))
    assert counts(report) == {"updated": 2}
    assert report.documents_stored == 0
    assert codes(report, 2) == {"file_not_found", "too_many_pages"}
    assert codes(report, 3) == {"file_not_found", "missing_document"}
    assert stored_rows.applications()["HIS-0001"].reasons == "too_many_pages"
    assert len(stored_rows.documents("HIS-0001")) == 4
    assert len(stored_rows.documents("HIS-0002")) == 3
    assert stored_rows.applications()["HIS-0002"].reasons == "missing_document"


def test_a_rejected_row_is_kept_and_stored_later(call: Call, tmp_path: Path) -> None:
    rows = [valid_row(1), {**valid_row(2), "correo": "", "otra cosa": "=1+1"}]
    report = import_source(folder(tmp_path / "lote", rows, document_files(1, 2)))
    assert counts(report) == {"created": 1, "rejected": 1}
    assert codes(report, 3) == {"missing_field"}
    assert report.exit_code == 1
    with read_session() as session:
        (line,) = session.exec(select(BatchRow).where(BatchRow.outcome == "rejected")).all()
    assert line.raw["nombre"] == "Nombre2"
    assert line.raw["otra cosa"] == "=1+1"
    assert line.application_id is None
    corrected = import_source(folder(tmp_path / "otra", [valid_row(1), valid_row(2)], document_files(1, 2)))
    assert counts(corrected) == {"unchanged": 1, "created": 1}
    assert sorted(stored_rows.applications()) == ["HIS-0001", "HIS-0002"]


def test_a_rejected_row_is_stored_with_a_mapping(call: Call, tmp_path: Path) -> None:
    rows = [{**valid_row(1), "correo": "", "Contacto": "ana@prueba.example"}]
    batch = folder(tmp_path / "lote", rows, document_files(1))
    assert counts(import_source(batch)) == {"rejected": 1}
    (tmp_path / "columnas.toml").write_text('correo = "Contacto"', encoding="utf-8")
    report = import_source(batch, mapping=tmp_path / "columnas.toml")
    assert counts(report) == {"created": 1}
    assert report.columns["Contacto"] == "correo"
    assert report.columns["correo"] is None


def test_all_but_the_bytes_of_a_refused_file_is_stored(call: Call, installation: Path, tmp_path: Path) -> None:
    junk = b"hola, no soy un PDF"
    files = document_files(1) | {"docs/motivos-1.pdf": junk, "docs/semblanza-1.pdf": b""}
    report = import_source(folder(tmp_path / "lote", [valid_row(1)], files))
    assert codes(report, 2) == {"not_a_pdf", "empty_pdf"}
    assert (report.documents_stored, report.documents_refused) == (2, 2)
    assert stored_rows.applications()["HIS-0001"].eligibility == Eligibility.TO_CHECK
    assert stored_rows.applications()["HIS-0001"].reasons == "empty_pdf;not_a_pdf"
    motivos = stored_rows.documents("HIS-0001")[2]
    assert (motivos.refused, motivos.size) == ("not_a_pdf", len(junk))
    assert motivos.sha256 == hashlib.sha256(junk).hexdigest()
    assert len(stored_rows.snapshot()["files"]) == 2


def test_a_dry_run_reports_the_same_and_changes_nothing(call: Call, installation: Path, tmp_path: Path) -> None:
    rows = [
        valid_row(1),
        valid_row(2, nombre=""),
        valid_row(1, enviado_en="2025-09-20"),
        valid_row(3, motivos="no hay.pdf"),
    ]
    batch = folder(tmp_path / "lote", rows, document_files(1, 2, 3) | {"docs/sobra.pdf": small_pdf("identificacion 1")})
    before = stored_rows.snapshot()
    rehearsed = import_source(batch, dry_run=True)
    assert stored_rows.snapshot() == before
    assert before["Application"] == before["files"] == []
    assert import_source(batch) == rehearsed
    assert rehearsed.exit_code == 1
    assert codes(rehearsed, None) == {"unreferenced_file"}
    assert import_source(batch, dry_run=True).counts == {"unchanged": 3, "rejected": 1}


def test_documents_in_a_folder_called_by_a_folio(call: Call, tmp_path: Path) -> None:
    rows = [valid_row(1, folio="T-7", **dict.fromkeys(("identificacion", "domicilio", "motivos", "semblanza"), ""))]
    files = {
        f"fotos/t-7/{kind}.pdf": small_pdf(kind) for kind in ("identificacion", "domicilio", "Mi_Motivos", "semblanza")
    }
    report = import_source(folder(tmp_path / "lote", rows, files))
    assert codes(report, 2) == set()
    assert sorted(stored_rows.applications()) == ["T-7"]


def test_a_changed_rule_is_applied_by_importing_again(call: Call, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1, enviado_en="2025-10-01 00:10:00")], document_files(1))
    assert codes(import_source(batch), 2) == {"late"}
    spec.load_call(OPERATOR, text=call_text({"closes_at": datetime(2025, 10, 1, 23, 59)}))
    report = import_source(batch)
    assert counts(report) == {"updated": 1}
    assert stored_rows.applications()["HIS-0001"].eligibility == Eligibility.ELIGIBLE


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no_table"),
        ({"a.csv": b"nombre,correo\n", "b.xlsx": b""}, "several_tables"),
        ({"a.csv": b""}, "unreadable_table"),
        ({"a.csv": b"alcaldia,correo\n"}, "missing_column"),
        ({"a.csv": b"nombre,correo,email,e-mail\n,,,\n"}, None),
        ({"a.csv": b"nombre,email,e-mail\n"}, "ambiguous_column"),
    ],
)
def test_refusals_change_nothing(
    call: Call, installation: Path, tmp_path: Path, files: dict[str, bytes], code: str | None
) -> None:
    before = stored_rows.snapshot()
    source = tmp_path / "lote"
    source.mkdir()
    for name, content in files.items():
        (source / name).write_bytes(content)
    report = import_source(source)
    assert [line.finding.code for line in report.lines] == ([code] if code else [])
    if code:
        assert (report.exit_code, report.to_json()["status"], report.batch) == (2, "refused", None)
        assert format_report(report) == report.lines[0].finding.message
        assert stored_rows.snapshot() == before


def test_an_unknown_call_and_a_forbidden_actor(call: Call, tmp_path: Path, juror: Actor) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1)])
    report = import_batch(OPERATOR, source=batch, slug="otra")
    assert [line.finding.code for line in report.lines] == ["unknown_call"]
    with pytest.raises(Forbidden):
        import_batch(juror, source=batch, slug=SLUG)


@on_this_disk
def test_a_store_that_cannot_be_written_leaves_nothing_partial(call: Call, installation: Path, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(1)], document_files(1))
    (installation / "documents").write_bytes(b"a file where a folder should be")
    with pytest.raises(InfrastructureError):
        import_source(batch)
    assert stored_rows.applications() == {}
    (installation / "documents").unlink()
    assert counts(import_source(batch)) == {"created": 1}


def test_progress_is_reported(call: Call, tmp_path: Path) -> None:
    progress_calls: list[tuple[int, int]] = []
    batch = folder(tmp_path / "lote", [valid_row(number) for number in range(1, 140)])
    import_batch(
        OPERATOR,
        source=batch,
        slug=SLUG,
        workers=1,
        progress=lambda done, of: progress_calls.append((done, of)),
    )
    assert progress_calls[-1] == (139, 139)
    assert len(progress_calls) > 1


def test_a_damaged_zip_entry_is_a_finding_of_its_row(call: Call, tmp_path: Path) -> None:
    batch = archive(
        tmp_path / "lote.zip", [("t.csv", table([valid_row(1), valid_row(2)])), *document_files(1, 2).items()]
    )
    content = bytearray(batch.read_bytes())
    at = content.index(b"docs/motivos-1.pdf") + 80
    content[at : at + 30] = b"\xff" * 30
    batch.write_bytes(content)
    report = import_source(batch)
    assert counts(report) == {"created": 2}
    assert (codes(report, 2), codes(report, 3)) == ({"corrupt_pdf"}, set())


def test_rows_in_another_order_are_the_same_rows(call: Call, tmp_path: Path) -> None:
    rows = [valid_row(number) for number in (1, 2, 3)]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2, 3)))
    report = import_source(folder(tmp_path / "otra", [*rows[::-1], rows[0]], document_files(1, 2, 3)))
    assert counts(report) == {"unchanged": 3, "created": 1}
    assert {line.folio for line in report.lines if line.finding.row == 2} == {"HIS-0003"}
    assert codes(report, 4) | codes(report, 5) == {"repeated_in_batch"}


def test_files_are_on_the_disk_before_the_database_names_them(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut may lose what was written since the last ``sync``."""
    safe: set[str] = set()
    kind = type(store_at(documents_url()))
    sync = kind.sync

    def sync_and_note(store: Store) -> None:
        names_before = set(store.names())
        sync(store)
        safe.update(names_before)

    def look(done: int, total: int) -> None:
        with read_session() as session:
            named = {store_name(sha256) for sha256 in session.exec(select(Document.sha256))}
        assert named <= safe

    monkeypatch.setattr(kind, "sync", sync_and_note)
    numbers = range(1, MAX_ROWS_PER_TRANSACTION + 4)
    batch = folder(tmp_path / "lote", [valid_row(number) for number in numbers], document_files(1, *numbers[-2:]))
    import_batch(OPERATOR, source=batch, slug=SLUG, workers=1, progress=look)
    assert len(safe) == 3 * len(KINDS)


@pytest.mark.parametrize(
    ("lines", "is_confirmed"),
    [
        (("Soy Inés Roldán Mata", "y escribo"), True),
        (("Roldan Mata,", "INES: exposición de motivos"), True),
        (("PEGJ850101HDFRRN08",), False),
        (("Soy Inés", "y escribo con Roldán"), False),
        (("Exposición de motivos",), False),
        (("Recomienda: Eva Sol Luna",), False),
    ],
)
def test_a_guess_that_the_document_confirms_is_no_check(
    call: Call, installation: Path, tmp_path: Path, lines: tuple[str, ...], is_confirmed: bool
) -> None:
    ines = valid_row(1, nombre="Inés", apellidos="Roldán Mata", motivos="Mi carta.pdf")
    files = document_files(1, 2) | {"Mi_carta.pdf": letter(*lines)}
    report = import_source(folder(tmp_path / "lote", [ines, valid_row(2)], files))
    assert codes(report, 2) == (set() if is_confirmed else {"guessed_document"})


def test_a_namesake_keeps_a_guess_from_being_confirmed(call: Call, installation: Path, tmp_path: Path) -> None:
    rows = [valid_row(number, nombre="Inés", apellidos="Roldán Mata") for number in (1, 2)]
    rows[0]["motivos"] = "Mi carta.pdf"
    files = document_files(1, 2) | {"Mi_carta.pdf": letter("Soy Inés Roldán Mata")}
    assert "guessed_document" in codes(import_source(folder(tmp_path / "lote", rows, files)), 2)

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from reviewer import calls, clock, documents
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading
from reviewer.documents import name_of
from reviewer.errors import Forbidden, MachineFault
from reviewer.intake.batch import AT_ONCE, import_batch
from reviewer.intake.report import Report, in_words
from reviewer.models import Application, AuditEvent, BatchRow, Call, Document, Eligibility
from reviewer.paths import documents_url
from reviewer.stores import Store, store_at
from tests.conftest import SLUG, call_text
from tests.faults.killing import on_this_disk
from tests.intake import kept
from tests.intake.made import KINDS, archive, codes, folder, papers, pdf, someone, table, take_in, valid_curp


def counts(report: Report) -> dict[str, int]:
    return dict(report.counts)


def test_a_clean_batch(call: Call, installation: Path, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [someone(1), someone(2)], papers(1, 2))
    with clock.set_to(datetime(2025, 9, 28, 20, tzinfo=UTC)):
        report = take_in(batch)
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
    assert [(each["row"], each["folio"], each["code"]) for each in json["findings"]] == [
        (2, "GUI-0001", "missing_document"),
        (3, "GUI-0002", "missing_document"),
    ]
    (motivos,) = [each for each in kept.documents("GUI-0001") if each.kind == "motivos"]
    content = pdf("motivos 1")
    assert motivos.sha256 == hashlib.sha256(content).hexdigest()
    with documents.open_document(motivos.sha256) as stored:
        assert stored.read() == content
    assert (motivos.original_name, motivos.size, motivos.pages) == ("motivos-1.pdf", len(content), 1)


def test_the_same_batch_again_changes_nothing(call: Call, installation: Path, tmp_path: Path) -> None:
    rows = [someone(1), someone(2, nombre=""), someone(3, correo="persona1@prueba.example", enviado_en="")]
    files = papers(1, 2, 3) | {"docs/motivos-1.pdf": b"nada"}
    batch = folder(tmp_path / "lote", rows, files)
    first = take_in(batch)
    before = kept.snapshot()
    again = take_in(batch)
    assert kept.snapshot() == before
    assert counts(first) == {"created": 2, "rejected": 1}
    assert counts(again) == {"unchanged": 2, "rejected": 1}
    assert (again.batch, again.exit_code, again.documents_stored) == (first.batch, 1, 0)
    assert again.lines == first.lines
    assert again.eligibility == first.eligibility
    entries = [("tabla.csv", table(rows)), *files.items()]
    assert counts(take_in(archive(tmp_path / "lote.zip", entries))) == {"unchanged": 2, "rejected": 1}
    assert kept.snapshot() == before


def test_an_untouched_source_is_not_read_again(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [someone(1), someone(2, nombre="", folio="A-2"), someone(3, correo="persona1@prueba.example")]
    batch = folder(tmp_path / "lote", rows, papers(1, 2, 3) | {"docs/motivos-1.pdf": b"nada"})
    first = take_in(batch)
    monkeypatch.delattr("reviewer.intake.batch.read_contents")
    for dry_run in (False, True):
        again = take_in(batch, dry_run=dry_run)
        assert again.lines == first.lines
        assert (counts(again), again.exit_code) == ({"unchanged": 2, "rejected": 1}, 1)
        assert (again.batch, again.columns) == (first.batch, first.columns)
        assert again.eligibility == first.eligibility
        assert (again.documents_stored, again.documents_refused) == (0, 1)


def test_what_was_touched_is_read_again(call: Call, installation: Path, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [someone(1), someone(2)], papers(1, 2))
    take_in(batch)
    other, path = pdf("motivos 3"), batch / "docs" / "motivos-1.pdf"
    before = path.stat()
    assert len(other) == before.st_size
    path.write_bytes(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    report = take_in(batch)
    assert counts(report) == {"updated": 1, "unchanged": 1}
    (lost,) = [each for each in kept.documents("GUI-0002") if each.kind == "motivos"]
    documents.remove(lost.sha256)
    assert counts(take_in(batch)) == {"unchanged": 2}
    assert documents.exists(lost.sha256)  # importing again mends the store


def test_a_corrected_batch_updates_what_changed(call: Call, installation: Path, tmp_path: Path) -> None:
    late = someone(2, enviado_en="2025-09-28 00:10:00")
    take_in(folder(tmp_path / "lote", [someone(1), late, someone(3)], papers(1, 2)))
    assert kept.applications()["GUI-0003"].reasons == "late"
    ids = {folio: each.id for folio, each in kept.applications().items()}
    corrected = [someone(1), someone(2, telefono="5512345678"), someone(3, correo="Persona3@Prueba.example")]
    report = take_in(folder(tmp_path / "otra", corrected, papers(1, 2, 3)))
    assert counts(report) == {"unchanged": 1, "updated": 2}
    assert report.documents_stored == 8
    assert report.eligibility == {Eligibility.ELIGIBLE: 3}
    assert {folio: each.id for folio, each in kept.applications().items()} == ids
    with reading() as session:
        changes = session.exec(select(AuditEvent).where(AuditEvent.action == "application.update")).all()
    assert {each.object_id: each.detail["changed"] for each in changes} == {
        "GUI-0003": ["submitted_at", "phone"],
        "GUI-0002": ["identificacion", "domicilio", "motivos", "semblanza"],
    }
    assert counts(take_in(tmp_path / "lote")) == {"unchanged": 3}
    assert kept.applicants()["GUI-0003"].phone == "5512345678"


def test_a_table_alone_does_not_lose_the_documents(call: Call, installation: Path, tmp_path: Path) -> None:
    files = papers(1, 2) | {"docs/motivos-1.pdf": pdf("largo", 5)}
    take_in(folder(tmp_path / "lote", [someone(1), someone(2)], files))
    report = take_in(folder(tmp_path / "tabla", [someone(1, colonia="Roma"), someone(2, motivos="otro.pdf")]))
    assert counts(report) == {"updated": 2}
    assert report.documents_stored == 0
    assert codes(report, 2) == {"file_not_found", "too_many_pages"}
    assert codes(report, 3) == {"file_not_found", "missing_document"}
    assert kept.applications()["GUI-0001"].reasons == "too_many_pages"
    assert len(kept.documents("GUI-0001")) == 4
    assert len(kept.documents("GUI-0002")) == 3
    assert kept.applications()["GUI-0002"].reasons == "missing_document"


def test_a_rejected_row_is_kept_and_taken_up_later(call: Call, tmp_path: Path) -> None:
    rows = [someone(1), {**someone(2), "correo": "", "otra cosa": "=1+1"}]
    report = take_in(folder(tmp_path / "lote", rows, papers(1, 2)))
    assert counts(report) == {"created": 1, "rejected": 1}
    assert codes(report, 3) == {"missing_field"}
    assert report.exit_code == 1
    with reading() as session:
        (line,) = session.exec(select(BatchRow).where(BatchRow.outcome == "rejected")).all()
    assert line.raw["nombre"] == "Nombre2"
    assert line.raw["otra cosa"] == "=1+1"
    assert line.application_id is None
    corrected = take_in(folder(tmp_path / "otra", [someone(1), someone(2)], papers(1, 2)))
    assert counts(corrected) == {"unchanged": 1, "created": 1}
    assert sorted(kept.applications()) == ["GUI-0001", "GUI-0002"]


def test_a_rejected_row_is_taken_up_with_a_mapping(call: Call, tmp_path: Path) -> None:
    rows = [{**someone(1), "correo": "", "Contacto": "ana@prueba.example"}]
    batch = folder(tmp_path / "lote", rows, papers(1))
    assert counts(take_in(batch)) == {"rejected": 1}
    (tmp_path / "columnas.toml").write_text('correo = "Contacto"', encoding="utf-8")
    report = take_in(batch, mapping=tmp_path / "columnas.toml")
    assert counts(report) == {"created": 1}
    assert report.columns["Contacto"] == "correo"
    assert report.columns["correo"] is None


def test_the_latest_of_one_persons_rows_stands(call: Call, tmp_path: Path) -> None:
    later = someone(1, enviado_en="2025-09-20 12:00:00", alcaldia="Tlalpan", codigo_postal="14000")
    earlier_of_two = someone(1, codigo_postal="57000", alcaldia="Neza")
    report = take_in(folder(tmp_path / "lote", [later, earlier_of_two, someone(2)], papers(1, 2)))
    assert counts(report) == {"created": 3}
    assert codes(report, 2) == set()
    assert codes(report, 3) == {"repeated_in_batch", "outside_city"}
    assert report.eligibility == {Eligibility.ELIGIBLE: 2}
    assert kept.applicants()["GUI-0001"].alcaldia == "09012"
    with reading() as session:
        stored = session.exec(select(Application).order_by(col(Application.row))).all()
    assert [(each.folio, each.status, each.superseded_by) for each in stored] == [
        ("GUI-0001", "current", ""),
        ("GUI-0001", "superseded", "GUI-0001"),
        ("GUI-0002", "current", ""),
    ]


def test_a_second_submission_in_a_later_export(call: Call, installation: Path, tmp_path: Path) -> None:
    take_in(folder(tmp_path / "lote", [someone(1), someone(2)], papers(1, 2)))
    known = kept.applications()["GUI-0001"].id
    second = someone(1, enviado_en="2025-09-20 12:00:00", colonia="Roma")
    report = take_in(folder(tmp_path / "otra", [someone(1), someone(2), second], papers(1, 2)))
    assert counts(report) == {"created": 1, "updated": 1, "unchanged": 1}
    assert kept.applications()["GUI-0001"].id == known
    assert kept.applicants()["GUI-0001"].colonia == "Roma"
    before = kept.snapshot()
    assert counts(take_in(tmp_path / "otra")) == {"unchanged": 3}
    assert counts(take_in(tmp_path / "lote")) == {"unchanged": 2}
    assert kept.snapshot() == before


def test_people_who_share_an_address_are_two(call: Call, tmp_path: Path) -> None:
    one = someone(1, curp=valid_curp("PEXA900502MDFXXX"), correo="familia@prueba.example")
    twin = {**someone(2, curp=valid_curp("PEXB900502MDFXXX")), "correo": "FAMILIA@prueba.example"}
    one["fecha_nacimiento"] = twin["fecha_nacimiento"] = "1990-05-02"
    report = take_in(folder(tmp_path / "lote", [one, twin, someone(3)], papers(1, 2, 3)))
    assert counts(report) == {"created": 3}
    assert [codes(report, row) for row in (2, 3, 4)] == [{"shared_contact"}, {"shared_contact"}, set()]
    assert report.eligibility == {Eligibility.TO_CHECK: 2, Eligibility.ELIGIBLE: 1}
    twin["correo"] = "otra@prueba.example"
    corrected = take_in(folder(tmp_path / "otra", [one, twin, someone(3)], papers(1, 2, 3)))
    assert counts(corrected) == {"unchanged": 2, "updated": 1}
    assert corrected.eligibility == {Eligibility.ELIGIBLE: 3}


def test_a_document_of_another_person_is_found_across_batches(call: Call, tmp_path: Path) -> None:
    take_in(folder(tmp_path / "lote", [someone(1)], papers(1)))
    files = papers(2) | {"docs/motivos-2.pdf": pdf("motivos 1")}
    report = take_in(folder(tmp_path / "otra", [someone(2)], files))
    assert codes(report, 2) == {"same_document"}
    assert {folio: each.reasons for folio, each in kept.applications().items()} == {
        "GUI-0001": "same_document",
        "GUI-0002": "same_document",
    }
    take_in(folder(tmp_path / "corregida", [someone(2)], papers(2)))
    assert {each.eligibility for each in kept.applications().values()} == {Eligibility.ELIGIBLE}
    own = take_in(folder(tmp_path / "propia", [someone(3, semblanza="motivos-3.pdf")], papers(3)))
    assert codes(own, 2) == set()


def test_of_a_refused_file_all_but_the_bytes_is_kept(call: Call, installation: Path, tmp_path: Path) -> None:
    junk = b"hola, no soy un PDF"
    files = papers(1) | {"docs/motivos-1.pdf": junk, "docs/semblanza-1.pdf": b""}
    report = take_in(folder(tmp_path / "lote", [someone(1)], files))
    assert codes(report, 2) == {"not_a_pdf", "empty_pdf"}
    assert (report.documents_stored, report.documents_refused) == (2, 2)
    assert kept.applications()["GUI-0001"].eligibility == Eligibility.TO_CHECK
    assert kept.applications()["GUI-0001"].reasons == "empty_pdf;not_a_pdf"
    motivos = kept.documents("GUI-0001")[2]
    assert (motivos.refused, motivos.size) == ("not_a_pdf", len(junk))
    assert motivos.sha256 == hashlib.sha256(junk).hexdigest()
    assert len(kept.snapshot()["files"]) == 2


def test_a_rehearsal_says_the_same_and_changes_nothing(
    call: Call, installation: Path, tmp_path: Path
) -> None:
    rows = [
        someone(1),
        someone(2, nombre=""),
        someone(1, enviado_en="2025-09-20"),
        someone(3, motivos="no hay.pdf"),
    ]
    batch = folder(tmp_path / "lote", rows, papers(1, 2, 3) | {"docs/sobra.pdf": pdf("identificacion 1")})
    before = kept.snapshot()
    rehearsed = take_in(batch, dry_run=True)
    assert kept.snapshot() == before
    assert before["Application"] == before["files"] == []
    assert take_in(batch) == rehearsed
    assert rehearsed.exit_code == 1
    assert codes(rehearsed, None) == {"unreferenced_file"}
    assert take_in(batch, dry_run=True).counts == {"unchanged": 3, "rejected": 1}


def test_documents_in_a_folder_called_by_a_folio(call: Call, tmp_path: Path) -> None:
    rows = [
        someone(1, folio="T-7", **dict.fromkeys(("identificacion", "domicilio", "motivos", "semblanza"), ""))
    ]
    files = {
        f"fotos/t-7/{kind}.pdf": pdf(kind)
        for kind in ("identificacion", "domicilio", "Mi_Motivos", "semblanza")
    }
    report = take_in(folder(tmp_path / "lote", rows, files))
    assert codes(report, 2) == set()
    assert sorted(kept.applications()) == ["T-7"]


def test_a_changed_rule_is_applied_by_importing_again(call: Call, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [someone(1, enviado_en="2025-09-28 00:10:00")], papers(1))
    assert codes(take_in(batch), 2) == {"late"}
    calls.load_call(OPERATOR, text=call_text().replace("2025-09-27T23:59:00", "2025-09-28T23:59:00"))
    report = take_in(batch)
    assert counts(report) == {"updated": 1}
    assert kept.applications()["GUI-0001"].eligibility == Eligibility.ELIGIBLE


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
    before = kept.snapshot()
    source = tmp_path / "lote"
    source.mkdir()
    for name, content in files.items():
        (source / name).write_bytes(content)
    report = take_in(source)
    assert [line.found.code for line in report.lines] == ([code] if code else [])
    if code:
        assert (report.exit_code, report.to_json()["status"], report.batch) == (2, "refused", None)
        assert in_words(report) == report.lines[0].found.message
        assert kept.snapshot() == before


def test_an_unknown_call_and_somebody_who_may_not(call: Call, tmp_path: Path, juror: Actor) -> None:
    batch = folder(tmp_path / "lote", [someone(1)])
    report = import_batch(OPERATOR, source=batch, call_slug="otra")
    assert [line.found.code for line in report.lines] == ["unknown_call"]
    with pytest.raises(Forbidden):
        import_batch(juror, source=batch, call_slug=SLUG)


@on_this_disk
def test_a_store_that_cannot_be_written_is_a_fault_and_leaves_nothing_half_done(
    call: Call, installation: Path, tmp_path: Path
) -> None:
    batch = folder(tmp_path / "lote", [someone(1)], papers(1))
    (installation / "documents").write_bytes(b"a file where a folder should be")
    with pytest.raises(MachineFault):
        take_in(batch)
    assert kept.applications() == {}
    (installation / "documents").unlink()
    assert counts(take_in(batch)) == {"created": 1}


def test_progress_is_told_and_may_stop_the_import(call: Call, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    batch = folder(tmp_path / "lote", [someone(number) for number in range(1, 140)])
    import_batch(
        OPERATOR, source=batch, call_slug=SLUG, workers=1, progress=lambda done, of: told.append((done, of))
    )
    assert told[-1] == (139, 139)
    assert len(told) > 1


def test_a_damaged_place_in_a_zip_costs_its_row_a_finding(call: Call, tmp_path: Path) -> None:
    batch = archive(
        tmp_path / "lote.zip", [("t.csv", table([someone(1), someone(2)])), *papers(1, 2).items()]
    )
    content = bytearray(batch.read_bytes())
    at = content.index(b"docs/motivos-1.pdf") + 80
    content[at : at + 30] = b"\xff" * 30
    batch.write_bytes(content)
    report = take_in(batch)
    assert counts(report) == {"created": 2}
    assert (codes(report, 2), codes(report, 3)) == ({"corrupt_pdf"}, set())


def test_rows_in_another_order_are_the_same_rows(call: Call, tmp_path: Path) -> None:
    rows = [someone(number) for number in (1, 2, 3)]
    take_in(folder(tmp_path / "lote", rows, papers(1, 2, 3)))
    report = take_in(folder(tmp_path / "otra", [*rows[::-1], rows[0]], papers(1, 2, 3)))
    assert counts(report) == {"unchanged": 3, "created": 1}
    assert {line.folio for line in report.lines if line.found.row == 2} == {"GUI-0003"}
    assert codes(report, 4) | codes(report, 5) == {"repeated_in_batch"}


def test_files_are_on_the_disk_before_the_database_names_them(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a power cut would take is what was written since the last ``settle``."""
    safe: set[str] = set()
    kind = type(store_at(documents_url()))
    settle = kind.settle

    def settle_and_note(store: Store) -> None:
        there = set(store.names())
        settle(store)
        safe.update(there)

    def look(done: int, total: int) -> None:
        with reading() as session:
            named = {name_of(each) for each in session.exec(select(Document.sha256))}
        assert named <= safe

    monkeypatch.setattr(kind, "settle", settle_and_note)
    numbers = range(1, AT_ONCE + 4)
    batch = folder(tmp_path / "lote", [someone(each) for each in numbers], papers(1, *numbers[-2:]))
    import_batch(OPERATOR, source=batch, call_slug=SLUG, workers=1, progress=look)
    assert len(safe) == 3 * len(KINDS)

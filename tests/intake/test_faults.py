"""Imports that are killed or run at the same time, and what the command line reports."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlmodel import func, select

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core.database import read_session
from reviewer.core.paths import ROOT, documents_url
from reviewer.intake.batch.import_batch import import_batch
from reviewer.intake.parse import archive
from reviewer.intake.parse.archive import Entry
from reviewer.models import Application, Call
from reviewer.pdf.messages import InspectedFile
from reviewer.pdf.worker_pool import PdfWorkers
from reviewer.storage import documents
from reviewer.storage.backends import STAGING_PREFIX
from tests import stored_rows
from tests.calls import SLUG, call_text
from tests.conftest import migrate
from tests.factories.batches import KINDS, document_files, folder, import_source, valid_row
from tests.factories.pdfs import endless_pdf, small_pdf
from tests.faults.kills import assert_kills_itself, on_this_disk, run_and_kill
from tests.stress import chance, faults, rounds


def start(batch: Path, *options: str, alone: bool = False) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "reviewer",
        "import",
        str(batch),
        "--call",
        SLUG,
        "--workers",
        "1",
        *options,
    ]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=alone,
        preexec_fn=prepare_process,  # noqa: PLW1509  # it sets a signal and a priority
    )


def prepare_process() -> None:
    """Restores the signals of a terminal, which background processes and their children ignore.

    The import gives way to the test, which has to see its first rows while it still runs.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.nice(19)


def count_applications() -> int:
    with read_session() as session:
        return session.exec(select(func.count()).select_from(Application)).one()


def large_batch(place: Path, count: int) -> Path:
    """Returns rows with all kinds of problems: rejected, repeated, with shared files, with broken files."""
    rows = [valid_row(number) for number in range(1, count + 1)]
    rows[5] |= {"nombre": ""}
    for earlier, later in ((3, 30), (12, count - 3)):
        rows[later] |= {name: rows[earlier][name] for name in ("correo", "nombre", "apellidos")}
    files = document_files(9, 21, *range(1, count + 1, 12))
    files["docs/motivos-9.pdf"] = files["docs/motivos-21.pdf"]
    files["docs/semblanza-13.pdf"] = b"nada"
    return folder(place, rows, files)


def kill_at(batch: Path, rows: int, pause: float) -> int:
    """Kills an import ``pause`` seconds after ``rows`` are stored, and returns the number of applications.

    Returns 0 where the import had ended before.
    """
    order = ["import", str(batch), "--call", SLUG, "--workers", "1"]

    def import_slowly() -> int:
        os.nice(19)  # on a busy machine this process has to see the rows while the import still runs
        return main(order)

    was_running = run_and_kill(import_slowly, pause, once=lambda: count_applications() >= rows)
    faults["an import killed"] += was_running
    return count_applications() if was_running else 0


def test_an_import_killed_again_and_again_ends_as_if_it_had_not_been(
    call: Call, installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = chance()
    points = sorted(rng.sample(range(150), rounds(3, 100)))
    batch = large_batch(tmp_path / "lote", 200)
    stored_counts = [kill_at(batch, rows, rng.uniform(0, 0.05)) for rows in points]
    assert any(0 < rows < 199 for rows in stored_counts)  # one of the 200 is rejected
    report = import_source(batch)
    assert report.counts.total() == 200
    assert report.counts["unchanged"] > 0
    interrupted = stored_rows.snapshot()

    other_installation = tmp_path / "otra"
    other_installation.mkdir()
    migrate(f"sqlite:///{other_installation / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{other_installation / 'reviewer.db'}")
    monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{other_installation / 'documents'}")
    spec.load_call(OPERATOR, text=call_text())
    import_source(batch)
    uninterrupted = stored_rows.snapshot()
    scratch = [name for name in interrupted["files"] if name.startswith(".")]
    interrupted["files"] = [name for name in interrupted["files"] if name not in scratch]
    assert interrupted == uninterrupted


@pytest.mark.skipif(os.name == "nt", reason="Windows has no groups to interrupt")
@on_this_disk
def test_a_killed_import_leaves_no_readable_copy(
    call: Call, installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    batch = Path(shutil.make_archive(str(tmp_path / "lote"), "zip", large_batch(tmp_path / "lote", 200)))
    unpack = archive._unpack

    def unpack_and_die(entry_file: BinaryIO, path: Path, entry: Entry) -> None:
        unpack(entry_file, path, entry)
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(archive, "_unpack", unpack_and_die)
        assert_kills_itself(lambda: main(["import", str(batch), "--call", SLUG, "--workers", "1"]))
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    rng, stored_counts = chance(), []
    for rows in range(0, 180, 15):
        stored_counts.append(kill_at(batch, rows, rng.uniform(0, 0.03)))
        assert [path for path in temporary.rglob("*") if path.is_file()] == []
    assert any(stored_counts)
    store = Path(documents_url().removeprefix("file://"))
    for path in store.glob(f"{STAGING_PREFIX}*"):
        os.utime(path, (0, 0))
    documents.delete_unfinished()
    assert {path.suffix for path in store.rglob("*") if path.is_file()} == {".pdf"}
    assert all(documents.fault_of(sha256) is None for sha256 in documents.stored_hashes())


def test_an_interrupted_import_says_one_line_and_goes_on_later(call: Call, tmp_path: Path) -> None:
    batch = large_batch(tmp_path / "lote", 250)
    process = start(batch, alone=True)
    while not count_applications() and process.poll() is None:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    out, error = process.communicate()
    assert (process.returncode, out) == (3, "")
    assert error == "Interrumpido: lo hecho hasta aquí quedó guardado.\n"
    assert 0 < count_applications() < 249
    assert import_source(batch).counts["unchanged"] > 0
    assert count_applications() == 249


def test_two_imports_at_once_both_succeed(call: Call, tmp_path: Path) -> None:
    first = [valid_row(number) for number in range(1, 21)]
    second = [valid_row(number) for number in range(15, 41)]
    first_batch = folder(tmp_path / "uno", first, document_files(1, 18))
    second_batch = folder(tmp_path / "dos", second, document_files(16, 40))
    processes = [start(first_batch, "--json"), start(second_batch, "--json")]
    reports = [json.loads(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [1, 1]
    assert [report["rows"] for report in reports] == [20, 26]
    assert sum(report["created"] for report in reports) == 40
    assert sorted({applicant.email for applicant in stored_rows.applicants().values()}) == sorted(
        {row["correo"] for row in first + second}
    )
    assert len(stored_rows.applications()) == count_applications() == 40


def test_the_same_batch_twice_at_once_is_stored_once(call: Call, tmp_path: Path) -> None:
    batch = folder(tmp_path / "lote", [valid_row(number) for number in range(1, 25)], document_files(1, 20))
    processes = [start(batch, "--json") for _ in range(2)]
    reports = [json.loads(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [1, 1]
    assert {report["batch"] for report in reports} == {reports[0]["batch"]}
    assert sum(report["created"] for report in reports) == 24
    assert all(report["created"] + report["unchanged"] == 24 for report in reports)
    assert sorted(stored_rows.applications()) == [f"HIS-{number:04d}" for number in range(1, 25)]


def test_exit_codes_of_the_command_line(call: Call, tmp_path: Path) -> None:
    partial_batch = folder(
        tmp_path / "lote",
        [valid_row(1, nombre="=cmd|' /C calc'!A0"), valid_row(2, nombre="")],
        document_files(1),
    )
    cases = [
        (partial_batch, ["--dry-run", "--json"], 1, ""),
        (partial_batch, [], 1, ""),
        (tmp_path / "no hay", ["--json"], 2, "no es una carpeta"),
        (partial_batch, ["--workers", "0"], 2, "--workers"),
    ]
    processes = [(start(batch, *options), code, message) for batch, options, code, message in cases]
    outputs = []
    for process, code, message in processes:
        out, error = process.communicate()
        outputs.append(out)
        assert process.returncode == code
        assert message in error
        assert len(error.splitlines()) == bool(message)
    rehearsed, text_report, refused, _ = outputs
    assert json.loads(rehearsed)["rows"] == 2
    assert "2 filas" in text_report
    assert json.loads(refused)["findings"][0]["code"] == "unreadable_source"


def test_a_hostile_file_costs_its_own_row_only(call: Call, tmp_path: Path) -> None:
    loop = small_pdf().replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    bomb = b"%PDF-1.7\n" + b"1 0 obj\n<< /Kids [" * 20_000
    files = document_files(1, 2) | {"docs/motivos-1.pdf": loop, "docs/semblanza-1.pdf": bomb}
    report = import_source(folder(tmp_path / "lote", [valid_row(1), valid_row(2)], files))
    assert report.counts == {"created": 2}
    assert {line.finding.row for line in report.lines if line.finding.severity == "error"} == {2}


class CountedWorkers(PdfWorkers):
    """Workers that count the files sent alone, as after a file broke its group."""

    asked = 0

    def receive(self, path: Path, *, keep: bool) -> Future[InspectedFile]:
        self.asked += 1
        return super().receive(path, keep=keep)


def test_a_file_that_takes_a_workers_whole_time_does_so_once(call: Call, tmp_path: Path) -> None:
    rows = [valid_row(number) for number in range(1, 31)]
    files = document_files(1, 2, 3) | {f"docs/motivos-{number}.pdf": endless_pdf() for number in range(4, 31)}
    batch = folder(tmp_path / "lote", rows, files)
    with CountedWorkers(1, seconds=3) as workers:
        report = import_batch(OPERATOR, source=batch, slug=SLUG, workers=workers)
    assert (report.documents_stored, report.documents_refused) == (12, 27)
    assert 12 < workers.asked < 12 + 27 / 2
    lost = [document for document in stored_rows.documents("HIS-0030") if document.kind == "motivos"]
    assert [(document.refused, document.size, len(document.sha256)) for document in lost] == [
        ("corrupt_pdf", len(endless_pdf()), 64)
    ]


def test_a_file_named_by_every_row_belongs_to_each(call: Call, tmp_path: Path) -> None:
    rows = [valid_row(number, **dict.fromkeys(KINDS, "misma.pdf")) for number in range(1, 30)]
    rows[0] |= dict.fromkeys(KINDS, "rota.pdf")
    report = import_source(folder(tmp_path / "lote", rows, {"misma.pdf": small_pdf(), "rota.pdf": b"nada"}))
    assert (report.documents_stored, report.documents_refused) == (28 * 4, 4)
    assert {line.finding.row for line in report.lines if line.finding.code == "same_document"} == {*range(3, 31)}

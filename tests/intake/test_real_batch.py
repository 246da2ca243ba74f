"""Import of a batch made with other programs, compared with results worked out by hand."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, create_engine, select

from reviewer.demographics import geography
from reviewer.models import Applicant, Application, Document
from reviewer.pdf.inspection import inspect

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tests" / "real_batch"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text("utf-8"))
SLUG = "guionismo-2025"
CITY = ZoneInfo("America/Mexico_City")
COUNTS = ("rows", "created", "updated", "unchanged", "rejected")
REPORT_KEYS = ("call", "status", *COUNTS, "documents", "eligibility")
PDF_CODES = {"no_text", "active_content", "encrypted_pdf", "not_a_pdf", "corrupt_pdf", "empty_pdf"}
Outcome = tuple[int, dict[str, Any]]


def command(place: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    where = {
        "REVIEWER_DATABASE_URL": f"sqlite:///{place / 'reviewer.db'}",
        "REVIEWER_DOCUMENTS_URL": (place / "documents").as_uri(),
    }
    line = [sys.executable, "-m", "reviewer", *map(str, arguments)]
    return subprocess.run(line, cwd=ROOT, env=os.environ | where, capture_output=True, encoding="utf-8", check=False)


def import_into(place: Path, source: Path, *flags: str) -> Outcome:
    done = command(place, "import", source, "--call", SLUG, "--json", *flags)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def fresh(place: Path) -> Path:
    loaded = command(place, "call", "load", HERE / "call.toml")
    assert loaded.returncode == 0, loaded.stderr
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def first(place: Path) -> Outcome:
    return import_into(place, HERE / "batch")


def is_unread_sheet(finding: dict[str, Any]) -> bool:
    """A sheet that is not read is reported as information, for which the contract has no code."""
    message: str = finding["message"]
    return finding["row"] is None and any(name in message for name in EXPECTED["sheets_passed_over"])


def summary(finding: dict[str, Any]) -> str:
    return " ".join(str(finding[key]) for key in ("row", "folio", "severity", "code"))


def assert_as_expected(outcome: Outcome) -> None:
    code, report = outcome
    findings = [finding for finding in report["findings"] if not is_unread_sheet(finding)]
    assert Counter(map(summary, findings)) == Counter(map(summary, EXPECTED["findings"]))
    assert {key: report[key] for key in REPORT_KEYS} == {key: EXPECTED[key] for key in REPORT_KEYS}
    assert code == EXPECTED["exit_code"]


def test_report_is_the_one_worked_out_by_hand(first: Outcome) -> None:
    assert_as_expected(first)


def test_headers_are_read_as_a_person_reads_them(first: Outcome) -> None:
    read = {header.strip(): name for header, name in first[1]["columns"].items() if name}
    assert read == EXPECTED["columns"]


def test_sheet_without_a_table_is_named(first: Outcome) -> None:
    assert [finding["severity"] for finding in first[1]["findings"] if is_unread_sheet(finding)] == ["info"]


def test_findings_name_their_field_and_file(first: Outcome) -> None:
    reported = {
        (summary(finding), finding["field"], Path(finding["file"] or "").name) for finding in first[1]["findings"]
    }
    for expected in EXPECTED["findings"]:
        assert any(
            short == summary(expected) and expected.get("field", field) == field and expected.get("file", file) == file
            for short, field, file in reported
        ), expected


def test_stored_data(first: Outcome, place: Path) -> None:
    names = {alcaldia.name: alcaldia.code for alcaldia in geography.alcaldias()}
    with Session(create_engine(f"sqlite:///{place / 'reviewer.db'}")) as session:
        for expected in EXPECTED["applications"]:
            of_row = select(Application).where(Application.row == expected["row"])
            application = session.exec(of_row).one()
            applicant = session.exec(select(Applicant).where(Applicant.application_id == application.id)).one()
            papers = session.exec(select(Document).where(Document.application_id == application.id)).all()
            submitted = datetime.fromisoformat(expected["enviado_en"]).replace(tzinfo=CITY).astimezone(UTC)
            assert (application.folio, application.eligibility) == (
                expected["folio"],
                expected["eligibility"],
            )
            assert application.submitted_at == submitted
            assert applicant.email.lower() == expected["correo"]
            assert applicant.birth_date == date.fromisoformat(expected["fecha_nacimiento"])
            assert applicant.alcaldia == (names[expected["alcaldia"]] if expected["alcaldia"] else None)
            assert applicant.postal_code == expected["codigo_postal"]
            assert sum(not paper.refused for paper in papers) == expected["documents"]


def test_documents_of_one_name_belong_to_different_people(first: Outcome, place: Path) -> None:
    folder = HERE / "batch" / "Documentos"
    owners = {"GUI-0004": folder / "Ximena Fábula", "GUI-0002": folder / "José Ángel"}
    with Session(create_engine(f"sqlite:///{place / 'reviewer.db'}")) as session:
        for folio, person_folder in owners.items():
            stored_hashes = session.exec(
                select(Document.sha256)
                .join(Application, Application.id == Document.application_id)  # type: ignore[arg-type]
                .where(Application.folio == folio)
            ).all()
            assert set(stored_hashes) == {
                hashlib.sha256(path.read_bytes()).hexdigest() for path in person_folder.iterdir()
            }


def test_second_time_changes_nothing(first: Outcome, place: Path) -> None:
    _, again = import_into(place, HERE / "batch")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, EXPECTED["rows"])


def test_zip_gives_the_same_report(tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "lote"), "zip", HERE / "batch")
    assert_as_expected(import_into(fresh(tmp_path), Path(archive)))


def test_dry_run_reports_the_same_and_stores_nothing(tmp_path: Path) -> None:
    fresh(tmp_path)
    assert_as_expected(import_into(tmp_path, HERE / "batch", "--dry-run"))
    with Session(create_engine(f"sqlite:///{tmp_path / 'reviewer.db'}")) as session:
        assert not session.exec(select(Application)).all()


@pytest.mark.parametrize("path", sorted((HERE / "batch").rglob("*.pdf")), ids=lambda path: path.name)
def test_each_file_as_the_inspection_sees_it(path: Path) -> None:
    of_file = [finding for finding in EXPECTED["findings"] if finding.get("file") == path.name]
    expected_codes = {finding["code"] for finding in of_file} & PDF_CODES
    inspection = inspect(path)
    if inspection.problem:
        assert {inspection.problem} == expected_codes
    else:
        conditions = {"no_text": not inspection.has_text, "active_content": inspection.active_content}
        assert {code for code, holds in conditions.items() if holds} == expected_codes

"""A column that a later batch lacks erases nothing of what the application has."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.intake.check.report import Report
from reviewer.intake.corrections import rows as corrections
from reviewer.models import Applicant, Application, Document, SensitiveTraits
from tests.calls import SLUG
from tests.factories.batches import KINDS, document_files, folder, import_source, valid_row

pytestmark = pytest.mark.usefixtures("call")
FULL = {"telefono": "5512345678", "colonia": "Centro", "pueblo_indigena": "Nahua", "sinopsis": "Una historia"}


def received(place: Path, *absent: str, files: dict[str, bytes] | None = None, **cells: str) -> Report:
    row = {name: cell for name, cell in (valid_row(1) | FULL | cells).items() if name not in absent}
    return import_source(folder(place, [row], files if files is not None else document_files(1)))


def stored() -> tuple[Application, Applicant, SensitiveTraits, list[str]]:
    with read_session() as session:
        documents = sorted(session.exec(select(Document.kind)))
        return (
            session.exec(select(Application)).one(),
            session.exec(select(Applicant)).one(),
            session.exec(select(SensitiveTraits)).one(),
            documents,
        )


@pytest.mark.parametrize(
    "absent",
    [
        ("enviado_en",),
        ("telefono", "colonia"),
        ("pueblo_indigena",),
        ("fecha_nacimiento",),
        ("alcaldia", "codigo_postal"),
        ("enviado_en", "sinopsis", "pueblo_indigena", "telefono"),
    ],
)
def test_a_batch_without_a_column_changes_nothing(tmp_path: Path, absent: tuple[str, ...]) -> None:
    received(tmp_path / "primero")
    before = stored()
    report = received(tmp_path / "segundo", *absent)
    assert report.counts == {"unchanged": 1}
    assert [row.model_dump() for row in stored()[:3]] == [row.model_dump() for row in before[:3]]


def test_what_else_changed_is_taken(tmp_path: Path) -> None:
    received(tmp_path / "primero")
    report = received(tmp_path / "segundo", "enviado_en", "pueblo_indigena", telefono="5598765432")
    application, applicant, traits, _ = stored()
    assert report.counts == {"updated": 1}
    assert applicant.phone == "5598765432"
    assert application.submitted_at == datetime(2025, 9, 10, 16, 0, 1, tzinfo=UTC)
    assert traits.indigenous == "Nahua"


def test_an_empty_cell_of_a_column_that_is_there_empties_it(tmp_path: Path) -> None:
    received(tmp_path / "primero")
    received(tmp_path / "segundo", colonia="")
    assert stored()[1].colonia == ""


def test_documents_without_a_column_stay(tmp_path: Path) -> None:
    received(tmp_path / "primero")
    report = received(tmp_path / "segundo", "motivos", files={})
    assert stored()[3] == sorted(KINDS)
    assert "missing_document" not in {line.finding.code for line in report.lines if line.finding.field == "motivos"}


def test_a_correction_after_such_a_batch_erases_nothing(tmp_path: Path, admin: Actor) -> None:
    received(tmp_path / "primero")
    received(tmp_path / "segundo", "enviado_en", "pueblo_indigena", "colonia", telefono="5598765432")
    cells, version = corrections.read_cells(admin, slug=SLUG, folio="HIS-0001")
    assert cells["colonia"] == "Centro"
    corrections.correct_application(
        admin, slug=SLUG, folio="HIS-0001", cells={"telefono": "5500000000"}, reason="Llamó", based_on=version
    )
    application, applicant, traits, _ = stored()
    assert (applicant.phone, applicant.colonia, traits.indigenous) == ("5500000000", "Centro", "Nahua")
    assert application.submitted_at is not None


def test_a_correction_outlives_a_batch_without_its_column(tmp_path: Path, admin: Actor) -> None:
    received(tmp_path / "primero")
    _, version = corrections.read_cells(admin, slug=SLUG, folio="HIS-0001")
    corrections.correct_application(
        admin, slug=SLUG, folio="HIS-0001", cells={"colonia": "Roma"}, reason="Llamó", based_on=version
    )
    received(tmp_path / "segundo", "colonia", "pueblo_indigena", telefono="5598765432")
    received(tmp_path / "tercero", telefono="5598765432")
    _, applicant, traits, _ = stored()
    assert (applicant.colonia, applicant.phone, traits.indigenous) == ("Roma", "5598765432", "Nahua")

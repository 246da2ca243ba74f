"""Corrections by hand of rejected rows, data and files, and the history of them."""

from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.corrections import (
    documents as corrections_documents,
)
from reviewer.intake.corrections import (
    history as corrections_history,
)
from reviewer.intake.corrections import (
    rows as corrections_rows,
)
from reviewer.models import BatchRow, Call, ChangedValue, Eligibility, Role, ScreeningState, Verdict
from reviewer.screening import decisions
from reviewer.storage import documents as store
from tests import stored_rows
from tests.calls import SLUG
from tests.factories.batches import codes, document_files, folder, import_source, valid_row
from tests.factories.pdfs import small_pdf
from tests.factories.people import PersonFactory
from tests.storage.test_uploads import upload_whole

REASON = "Lo dijo por teléfono"


@pytest.fixture
def place(call: Call, tmp_path: Path) -> Path:
    """A valid row, one without a name, and one with a bad telephone and file; dates have the month first."""
    rows = [
        valid_row(1),
        valid_row(2, nombre=""),
        valid_row(3, telefono="12"),
        valid_row(4, fecha_nacimiento="9/27/1990"),
    ]
    for row in rows[:3]:
        year, month, day = row["fecha_nacimiento"].split("-")
        row["fecha_nacimiento"] = f"{int(month)}/{int(day)}/{year}"
    for row in rows:
        row["Día en que nació"] = row.pop("fecha_nacimiento")
    files = document_files(1, 2, 3, 4) | {"docs/domicilio-3.pdf": b"no es un PDF"}
    mapping = tmp_path / "columnas.toml"
    mapping.write_text('fecha_nacimiento = "Día en que nació"\n', encoding="utf-8")
    batch_path = folder(tmp_path / "lote", rows, files)
    import_source(batch_path, mapping=mapping)
    return batch_path


def key(admin: Actor) -> str:
    """Returns the key of the only batch."""
    return batch_queries.batches(admin, slug=SLUG)[0].key


def correct(admin: Actor, folio: str, **cells: str) -> list[str]:
    """Corrects an application based on its current version."""
    _, based_on = corrections_rows.read_cells(admin, slug=SLUG, folio=folio)
    return corrections_rows.correct_application(
        admin, slug=SLUG, folio=folio, cells=cells, reason=REASON, based_on=based_on
    )


@pytest.mark.usefixtures("place")
def test_a_rejected_row_is_stored_with_its_files(admin: Actor, place: Path) -> None:
    [rejected] = corrections_rows.rejected_rows(admin, slug=SLUG, batch=key(admin))
    assert (rejected.row, len(rejected.files)) == (3, 4)
    assert rejected.raw["Día en que nació"] == "5/3/1990"
    assert rejected.cells["fecha_nacimiento"] == "1990-05-03"  # the column can only be read so
    for cells, message in (
        ({"telefono": "5512345678"}, "Falta el nombre"),
        ({"nombre": " "}, "Falta el nombre"),
    ):
        with pytest.raises(UserError, match=message):
            corrections_rows.store_corrected_row(admin, slug=SLUG, batch=key(admin), row=3, cells=cells, reason=REASON)
    folio = corrections_rows.store_corrected_row(
        admin, slug=SLUG, batch=key(admin), row=3, cells={"nombre": "Eva"}, reason=REASON
    )
    application = stored_rows.applications()[folio]
    assert application.eligibility is Eligibility.ELIGIBLE
    assert str(stored_rows.applicants()[folio].birth_date) == "1990-05-03"
    assert all(store.exists(document.sha256) for document in stored_rows.documents(folio))
    assert len(stored_rows.documents(folio)) == 4
    report = batch_queries.batch(admin, slug=SLUG, key=key(admin)).report
    assert (report["created"], report["rejected"], report["documents"]["stored"]) == (4, 0, 15)
    assert report["eligibility"]["eligible"] == 3
    assert corrections_rows.count_rejected(admin, slug=SLUG, batch=key(admin)) == 0
    with pytest.raises(UserError, match="ya se tomó"):
        corrections_rows.store_corrected_row(
            admin, slug=SLUG, batch=key(admin), row=3, cells={"nombre": "Eva"}, reason=REASON
        )
    with read_session() as session:
        line = session.exec(select(BatchRow).where(BatchRow.row == 3)).one()
    assert line.raw["nombre"] == "" and line.files == []


@pytest.mark.usefixtures("place")
def test_reimporting_keeps_corrected_rows(admin: Actor, place: Path, tmp_path: Path) -> None:
    corrections_rows.store_corrected_row(
        admin, slug=SLUG, batch=key(admin), row=3, cells={"nombre": "Eva"}, reason=REASON
    )
    correct(admin, "HIS-0001", colonia="Roma")
    before = {
        folio: (applicant.first_names, applicant.colonia) for folio, applicant in stored_rows.applicants().items()
    }
    report = import_source(place, mapping=tmp_path / "columnas.toml")
    assert report.counts["unchanged"] == 4 and report.counts.total() == 4
    assert {
        folio: (applicant.first_names, applicant.colonia) for folio, applicant in stored_rows.applicants().items()
    } == before
    assert batch_queries.batch(admin, slug=SLUG, key=key(admin)).report["rejected"] == 0


@pytest.mark.usefixtures("place")
def test_corrected_data_is_checked_again(admin: Actor) -> None:
    folio = "HIS-0002"
    cells, based_on = corrections_rows.read_cells(admin, slug=SLUG, folio=folio)
    assert cells["telefono"] == "12" and cells["fecha_nacimiento"] == "1990-05-04"
    assert "bad_phone" in stored_rows.applications()[folio].reasons
    assert correct(admin, folio, telefono="55 1234 5678", alcaldia="Iztapalapa") == ["telefono"]
    assert "bad_phone" not in stored_rows.applications()[folio].reasons
    correct(admin, folio, codigo_postal="55000", alcaldia="Ecatepec")
    assert stored_rows.applications()[folio].eligibility is Eligibility.INELIGIBLE
    assert corrections_rows.read_cells(admin, slug=SLUG, folio=folio)[0]["telefono"] == "55 1234 5678"
    with pytest.raises(StaleWrite):
        corrections_rows.correct_application(
            admin, slug=SLUG, folio=folio, cells={"colonia": "X"}, reason=REASON, based_on=based_on
        )
    for cells, reason, message in (
        ({"correo": "", "curp": ""}, REASON, "Faltan el correo y la CURP"),
        ({"telefono": "55 1234 5678"}, REASON, "No cambió"),
        ({"colonia": "X"}, " ", "Escriba por qué"),
    ):
        _, based_on = corrections_rows.read_cells(admin, slug=SLUG, folio=folio)
        with pytest.raises(UserError, match=message):
            corrections_rows.correct_application(
                admin, slug=SLUG, folio=folio, cells=cells, reason=reason, based_on=based_on
            )


@pytest.mark.usefixtures("place")
def test_the_history_says_who_when_before_and_after(admin: Actor) -> None:
    correct(admin, "HIS-0001", colonia="Roma Norte")
    [correction, arrival] = corrections_history.application_history(admin, slug=SLUG, folio="HIS-0001")
    assert (correction.by, correction.action) == ("Ada Administra", "application.correct")
    changes = {change.field: (change.before, change.after) for change in correction.changes}
    assert changes == {"colonia": ("", "Roma Norte"), "reason": ("", REASON)}
    assert (arrival.action, arrival.detail["row"]) == ("application.create", 2)
    assert "Roma" not in str(correction.detail)
    with write_session() as session:
        for changed_value in session.exec(select(ChangedValue)):
            session.delete(changed_value)
    [purged, _] = corrections_history.application_history(admin, slug=SLUG, folio="HIS-0001")
    assert {(change.before, change.after) for change in purged.changes} == {(None, None)}


@pytest.mark.usefixtures("place")
def test_a_refused_file_is_replaced(admin: Actor, place: Path, tmp_path: Path) -> None:
    def put_document(content: bytes, name: str = "recibo.pdf", **where: object) -> None:
        upload = upload_whole(admin, content, name)
        corrections_documents.replace_document(
            admin,
            slug=SLUG,
            folio="HIS-0002",
            upload=upload.public_id,
            reason=REASON,
            **{"kind": "domicilio", "position": 0} | where,  # type: ignore[arg-type]
        )

    correct(admin, "HIS-0002", telefono="5512345678")
    assert stored_rows.applications()["HIS-0002"].reasons == "not_a_pdf"
    for content, message in (
        (b"tampoco es un PDF, ni lo parece", "no es un PDF"),
        (small_pdf()[:200] * 2, "No se cambió"),
    ):
        with pytest.raises(UserError, match=message):
            put_document(content)
    with pytest.raises(UserError, match="no pide"):
        put_document(small_pdf("x"), kind="otro")
    decisions.decide(admin, slug=SLUG, folio="HIS-0002", verdict=Verdict.ASKED, reason="Mande otro")
    put_document(small_pdf("recibo bueno"))
    application = stored_rows.applications()["HIS-0002"]
    assert (application.screening, application.reasons) == (ScreeningState.CHANGED, "changed_since_decision")
    [document] = [document for document in stored_rows.documents("HIS-0002") if document.kind == "domicilio"]
    assert document.refused is None and document.original_name == "recibo.pdf" and store.exists(document.sha256)
    put_document(small_pdf("muestra"), "muestra.pdf", kind="muestra", position=None)
    assert "muestra" in {document.kind for document in stored_rows.documents("HIS-0002")}
    assert import_source(place, mapping=tmp_path / "columnas.toml").counts["unchanged"] == 3
    [document] = [document for document in stored_rows.documents("HIS-0002") if document.kind == "domicilio"]
    assert document.original_name == "recibo.pdf"


@pytest.mark.usefixtures("place")
def test_only_admins_correct(admin: Actor, coordinator: Actor, juror: Actor, person: PersonFactory) -> None:
    batch = key(admin)
    upload = upload_whole(admin, small_pdf("x"), "x.pdf").public_id
    for actor in (coordinator, juror):
        for act in (
            lambda actor: corrections_rows.rejected_rows(actor, slug=SLUG, batch=batch),
            lambda actor: corrections_rows.read_cells(actor, slug=SLUG, folio="HIS-0001"),
            lambda actor: corrections_rows.store_corrected_row(
                actor, slug=SLUG, batch=batch, row=3, cells={"nombre": "X"}, reason=REASON
            ),
            lambda actor: corrections_rows.correct_application(
                actor, slug=SLUG, folio="HIS-0001", cells={"colonia": "X"}, reason=REASON, based_on=""
            ),
            lambda actor: corrections_documents.replace_document(
                actor, slug=SLUG, folio="HIS-0001", kind="motivos", upload=upload, reason=REASON
            ),
            lambda actor: corrections_history.application_history(actor, slug=SLUG, folio="HIS-0001"),
        ):
            with pytest.raises(Forbidden):
                act(actor)
    with pytest.raises(Forbidden):
        corrections_documents.replace_document(
            person(Role.ADMIN), slug=SLUG, folio="HIS-0001", kind="motivos", upload=upload, reason=REASON
        )


@pytest.mark.usefixtures("place")
def test_a_later_batch_reports_each_overruled_correction(admin: Actor, tmp_path: Path) -> None:
    correct(admin, "HIS-0001", alcaldia="Tlalpan", codigo_postal="14000", fecha_nacimiento="1990-05-12")
    for kind, position in (("domicilio", 0), ("muestra", None)):
        upload = upload_whole(admin, small_pdf(kind, 2), f"{kind} a mano.pdf").public_id
        corrections_documents.replace_document(
            admin,
            slug=SLUG,
            folio="HIS-0002",
            upload=upload,
            reason=REASON,
            kind=kind,
            position=position,
        )
    # Of the first the source repeats two cells and changes one; of the second it repeats the broken file.
    rows = [valid_row(1, colonia="Roma", codigo_postal="15000"), valid_row(3, telefono="5512345678")]
    files = document_files(1, 3) | {"docs/domicilio-3.pdf": b"no es un PDF"}
    report = import_source(folder(tmp_path / "otra", rows, files))
    assert report.counts == {"updated": 2}
    assert codes(report, 2) == {"correction_kept", "correction_overruled", "postal_code_mismatch"}
    assert codes(report, 3) == set()
    applicant = stored_rows.applicants()["HIS-0001"]
    assert (applicant.alcaldia, applicant.colonia, applicant.postal_code) == ("09012", "Roma", "15000")
    assert (str(applicant.birth_date), stored_rows.applications()["HIS-0001"].eligibility) == (
        "1990-05-12",
        "to_check",
    )
    cells, _ = corrections_rows.read_cells(admin, slug=SLUG, folio="HIS-0001")
    assert (cells["alcaldia"], cells["codigo_postal"]) == ("Tlalpan", "15000")
    names = {document.kind: document.original_name for document in stored_rows.documents("HIS-0002")}
    assert (names["domicilio"], names["muestra"]) == ("domicilio a mano.pdf", "muestra a mano.pdf")
    assert stored_rows.applications()["HIS-0002"].eligibility is Eligibility.ELIGIBLE
    assert import_source(tmp_path / "otra").counts == {"unchanged": 2}

    correct(admin, "HIS-0001", codigo_postal="14000")
    assert stored_rows.applications()["HIS-0001"].eligibility is Eligibility.ELIGIBLE
    # A table alone takes nothing away, and a better file of the source's own takes the place of ours.
    report = import_source(folder(tmp_path / "tabla", [valid_row(3, telefono="5500000000")]))
    assert "missing_document" not in codes(report, 2)
    assert len(stored_rows.documents("HIS-0002")) == 5
    rows = [valid_row(3, telefono="5512345678")]
    report = import_source(folder(tmp_path / "mejor", rows, document_files(3)))
    assert codes(report, 2) == {"correction_overruled"}
    names = {document.kind: document.original_name for document in stored_rows.documents("HIS-0002")}
    assert (names["domicilio"], names["muestra"]) == ("domicilio-3.pdf", "muestra a mano.pdf")

"""Batches, as those who import see them."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.call import spec as call_spec
from reviewer.core import clock, database
from reviewer.core.errors import Forbidden, UserError
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch.queries import FindingFilter
from reviewer.intake.check.findings import SEVERITIES, Severity
from reviewer.intake.store import suppressed_people
from reviewer.models import (
    Applicant,
    Application,
    Batch,
    Call,
    Eligibility,
    Finding,
    Job,
    JobStatus,
    Role,
    require_id,
)
from reviewer.storage import uploads
from reviewer.tables.csv_files import to_csv
from reviewer.web.screens.lotes import labels as batch_words
from tests.calls import SLUG
from tests.factories.batches import folder, import_source, valid_row
from tests.factories.people import PersonFactory
from tests.pages.conftest import Screens, page_html, page_text
from tests.storage.test_uploads import upload_whole

NBSP = "\N{NO-BREAK SPACE}"


def add_batch(call: Call, key: str, *, status: str = "partial", findings: int = 0) -> Batch:
    """A batch with its report, one application and this many findings of three kinds."""
    rows = {"rows": 4, "created": 2, "updated": 1, "unchanged": 0, "rejected": 1}
    report = rows | {
        "documents": {"stored": 12, "refused": 1},
        "eligibility": {"eligible": 1, "ineligible": 1, "to_check": 1},
        "columns": {"Correo electrónico": "correo", "Motivos": "motivos", "<b>Notas</b>": None},
    }
    batch = Batch(
        key=key,
        call_id=require_id(call),
        source_name=f"lote_*{key}*.zip",
        source_hash=key,
        status=status,
        report={} if status == "running" else report,
        finished_at=clock.now(),
    )
    with database.write_session() as session:
        session.add(batch)
        session.flush()
        application = Application(
            call_id=require_id(call),
            folio=f"HIS-{key}",
            eligibility=Eligibility.TO_CHECK,
            batch_id=require_id(batch),
            row=2,
        )
        session.add(application)
        session.flush()
        for number in range(findings):
            session.add(_finding(number, require_id(batch), application.id))
    return batch


def _finding(number: int, batch_id: int, application_id: int | None) -> Finding:
    code = ("bad_curp", "not_a_pdf", "no_text")[number % 3]
    return Finding(
        batch_id=batch_id,
        application_id=application_id if number % 2 else None,
        row=number + 2,
        field="motivos",
        file=f"Carta nº {number}.pdf" if code != "bad_curp" else None,
        code=code,
        severity=SEVERITIES[code],
        message=f"<script>alert({number})</script> 100 %",
    )


def test_without_a_call_the_page_links_to_it(screen: Screens, admin: Actor) -> None:
    assert "instale la convocatoria" in page_text(screen("lotes", admin))


def test_the_empty_page_says_what_to_bring(screen: Screens, admin: Actor, call: Call) -> None:
    page = screen("lotes", admin)
    text = page_text(page)
    assert "Todavía no ha llegado ningún lote" in text and "Carta de motivos" in text
    assert "HIS-0001/identificacion.pdf" in page_html(page)


def test_only_admins_see_it(screen: Screens, call: Call, juror: Actor, coordinator: Actor) -> None:
    add_batch(call, "secret")
    for actor in (juror, coordinator):
        page = screen("lotes", actor, lote="secret")
        assert "no es parte de su papel" in page_text(page) and "secret" not in page_text(page) + page_html(page)
    page = screen("lotes", None)
    assert "secret" not in page_text(page)


def test_the_list_leads_to_a_report(screen: Screens, admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=3)
    add_batch(call, "b", status="complete")
    add_batch(call, "c", status="running")
    page = screen("lotes", admin)
    assert [button.label.count("lote") for button in page.button] == [1, 1, 1]
    text = page_text(page)
    assert f"4{NBSP}filas: 2{NBSP}postulaciones nuevas, 1{NBSP}actualizada y 1{NBSP}que no se pudo tomar." in text
    assert "No se terminó de importar" in text
    page.button(key="abrir-a").click().run()
    report = page_html(page)
    assert "lote_*a*.zip" in report and "<b>12</b> guardados" in report
    assert "HIS-a" in report and "CURP mal formada" in report and "Carta nº 1.pdf" in report
    assert "<script>" not in report and "&lt;script&gt;" in report
    assert "&lt;b&gt;Notas&lt;/b&gt;" in report and "Se conserva con cada fila" in report
    page.button[0].click().run()
    assert "Lotes recibidos" in page_text(page)


def test_a_report_is_filtered_and_paged(screen: Screens, admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=130)
    page = screen("lotes", admin, lote="a")
    rows = page_html(page).count('<span class="mark')
    assert rows == 50
    page.text_input[0].set_value("nº 128").run()
    assert page_html(page).count('<span class="mark') == 1
    page.text_input[0].set_value("nothing at all").run()
    assert "Ninguno coincide" in page_text(page)
    page.text_input[0].set_value("").run()
    page.selectbox[0].set_value("not_a_pdf").run()
    assert page_html(page).count("No es un PDF") == 43


@pytest.mark.usefixtures("call")
def test_withheld_rows_are_reported_beside_rejected_ones(screen: Screens, admin: Actor, tmp_path: Path) -> None:
    import_source(folder(tmp_path / "lote", [valid_row(1)]))
    with database.write_session() as session:
        suppressed_people.add_digests(session, session.exec(select(Applicant)).all())
    batch = import_source(folder(tmp_path / "otro", [valid_row(1), valid_row(2, nombre="", apellidos="")])).batch
    page = screen("lotes", admin, lote=batch or "")
    text = page_text(page)
    assert "lo que trae no se guardó" in text and "Nombre1" not in text
    assert len([button for button in page.button if button.label == "Corregir y tomar"]) == 1


def test_an_unknown_batch_is_reported(screen: Screens, admin: Actor, call: Call) -> None:
    assert "No hay un lote «nada»" in page_text(screen("lotes", admin, lote="nada"))


def test_a_refused_batch_says_why_in_a_sentence(screen: Screens, admin: Actor, call: Call) -> None:
    add_job(admin, JobStatus.FAILED, "El lote trae *varias* tablas.", result={"status": "refused"})
    page = screen("lotes", admin)
    assert "varias" in page.error[0].value and "\\*varias\\*" in page.error[0].value
    assert "Corrija el lote y vuelva a subirlo" in page_text(page)
    assert [button.label for button in page.button] == ["Entendido"]
    page.button[0].click().run()
    assert not page.error
    assert "octubre.zip" in page_text(page) and "varias" in page_text(page)  # it stays in the list, with its reason


def add_job(admin: Actor, status: JobStatus, error: str | None = None, result: dict[str, str] | None = None) -> None:
    """A job that stopped in this state some time ago, or is running now."""
    age = timedelta(0) if status is JobStatus.RUNNING else timedelta(minutes=5)
    with database.write_session() as session:
        session.add(
            Job(
                kind="import",
                label="octubre.zip",
                arguments={"call": SLUG, "source": "/gone", "upload": None},
                status=status,
                started_by=admin.person_id,
                error=error,
                done=3,
                total=40,
                rate=0.5,
                heartbeat_at=clock.now() - age,
                result=result or {},
            )
        )


def test_a_running_import_is_shown_and_can_be_stopped(screen: Screens, admin: Actor, call: Call) -> None:
    add_job(admin, JobStatus.RUNNING)
    page = screen("lotes", admin)
    assert "Ada Administra" in page_text(page)
    (bar,) = page.get("progress")
    assert "3 de 40 postulaciones · 0.5 por segundo · queda 1 min" in bar.proto.text
    page.button[0].click().run()
    with database.read_session() as session:
        assert session.exec(select(Job.cancel_asked)).one()
    assert "Deteniendo…" in page_text(page)


def test_an_interrupted_import_shows_its_progress(screen: Screens, admin: Actor, call: Call, tmp_path: Path) -> None:
    add_job(admin, JobStatus.INTERRUPTED)
    page = screen("lotes", admin)
    assert "se interrumpió en la 3 de 40" in page.warning[0].value
    assert [button.label for button in page.button] == ["Entendido"]  # its file is gone
    with database.write_session() as session:
        job = session.exec(select(Job)).one()
        job.arguments = job.arguments | {"source": str(tmp_path)}
        session.add(job)
    page.run()
    assert [button.label for button in page.button] == ["Continuar", "Descartar"]


def test_a_complete_upload_is_offered_to_every_admin(
    screen: Screens, admin: Actor, call: Call, person: PersonFactory
) -> None:
    upload = upload_whole(admin, name="olvidado.zip")
    page = screen("lotes", person(Role.ADMIN))
    text = page_text(page)
    assert "llegó completo y no se ha importado" in text and "Lo subió Ada Administra" in text
    page.button(key=f"descartar-{upload.public_id}").click().run()
    assert not uploads.path_of(upload).exists()


def test_folders_of_the_server_are_offered_when_allowed(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not screen("lotes", admin).selectbox
    (tmp_path / "lotes" / "septiembre").mkdir(parents=True)
    monkeypatch.setenv("REVIEWER_BATCH_FOLDERS", str(tmp_path / "lotes"))
    assert screen("lotes", admin).selectbox[0].options == [str(tmp_path / "lotes" / "septiembre")]


# What the page reads ------------------------------------------------------------------------------------


def test_findings_are_counted_sorted_and_exported(admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=9)
    add_batch(call, "b", findings=2)
    groups = batch_queries.finding_counts(admin, batch="a")
    assert [(group.severity, group.count) for group in groups] == [
        (Severity.ERROR, 3),
        (Severity.CHECK, 3),
        (Severity.INFO, 3),
    ]
    lines = batch_queries.findings(admin, criteria=FindingFilter("a"))
    assert [line.finding.row for line in lines] == [3, 6, 9, 2, 5, 8, 4, 7, 10]
    assert {line.folio for line in lines} == {None, "HIS-a"}
    assert batch_queries.count_findings(admin, criteria=FindingFilter("a", Severity.CHECK, "bad_curp", "his-A")) == 1
    for query, expected in (("100 %", 9), ("script 100", 9), ("%", 0), ("_", 0), ("scr_pt", 0), ("nº 4", 1)):
        assert batch_queries.count_findings(admin, criteria=FindingFilter("a", text=query)) == expected
    csv = to_csv(batch_queries.findings_table(admin, criteria=FindingFilter("a"))).decode("utf-8-sig")
    assert csv.splitlines()[0] == "fila,folio,campo,archivo,codigo,gravedad,mensaje"
    assert len(csv.splitlines()) == 10


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_depend_on_list_length(admin: Actor, call: Call, queries: list[str], count: int) -> None:
    for number in range(count):
        add_batch(call, str(number), findings=count)
    queries.clear()
    batch_queries.batches(admin, slug=SLUG)
    batch_queries.findings(admin, criteria=FindingFilter("0"))
    assert len(queries) == 4  # two for who asks, two for what is asked


def test_only_admins_read_reports(call: Call, juror: Actor, coordinator: Actor, admin: Actor) -> None:
    add_batch(call, "a", findings=1)
    for viewer in (juror, coordinator):
        for read in (
            lambda actor: batch_queries.batches(actor, slug=SLUG),
            lambda actor: batch_queries.count_batches(actor, slug=SLUG),
            lambda actor: batch_queries.batch(actor, slug=SLUG, key="a"),
            lambda actor: batch_queries.finding_counts(actor, batch="a"),
            lambda actor: batch_queries.findings(actor, criteria=FindingFilter("a")),
            lambda actor: batch_queries.count_findings(actor, criteria=FindingFilter("a")),
            lambda actor: batch_queries.findings_table(actor, criteria=FindingFilter("a")),
        ):
            with pytest.raises(Forbidden):
                read(viewer)
    with pytest.raises(UserError):
        batch_queries.batch(admin, slug="otra", key="a")


def test_every_code_severity_and_column_has_its_words(call: Call) -> None:
    spec = call_spec.spec_of(call)
    assert set(SEVERITIES) <= set(batch_words.CODES)
    assert set(Severity) == set(batch_words.SEVERITIES) == set(batch_words.SEVERITY_EXPLANATIONS)
    assert batch_words.column_label("motivos", spec) == "Carta de motivos"
    assert batch_words.column_label("enviado_en", spec) == "Fecha de envío"

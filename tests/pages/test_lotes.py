"""Batches, as those who import see them."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer import calls, clock, database, uploads
from reviewer.access.actor import Actor
from reviewer.errors import Forbidden, Refused
from reviewer.intake import history, withheld
from reviewer.intake.findings import SEVERITIES, Severity
from reviewer.intake.history import Sought
from reviewer.models import Applicant, Application, Batch, Call, Eligibility, Finding, Job, JobStatus, Role
from reviewer.tables import to_csv
from reviewer.web.batches import words as batch_words
from tests.conftest import SLUG, PersonFactory
from tests.intake.made import folder, someone, take_in
from tests.pages.conftest import Screens, words
from tests.test_uploads import whole

NBSP = "\N{NO-BREAK SPACE}"


def add_batch(call: Call, key: str, *, status: str = "partial", findings: int = 0) -> Batch:
    """A batch with its report, one application and so many findings of three kinds."""
    rows = {"rows": 4, "created": 2, "updated": 1, "unchanged": 0, "rejected": 1}
    report = rows | {
        "documents": {"stored": 12, "refused": 1},
        "eligibility": {"eligible": 1, "ineligible": 1, "to_check": 1},
        "columns": {"Correo electrónico": "correo", "Motivos": "motivos", "<b>Notas</b>": None},
    }
    batch = Batch(
        key=key,
        call_id=call.id or 0,
        source_name=f"lote_*{key}*.zip",
        source_hash=key,
        status=status,
        report={} if status == "running" else report,
        finished_at=clock.now(),
    )
    with database.writing() as session:
        session.add(batch)
        session.flush()
        application = Application(
            call_id=call.id or 0,
            folio=f"GUI-{key}",
            eligibility=Eligibility.TO_CHECK,
            batch_id=batch.id or 0,
            row=2,
        )
        session.add(application)
        session.flush()
        for number in range(findings):
            session.add(_finding(number, batch.id or 0, application.id))
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


def tables(page: object) -> str:
    """The page's own HTML."""
    return "\n".join(each.value for each in page.get("html"))  # type: ignore[attr-defined]


def test_before_there_is_a_call_it_leads_there(screen: Screens, admin: Actor) -> None:
    assert "instale la convocatoria" in words(screen("lotes", admin))


def test_the_empty_page_says_what_to_bring(screen: Screens, admin: Actor, call: Call) -> None:
    page = screen("lotes", admin)
    said = words(page)
    assert "Todavía no ha llegado ningún lote" in said and "Exposición de motivos" in said
    assert "GUI-0001/identificacion.pdf" in tables(page)


def test_only_admins_see_it(screen: Screens, call: Call, juror: Actor, coordinator: Actor) -> None:
    add_batch(call, "secret")
    for actor in (juror, coordinator):
        page = screen("lotes", actor, lote="secret")
        assert "no es parte de su papel" in words(page) and "secret" not in words(page) + tables(page)
    page = screen("lotes", None)
    assert "secret" not in words(page)


def test_the_list_leads_to_a_report(screen: Screens, admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=3)
    add_batch(call, "b", status="complete")
    add_batch(call, "c", status="running")
    page = screen("lotes", admin)
    assert [each.label.count("lote") for each in page.button] == [1, 1, 1]
    said = words(page)
    assert (
        f"4{NBSP}filas: 2{NBSP}postulaciones nuevas, 1{NBSP}actualizada y 1{NBSP}que no se pudo tomar."
        in said
    )
    assert "No se terminó de importar" in said
    page.button(key="abrir-a").click().run()
    report = tables(page)
    assert "lote_*a*.zip" in report and "<b>12</b> guardados" in report
    assert "GUI-a" in report and "CURP mal formada" in report and "Carta nº 1.pdf" in report
    assert "<script>" not in report and "&lt;script&gt;" in report
    assert "&lt;b&gt;Notas&lt;/b&gt;" in report and "No se usó" in report
    page.button[0].click().run()
    assert "Lotes recibidos" in words(page)


def test_a_report_is_filtered_and_paged(screen: Screens, admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=130)
    page = screen("lotes", admin, lote="a")
    rows = tables(page).count('<span class="mark')
    assert rows == 50
    page.text_input[0].set_value("nº 128").run()
    assert tables(page).count('<span class="mark') == 1
    page.text_input[0].set_value("nothing at all").run()
    assert "Ninguno coincide" in words(page)
    page.text_input[0].set_value("").run()
    page.selectbox[0].set_value("not_a_pdf").run()
    assert tables(page).count("No es un PDF") == 43


@pytest.mark.usefixtures("call")
def test_rows_of_which_nothing_is_kept_are_told_beside_those_to_correct(
    screen: Screens, admin: Actor, tmp_path: Path
) -> None:
    take_in(folder(tmp_path / "lote", [someone(1)]))
    with database.writing() as session:
        withheld.mark(session, session.exec(select(Applicant)).all())
    batch = take_in(folder(tmp_path / "otro", [someone(1), someone(2, nombre="", apellidos="")])).batch
    page = screen("lotes", admin, lote=batch or "")
    said = words(page)
    assert "lo que trae no se guardó" in said and "Nombre1" not in said
    assert len([each for each in page.button if each.label == "Corregir y tomar"]) == 1


def test_a_batch_of_another_call_or_none_is_told(screen: Screens, admin: Actor, call: Call) -> None:
    assert "No hay un lote «nada»" in words(screen("lotes", admin, lote="nada"))


def test_a_refused_batch_says_why_in_a_sentence(screen: Screens, admin: Actor, call: Call) -> None:
    add_job(admin, JobStatus.FAILED, "El lote trae *varias* tablas.", result={"status": "refused"})
    page = screen("lotes", admin)
    assert "varias" in page.error[0].value and "\\*varias\\*" in page.error[0].value
    assert "Corrija el lote y vuelva a subirlo" in words(page)
    assert [each.label for each in page.button] == ["Entendido"]
    page.button[0].click().run()
    assert not page.error
    assert "octubre.zip" in words(page) and "varias" in words(page)  # it stays in the list, with its reason


def add_job(
    admin: Actor, status: JobStatus, error: str | None = None, result: dict[str, str] | None = None
) -> None:
    """A job that was left in this state some time ago, or is at work just now."""
    ago = timedelta(0) if status is JobStatus.RUNNING else timedelta(minutes=5)
    with database.writing() as session:
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
                heartbeat_at=clock.now() - ago,
                result=result or {},
            )
        )


def test_an_import_at_work_is_seen_and_can_be_stopped(screen: Screens, admin: Actor, call: Call) -> None:
    add_job(admin, JobStatus.RUNNING)
    page = screen("lotes", admin)
    assert "Ada Administra" in words(page)
    (bar,) = page.get("progress")
    assert "3 de 40 postulaciones · 0.5 por segundo · queda 1 min" in bar.proto.text
    page.button[0].click().run()
    with database.reading() as session:
        assert session.exec(select(Job.cancel_asked)).one()
    assert "Deteniendo…" in words(page)


def test_an_interrupted_one_says_how_far_it_came(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path
) -> None:
    add_job(admin, JobStatus.INTERRUPTED)
    page = screen("lotes", admin)
    assert "se interrumpió en la 3 de 40" in page.warning[0].value
    assert [each.label for each in page.button] == ["Entendido"]  # its file is gone
    with database.writing() as session:
        job = session.exec(select(Job)).one()
        job.arguments = job.arguments | {"source": str(tmp_path)}
        session.add(job)
    page.run()
    assert [each.label for each in page.button] == ["Continuar", "Descartar"]


def test_a_whole_upload_waits_for_whoever_imports(
    screen: Screens, admin: Actor, call: Call, person: PersonFactory
) -> None:
    upload = whole(admin, name="olvidado.zip")
    page = screen("lotes", person(Role.ADMIN))
    said = words(page)
    assert "llegó completo y no se ha importado" in said and "Lo subió Ada Administra" in said
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


def test_findings_are_counted_sorted_and_taken_along(admin: Actor, call: Call) -> None:
    add_batch(call, "a", findings=9)
    add_batch(call, "b", findings=2)
    groups = history.groups(admin, batch="a")
    assert [(each.severity, each.count) for each in groups] == [
        (Severity.ERROR, 3),
        (Severity.CHECK, 3),
        (Severity.INFO, 3),
    ]
    lines = history.findings(admin, sought=Sought("a"))
    assert [each.row for each in lines] == [3, 6, 9, 2, 5, 8, 4, 7, 10]
    assert {each.folio for each in lines} == {None, "GUI-a"}
    assert history.count_findings(admin, sought=Sought("a", Severity.CHECK, "bad_curp", "gui-A")) == 1
    for wild in ("%", "100 %", "nº_", "script 100"):
        found = history.count_findings(admin, sought=Sought("a", words=wild))
        assert found == (0 if wild == "nº_" else 9)
    csv = to_csv(history.findings_table(admin, sought=Sought("a"))).decode("utf-8-sig")
    assert csv.splitlines()[0] == "fila,folio,campo,archivo,codigo,gravedad,mensaje"
    assert len(csv.splitlines()) == 10


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_list_asks_no_more(admin: Actor, call: Call, queries: list[str], count: int) -> None:
    for number in range(count):
        add_batch(call, str(number), findings=count)
    queries.clear()
    history.batches(admin, call_slug=SLUG)
    history.findings(admin, sought=Sought("0"))
    assert len(queries) == 4  # two for who asks, two for what is asked


def test_only_admins_read_reports(call: Call, juror: Actor, coordinator: Actor, admin: Actor) -> None:
    add_batch(call, "a", findings=1)
    for viewer in (juror, coordinator):
        for read in (
            lambda who: history.batches(who, call_slug=SLUG),
            lambda who: history.count_batches(who, call_slug=SLUG),
            lambda who: history.batch(who, call_slug=SLUG, key="a"),
            lambda who: history.groups(who, batch="a"),
            lambda who: history.findings(who, sought=Sought("a")),
            lambda who: history.count_findings(who, sought=Sought("a")),
            lambda who: history.findings_table(who, sought=Sought("a")),
        ):
            with pytest.raises(Forbidden):
                read(viewer)
    with pytest.raises(Refused):
        history.batch(admin, call_slug="otra", key="a")


def test_every_code_severity_and_column_has_its_words(call: Call) -> None:
    spec = calls.spec_of(call)
    assert set(SEVERITIES) <= set(batch_words.CODES)
    assert set(Severity) == set(batch_words.SEVERITIES) == set(batch_words.EXPLAINED)
    assert batch_words.column("motivos", spec) == "Exposición de motivos"
    assert batch_words.column("enviado_en", spec) == "Fecha de envío"

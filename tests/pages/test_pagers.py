"""All lists with a pager keep its page and the searched words in the address."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import write_session
from reviewer.decision.ranking.service import compute
from reviewer.intake.batch import dry_runs
from reviewer.intake.batch import queries as batch_queries
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import recusals
from reviewer.jury.discussion import anchors, flags
from reviewer.jury.monitoring.coverage import CoverageFilter, CoverageOrder
from reviewer.models import Call, ConflictSuggestion, FlagKind, RequestKind, Role, require_id
from reviewer.privacy import requests as privacy_requests
from reviewer.web.screens.asignacion import conflicts, members
from reviewer.web.screens.avance import coverage
from reviewer.web.screens.cotejo import list as cotejo_list
from reviewer.web.screens.lotes import dry_run, rejected_rows, report
from reviewer.web.screens.privacidad import requests
from reviewer.web.screens.ranking import list as ranking_list
from reviewer.web.ui import pager
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.batches import folder, import_source, valid_row
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all
from tests.intake.batch.test_dry_runs import wait_for_dry_run
from tests.jury.reviews.test_queue import submit_review
from tests.pages.conftest import Screens, page_html, page_text
from tests.pages.test_bitacora import note
from tests.pages.test_lotes import add_batch
from tests.stored_rows import readers_by_folio

PAGED_SCREENS: tuple[ModuleType, ...] = (
    *(conflicts, members, coverage, cotejo_list),
    *(dry_run, rejected_rows, report, requests, ranking_list),
)
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _one_row_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists in ``reviewer.web.screens`` load a row; those of pages load all rows from the page's own on."""
    for module in PAGED_SCREENS:
        monkeypatch.setattr(module, "ROWS", 1)
    monkeypatch.setattr(conflicts, "RECUSALS", 1)
    page_offset, requested_offset = pager.page_offset, pager.requested_offset
    monkeypatch.setattr(pager, "page_offset", lambda total, _rows, *, key=pager.PAGE: page_offset(total, 1, key=key))
    monkeypatch.setattr(pager, "requested_offset", lambda _rows: requested_offset(1))


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=name) for name in ("Inés Luz", "Óscar Mata", "Rita Gil")]


def text_of(page: AppTest) -> str:
    tables = "\n".join(str(table.value.to_numpy().tolist()) for table in page.table)
    return page_text(page) + page_html(page) + tables


def assert_paged(open_page: Open, *, key: str = "hoja", reset: Open | None = None) -> None:
    """An address opens its page, a click writes the page to it, and ``reset`` returns to the first page."""
    first, second = open_page(), open_page(**{key: "2"})
    assert (first.pagination(key=key).value, second.pagination(key=key).value) == (1, 2)
    assert text_of(first) != text_of(second)
    turned = first.pagination(key=key).set_value(2).run()
    assert turned.query_params[key] == "2" and text_of(turned) == text_of(second)
    assert open_page(**{key: "999"}).pagination(key=key).value > 2
    assert "que aquí no existe" in page_text(open_page(**{key: "dos"}))
    if reset is not None:
        changed = reset(second)
        assert key not in changed.query_params and changed.pagination(key=key).value == 1


def test_people(screen: Screens, admin: Actor, jury: list[Actor]) -> None:
    assert_paged(
        lambda **query: screen("personas", admin, **query),
        reset=lambda page: page.button_group(key="papel").set_value("jurado").run(),
    )
    page = screen("personas", admin, buscar="rita", papel="jurado")
    assert "Rita Gil" in page_text(page) and "Inés" not in page_text(page) and not page.pagination


def test_the_trail(screen: Screens, admin: Actor, call: Call) -> None:
    for number in range(3):
        note(admin, "screening.decide", number, folio=f"HIS-{number:04}")
    assert_paged(
        lambda **query: screen("bitacora", admin, **query),
        reset=lambda page: page.selectbox(key="quien").set_value(admin.label).run(),
    )
    chosen = screen("bitacora", admin, quien=admin.label, que="cotejo", desde="2025-01-31")
    assert chosen.date_input[0].value == date(2025, 1, 31) and len(chosen.pagination) == 1


def test_batches_and_a_report(screen: Screens, admin: Actor, call: Call) -> None:
    for key in "abc":
        add_batch(call, key, findings=6)
    assert_paged(lambda **query: screen("lotes", admin, **query))
    assert_paged(
        lambda **query: screen("lotes", admin, lote="a", **query),
        key="hoja-hallazgos",
        reset=lambda page: page.selectbox(key="tipo").set_value("bad_curp").run(),
    )
    found = screen("lotes", admin, lote="a", gravedad="no-se-tomo", tipo="no-es-un-pdf", buscar="nº 4")
    assert "alert(4)" in page_html(found) and "alert(1)" not in page_html(found)
    back = found.button[0].click().run()
    assert back.query_params == {}


def test_rejected_rows_and_a_dry_run(
    screen: Screens, admin: Actor, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_BATCH_FOLDERS", str(tmp_path))
    source = folder(tmp_path / "lote", [valid_row(number, correo="", curp="") for number in (1, 2, 3)])
    key = dry_runs.start(admin, slug=SLUG, source=source)
    wait_for_dry_run(admin, key)
    assert_paged(
        lambda **query: screen("lotes", admin, ensayo=key, **query),
        key="hoja-ensayo",
        reset=lambda page: page.button_group(key="filas").set_value("rejected").run(),
    )
    import_source(source)
    batch = batch_queries.batches(admin, slug=SLUG)[0].key
    assert_paged(lambda **query: screen("lotes", admin, lote=batch, **query), key="hoja-filas")


def test_the_desk(screen: Screens, jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG)
    submit_review(jury[0], "HIS-0003")
    assert_paged(
        lambda **query: screen("mesa", jury[0], **query),
        reset=lambda page: page.button_group(key="estado").set_value("pendientes").run(),
    )
    assert screen("mesa", jury[0], estado="Pendientes").button_group(key="estado").value == "pendientes"
    page = screen("mesa", jury[0], estado="todas", buscar="HIS-0002")
    assert "El pozo 2" in page_text(page) and "El pozo 1" not in page_text(page)


def test_flags(screen: Screens, jury: list[Actor], coordinator: Actor, reviewing_call: Call) -> None:
    add_applications(reviewing_call, 6)
    assignment_service.assign(OPERATOR, slug=SLUG)
    for number in range(1, 7):
        where = {"slug": SLUG, "folio": f"HIS-{number:04}"}
        flags.raise_flag(jury[0], **where, kind=FlagKind.PLAGIARISM, document="", words=f"aviso {number}")
    for flag in flags.rows(coordinator, call=reviewing_call, offset=0, limit=3):
        flags.resolve(coordinator, flag_id=flag.public_id, resolution="Se vio.", withhold=False)
    assert_paged(
        lambda **query: screen("avisos", coordinator, **query),
        reset=lambda page: page.button_group(key="tipo").set_value("posible-plagio").run(),
    )
    assert_paged(lambda **query: screen("avisos", coordinator, parte="resueltos", **query), key="hoja-resueltos")


def test_compared_scores(screen: Screens, jury: list[Actor], coordinator: Actor, reviewing_call: Call) -> None:
    add_applications(reviewing_call, 3)
    anchors.choose(OPERATOR, slug=SLUG, folios=[f"HIS-{number:04}" for number in (1, 2, 3)])
    assignment_service.assign(OPERATOR, slug=SLUG)
    for number in (1, 2, 3):
        submit_review(jury[0], f"HIS-{number:04}")
    anchors.open_comparison(coordinator, slug=SLUG)
    assert_paged(lambda **query: screen("comparar", jury[0], **query))


def test_the_jury_its_conflicts_and_recusals(
    screen: Screens, jury: list[Actor], coordinator: Actor, reviewing_call: Call
) -> None:
    applications = add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    assert_paged(lambda **query: screen("asignacion", coordinator, parte="jurado", **query))
    with write_session() as session:
        for application in applications:
            session.add(
                ConflictSuggestion(
                    call_id=require_id(reviewing_call),
                    application_id=require_id(application),
                    person_id=jury[0].require_person_id(),
                    reason="domain",
                    evidence=f"apellido {application.folio}",
                )
            )
    assert_paged(lambda **query: screen("asignacion", coordinator, parte="conflictos", **query))
    for folio, readers in list(readers_by_folio().items())[:2]:
        juror = next(juror for juror in jury if juror.person_id in readers)
        recusals.declare_conflict(juror, slug=SLUG, folio=folio, kind="work", statement=f"Por {folio}")
    page = screen("asignacion", coordinator, parte="conflictos", **{"hoja-excusas": "2"})
    assert page.pagination(key="hoja-excusas").value == 2


def test_coverage(screen: Screens, jury: list[Actor], coordinator: Actor, reviewing_call: Call) -> None:
    add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    assert_paged(
        lambda **query: screen("avance", coordinator, apartado="postulaciones", **query),
        reset=lambda page: page.button_group(key="ver").set_value(CoverageFilter.SHORT).run(),
    )
    page = screen("avance", coordinator, apartado="postulaciones", ver="les-faltan-lecturas", orden="menos-lecturas")
    assert page.button_group(key="ver").value is CoverageFilter.SHORT
    assert page.selectbox(key="orden").value is CoverageOrder.LEFT


def test_screening(screen: Screens, coordinator: Actor, call: Call) -> None:
    add_applications(call, 3)
    assert_paged(
        lambda **query: screen("cotejo", coordinator, ver="lista", parte="todas", **query),
        reset=lambda page: page.text_input(key="buscar").set_value("ambar").run(),
    )


def test_privacy_requests(screen: Screens, admin: Actor, call: Call) -> None:
    for number in range(3):
        request = privacy_requests.NewRequest(
            kind=RequestKind.ACCESS,
            requester=f"Persona {number}",
            contact="",
            identity="credencial",
            wanted="",
            folios=(),
            received_on=date(2026, 1, 5),
            due_on=date(2026, 2, 5),
        )
        privacy_requests.register(admin, slug=SLUG, new_request=request)
    assert_paged(
        lambda **query: screen("privacidad", admin, **query),
        reset=lambda page: page.selectbox(key="derecho").set_value("access").run(),
    )
    page = screen("privacidad", admin, cuales="todas", derecho="acceso")
    assert len(page.pagination) == 1 and page.selectbox(key="derecho").value == "access"


def test_the_ranking(screen: Screens, jury: list[Actor], coordinator: Actor, reviewing_call: Call) -> None:
    add_applications(reviewing_call, 8)
    submit_all(reviewing_call, jury)
    compute(OPERATOR, slug=SLUG)
    second = screen("ranking", coordinator, hoja="2", buscar="El pozo")
    assert second.pagination(key="hoja").value == 2
    searched = second.text_input(key="buscar").set_value("pozo").run()
    assert searched.pagination(key="hoja").value == 1 and searched.query_params["buscar"] == "pozo"
    assert "hoja" not in searched.query_params

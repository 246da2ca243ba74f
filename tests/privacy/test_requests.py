"""Requests about personal data: registered, decided, answered, overdue; and the export of a person's data."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.models import AuditEvent, Call, RequestKind, Ruling
from reviewer.privacy import blocking, requests, retention, subject_export
from reviewer.privacy.requests import NewRequest, RequestFilter
from reviewer.privacy.retention import add_working_days, is_working_day
from reviewer.storage import documents, encryption
from reviewer.web.routes.privacy import ROUTES
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.personal_data import NOTICE, PDF, SECRET, SHARED, decided_call
from tests.pages.conftest import Screens, page_text, screen  # noqa: F401
from tests.web.asgi_client import ask, cookie


def new_request(call: Call, folios: tuple[str, ...] = ()) -> NewRequest:
    today = retention.today_of(call)
    return NewRequest(
        kind=RequestKind.CANCELLATION,
        requester=f"{SECRET} Zurbarán",
        contact="correo",
        identity="Credencial para votar",
        wanted="Que se borren",
        folios=folios,
        received_on=today,
        due_on=requests.due_date(today),
    )


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 1, 30), 1, date(2026, 2, 3)),  # over a weekend and the Monday of the Constitution
        (date(2025, 9, 15), 1, date(2025, 9, 17)),  # over 16 September
        (date(2025, 12, 24), 1, date(2025, 12, 26)),
        (date(2025, 11, 14), 20, date(2025, 12, 15)),  # over the third Monday of November
        (date(2030, 9, 30), 1, date(2030, 10, 2)),  # over a change of the federal executive
    ],
)
def test_working_days(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end and is_working_day(end)


def test_request_from_registration_to_answer(call: Call, admin: Actor) -> None:
    add_applications(call, 1)
    today = retention.today_of(call)
    with pytest.raises(UserError, match="No hay una postulación"):
        requests.register(admin, slug=SLUG, new_request=new_request(call, ("HIS-0009",)))
    with pytest.raises(UserError, match="identidad"):
        requests.register(admin, slug=SLUG, new_request=replace(new_request(call), identity=" "))
    request_id = requests.register(admin, slug=SLUG, new_request=new_request(call))
    later = today + timedelta(days=42)
    for folios, due_on, reason, refusal in (
        (("HIS-0009",), later, "x", "No hay una postulación"),
        (("HIS-0001",), later, " ", "por qué cambia el plazo"),
        (("HIS-0001",), today - timedelta(days=1), "x", "no puede terminar antes"),
    ):
        with pytest.raises(UserError, match=refusal):
            requests.amend(admin, public_id=request_id, folios=folios, due_on=due_on, reason=reason)
    requests.amend(admin, public_id=request_id, folios=("HIS-0001",), due_on=later, reason="Son muchos archivos")
    amended = requests.get_request(admin, slug=SLUG, public_id=request_id).request
    assert (amended.folios, amended.due_on, amended.due_reason) == (
        ["HIS-0001"],
        later,
        "Son muchos archivos",
    )
    with pytest.raises(UserError, match="decida"):
        requests.answer(admin, public_id=request_id, text="Oficio 1", answered_on=today)
    with pytest.raises(UserError, match="fundamento"):
        requests.rule(admin, public_id=request_id, ruling=Ruling.DENIED, ground=" ")
    requests.rule(admin, public_id=request_id, ruling=Ruling.GRANTED, ground="Procede")
    requests.answer(admin, public_id=request_id, text="Oficio 1", answered_on=today)
    with pytest.raises(UserError, match="ya se respondió"):
        requests.amend(admin, public_id=request_id, folios=(), due_on=later, reason="x")
    with pytest.raises(UserError, match="ya se respondió"):
        requests.rule(admin, public_id=request_id, ruling=Ruling.DENIED, ground="x")
    view = requests.get_request(admin, slug=SLUG, public_id=request_id)
    assert (view.ruled_by, view.answered_by, view.request.number) == (admin.name, admin.name, 1)
    with read_session() as session:
        details = [str(event.detail) for event in session.exec(select(AuditEvent))]
    assert sum("'number': 1" in detail for detail in details) == 4
    assert not any(SECRET in detail for detail in details), "the trail names nobody"


def test_overdue_requests(call: Call, admin: Actor, queries: list[str]) -> None:
    for _ in range(3):
        requests.register(admin, slug=SLUG, new_request=new_request(call))
    assert requests.count(admin, slug=SLUG, request_filter=RequestFilter.OVERDUE) == 0
    counts = []
    for limit in (1, 3):
        queries.clear()
        assert len(requests.list_requests(admin, slug=SLUG, limit=limit)) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5
    with clock.set_to(clock.now() + timedelta(days=60)):
        assert requests.count(OPERATOR, slug=SLUG, request_filter=RequestFilter.OVERDUE) == 3
        assert requests.list_requests(OPERATOR, slug=SLUG)[0].is_overdue


def read_export(content: bytes) -> tuple[dict[str, object], set[bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        names = [name for name in zipped.namelist() if name.startswith("documentos/")]
        return json.loads(zipped.read("datos.json")), {zipped.read(name) for name in names}


def test_export_before_and_after_blocking(person_factory: PersonFactory) -> None:
    case = decided_call(person_factory)
    route = f"/descargas/privacidad/persona.zip?convocatoria={SLUG}&folio={case.folio}"
    admin = person_factory("admin", name="Ada")
    for stranger in (None, case.decided.coordinator, case.decided.jury[0]):
        assert ask(ROUTES, route, headers=cookie(stranger) if stranger else {}).status == 403
    unknown_folio = ask(
        ROUTES, route.replace(case.folio, "<b>"), headers={**cookie(admin), "Sec-Fetch-Mode": "navigate"}
    )
    assert (
        unknown_folio.status == 422
        and b"folio &lt;b&gt;." in unknown_folio.body
        and b"Ir al inicio" in unknown_folio.body
    )
    before = ask(ROUTES, route, headers=cookie(admin))
    data, contents = read_export(before.body)
    text = json.dumps(data, ensure_ascii=False)
    assert before.status == 200 and contents == {PDF, SHARED}
    assert "orden general" in str(data["resultado"]) and f"{SECRET}.pdf" in text
    assert "Corrigió los datos de una postulación" in str(data["lo_que_se_hizo"])
    assert f"Nahua {SECRET}" in text and NOTICE in text and "puntajes" in text
    assert not any(juror.name in text for juror in case.decided.jury), "jurors are not named"
    assert "search_text" not in text
    until = retention.today_of(case.decided.call)
    cancellation = replace(new_request(case.decided.call, (case.folio,)), received_on=until)
    requests.rule(
        admin,
        public_id=requests.register(admin, slug=SLUG, new_request=cancellation),
        ruling=Ruling.IN_PART,
        ground="Procede",
    )
    blocking.block(admin, slug=SLUG, folios=[case.folio], ground="Solicitud 1", delete_after=until)
    assert [match.folio for match in subject_export.find(admin, slug=SLUG, text=f"{SECRET}@CORREO.example")] == [
        case.folio
    ]
    after, contents = read_export(ask(ROUTES, route, headers=cookie(admin)).body)
    assert contents == {PDF, SHARED} and SECRET in json.dumps(after)
    assert [request["sentido"] for request in after["solicitudes"]] == ["procedente en parte"]  # type: ignore[attr-defined]
    with read_session() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "privacy.export")).all()
    assert [event.object_id for event in events] == [case.folio] * 2


@pytest.fixture
def person_factory(person: PersonFactory) -> PersonFactory:
    return person


def test_export_to_file(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_applications(call, 1)
    target = tmp_path / "datos.zip"
    assert subject_export.export_to_file(OPERATOR, slug=SLUG, folio="HIS-0001", path=target) == 0
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(UserError, match="ya existe"):
        subject_export.export_to_file(OPERATOR, slug=SLUG, folio="HIS-0001", path=target)
    with pytest.raises(UserError, match="HIS-0099"):
        subject_export.export_to_file(OPERATOR, slug=SLUG, folio="HIS-0099", path=tmp_path / "otro.zip")
    with pytest.raises(UserError, match="No hay una postulación"):  # current rows have an empty successor
        subject_export.export_to_file(OPERATOR, slug=SLUG, folio="", path=tmp_path / "todos.zip")
    assert not (tmp_path / "otro.zip").exists()
    monkeypatch.setenv(encryption.KEY_VARIABLE, "no es una clave")
    monkeypatch.setattr(subject_export, "_document_names", lambda *_: [("documentos/01.pdf", "0" * 64)])
    monkeypatch.setattr(documents, "open_document", lambda _: encryption.keys())
    with pytest.raises(InfrastructureError, match="clave"):
        subject_export.export_to_file(OPERATOR, slug=SLUG, folio="HIS-0001", path=tmp_path / "medio.zip")
    assert not (tmp_path / "medio.zip").exists(), "no incomplete file is left"


def test_privacy_page(call: Call, admin: Actor, coordinator: Actor, screen: Screens) -> None:  # noqa: F811
    assert "Todavía no hay solicitudes" in page_text(screen("privacidad", admin))
    assert "no es parte de su papel" in page_text(screen("privacidad", coordinator))
    add_applications(call, 1)
    request_id = requests.register(admin, slug=SLUG, new_request=new_request(call, ("HIS-0001",)))
    page = screen("privacidad", admin, solicitud=request_id)
    assert "Por decidir" in str(page.get("badge")) or "Solicitud 1" in page_text(page)
    page.text_area[0].set_value("Procede: no hay relación vigente.").run()
    next(button for button in page.button if button.label == "Guardar la decisión").click().run()
    assert requests.get_request(admin, slug=SLUG, public_id=request_id).request.ruling is Ruling.GRANTED
    assert "Anotar la respuesta y cerrar" in [button.label for button in page.button]

"""Requests about one's data: registered, decided, answered, overdue; and one's data in one file."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer import ciphers, clock, documents
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading
from reviewer.errors import MachineFault, Refused
from reviewer.models import AuditEvent, Call, RequestKind, Ruling
from reviewer.privacy import blocking, person, requests, retention
from reviewer.privacy.requests import Arrived, Which
from reviewer.privacy.workdays import after_working_days, is_working_day
from reviewer.web.routes.privacy import ROUTES
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications
from tests.pages.conftest import Screens, screen, words  # noqa: F401
from tests.privacy.cases import PDF, SECRET, SHARED, decided_call
from tests.web.asking import ask, cookie


def arrived(call: Call, folios: tuple[str, ...] = ()) -> Arrived:
    today = retention.today_of(call)
    return Arrived(
        kind=RequestKind.CANCELLATION,
        requester=f"{SECRET} Zurbarán",
        contact="correo",
        identity="Credencial para votar",
        wanted="Que se borren",
        folios=folios,
        received_on=today,
        due_on=requests.due(today),
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
    assert after_working_days(start, count) == end and is_working_day(end)


def test_from_arrival_to_answer(call: Call, admin: Actor) -> None:
    add_applications(call, 1)
    today = retention.today_of(call)
    with pytest.raises(Refused, match="No hay una postulación"):
        requests.register(admin, call=SLUG, arrived=arrived(call, ("GUI-0009",)))
    with pytest.raises(Refused, match="identidad"):
        requests.register(admin, call=SLUG, arrived=replace(arrived(call), identity=" "))
    one = requests.register(admin, call=SLUG, arrived=arrived(call))
    later = today + timedelta(days=42)
    for folios, due_on, why, refusal in (
        (("GUI-0009",), later, "x", "No hay una postulación"),
        (("GUI-0001",), later, " ", "por qué cambia el plazo"),
        (("GUI-0001",), today - timedelta(days=1), "x", "no puede terminar antes"),
    ):
        with pytest.raises(Refused, match=refusal):
            requests.amend(admin, public_id=one, folios=folios, due_on=due_on, reason=why)
    requests.amend(admin, public_id=one, folios=("GUI-0001",), due_on=later, reason="Son muchos archivos")
    moved = requests.request(admin, call=SLUG, public_id=one).request
    assert (moved.folios, moved.due_on, moved.due_reason) == (["GUI-0001"], later, "Son muchos archivos")
    with pytest.raises(Refused, match="decida"):
        requests.answer(admin, public_id=one, words="Oficio 1", answered_on=today)
    with pytest.raises(Refused, match="fundamento"):
        requests.rule(admin, public_id=one, ruling=Ruling.DENIED, ground=" ")
    requests.rule(admin, public_id=one, ruling=Ruling.GRANTED, ground="Procede")
    requests.answer(admin, public_id=one, words="Oficio 1", answered_on=today)
    with pytest.raises(Refused, match="ya se respondió"):
        requests.amend(admin, public_id=one, folios=(), due_on=later, reason="x")
    with pytest.raises(Refused, match="ya se respondió"):
        requests.rule(admin, public_id=one, ruling=Ruling.DENIED, ground="x")
    view = requests.request(admin, call=SLUG, public_id=one)
    assert (view.ruled_by, view.answered_by, view.request.number) == (admin.name, admin.name, 1)
    with reading() as session:
        said = [str(each.detail) for each in session.exec(select(AuditEvent))]
    assert sum("'number': 1" in each for each in said) == 4
    assert not any(SECRET in each for each in said), "the trail names nobody"


def test_what_is_overdue(call: Call, admin: Actor, queries: list[str]) -> None:
    for _ in range(3):
        requests.register(admin, call=SLUG, arrived=arrived(call))
    assert requests.count(admin, call=SLUG, which=Which.OVERDUE) == 0
    counts = []
    for limit in (1, 3):
        queries.clear()
        assert len(requests.requests(admin, call=SLUG, limit=limit)) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5
    with clock.set_to(clock.now() + timedelta(days=60)):
        assert requests.count(OPERATOR, call=SLUG, which=Which.OVERDUE) == 3
        assert requests.requests(OPERATOR, call=SLUG)[0].is_overdue


def read(content: bytes) -> tuple[dict[str, object], set[bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        names = [each for each in zipped.namelist() if each.startswith("documentos/")]
        return json.loads(zipped.read("datos.json")), {zipped.read(each) for each in names}


def test_her_data_in_one_file_before_and_after_blocking(person_made: PersonFactory) -> None:
    case = decided_call(person_made)
    route = f"/descargas/privacidad/persona.zip?convocatoria={SLUG}&folio={case.hers}"
    admin = person_made("admin", name="Ada")
    for stranger in (None, case.decided.coordinator, case.decided.jury[0]):
        assert ask(ROUTES, route, headers=cookie(stranger) if stranger else {}).status == 403
    lost = ask(
        ROUTES, route.replace(case.hers, "<b>"), headers={**cookie(admin), "Sec-Fetch-Mode": "navigate"}
    )
    assert lost.status == 422 and b"folio &lt;b&gt;." in lost.body and b"Ir al inicio" in lost.body
    before = ask(ROUTES, route, headers=cookie(admin))
    data, papers = read(before.body)
    told = json.dumps(data, ensure_ascii=False)
    assert before.status == 200 and papers == {PDF, SHARED}
    assert "orden general" in str(data["resultado"]) and f"{SECRET}.pdf" in told
    assert "Corrigió los datos de una postulación" in str(data["lo_que_se_hizo"])
    assert f"Nahua {SECRET}" in told and "2025-09-03" in told and "puntajes" in told
    assert not any(each.name in told for each in case.decided.jury), "who scored her is not hers to know"
    until = retention.today_of(case.decided.call)
    asked = replace(arrived(case.decided.call, (case.hers,)), received_on=until)
    requests.rule(
        admin,
        public_id=requests.register(admin, call=SLUG, arrived=asked),
        ruling=Ruling.IN_PART,
        ground="Procede",
    )
    blocking.block(admin, call=SLUG, folios=[case.hers], ground="Solicitud 1", delete_after=until)
    assert [each.folio for each in person.find(admin, call=SLUG, words=f"{SECRET}@CORREO.example")] == [
        case.hers
    ]
    after, papers = read(ask(ROUTES, route, headers=cookie(admin)).body)
    assert papers == {PDF, SHARED} and SECRET in json.dumps(after)
    assert [each["sentido"] for each in after["solicitudes"]] == ["procedente en parte"]  # type: ignore[attr-defined]
    with reading() as session:
        made = session.exec(select(AuditEvent).where(AuditEvent.action == "privacy.export")).all()
    assert [each.object_id for each in made] == [case.hers] * 2


@pytest.fixture
def person_made(person: PersonFactory) -> PersonFactory:
    return person


def test_the_command_writes_the_same_file(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_applications(call, 1)
    target = tmp_path / "datos.zip"
    assert person.export_to(OPERATOR, call=SLUG, folio="GUI-0001", path=target) == 0
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(Refused, match="ya existe"):
        person.export_to(OPERATOR, call=SLUG, folio="GUI-0001", path=target)
    with pytest.raises(Refused, match="GUI-0099"):
        person.export_to(OPERATOR, call=SLUG, folio="GUI-0099", path=tmp_path / "otro.zip")
    with pytest.raises(
        Refused, match="No hay una postulación"
    ):  # what every row that stands has as its successor
        person.export_to(OPERATOR, call=SLUG, folio="", path=tmp_path / "todos.zip")
    assert not (tmp_path / "otro.zip").exists()
    monkeypatch.setenv(ciphers.VARIABLE, "no es una clave")
    monkeypatch.setattr(person, "_papers", lambda *_: [("documentos/01.pdf", "0" * 64)])
    monkeypatch.setattr(documents, "open_document", lambda _: ciphers.keys())
    with pytest.raises(MachineFault, match="clave"):
        person.export_to(OPERATOR, call=SLUG, folio="GUI-0001", path=tmp_path / "medio.zip")
    assert not (tmp_path / "medio.zip").exists(), "nothing half written lies about"


def test_the_page(call: Call, admin: Actor, coordinator: Actor, screen: Screens) -> None:  # noqa: F811
    assert "Todavía no hay solicitudes" in words(screen("privacidad", admin))
    assert "no es parte de su papel" in words(screen("privacidad", coordinator))
    add_applications(call, 1)
    one = requests.register(admin, call=SLUG, arrived=arrived(call, ("GUI-0001",)))
    page = screen("privacidad", admin, solicitud=one)
    assert "Por decidir" in str(page.get("badge")) or "Solicitud 1" in words(page)
    page.text_area[0].set_value("Procede: no hay relación vigente.").run()
    next(each for each in page.button if each.label == "Guardar la decisión").click().run()
    assert requests.request(admin, call=SLUG, public_id=one).request.ruling is Ruling.GRANTED
    assert "Anotar la respuesta y cerrar" in [each.label for each in page.button]

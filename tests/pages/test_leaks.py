"""Every page, route, table and search as every role, over data that could leak: a blind applicant's name in
every form, another juror's application and private words, a document that is never the jury's.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.database import read_session, write_session
from reviewer.core.paths import ROOT
from reviewer.core.text import fold_solid
from reviewer.export import bundle
from reviewer.jury.discussion import comments
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.page_notes import Pin, set_pin
from reviewer.models import Applicant, Application, BatchRow, Call, Document, NoteKind, Phase, Role
from reviewer.web.routes import ROUTES
from reviewer.web.routes.downloads import TABLES
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.pages.conftest import Screens
from tests.web.asgi_client import Answer, ask, cookie

FIRST, LAST = "Xitlali Quiahua", "Tzompantzi de la Huerta"
FORMS = (
    "Soy Xitlali Tzompantzi\nde la Huerta; XITLALI QUIAHUA; Tzom-\npantzi; X i t l a l i;\nxitlalitzompantzi",
    "xitla.tz@correo.example\n+52 (55) 9876-1234\nTOHX900101MDFMRT03\nTOHX900101AB2",
    "Cerrada Ixtlixóchitl 77,\ncol. Ajusco Huayamil-\npas, C. P. 04390",
)
# Folded, without blanks: what must not stand in anything that a juror receives.
IDENTITY = (
    "xitla",
    "quiahua",
    "tzompan",
    "huerta",
    "98761234",
    "tohx9001",
    "ixtlixochitl",
    "huayamil",
    "04390",
)
ALIEN, PRIVATE, COMMENT, HIDDEN = "TITULOAJENO", "NOTAAJENA", "COMENTARIOAJENO", "CREDENCIALOCULTA"
SCREENS = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))

pytestmark = pytest.mark.usefixtures("pdf_pool_ends")


def letter(pages: tuple[str, ...]) -> bytes:
    """A PDF that names its author in its metadata as well."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pages_pdf(pages))))
    writer.add_metadata({"/Author": f"{FIRST} {LAST}", "/Title": "Carta de Xitlali"})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.fixture
def other(person: PersonFactory) -> Actor:
    return person(Role.JURY, name="Otilia Otra")


@pytest.fixture
def mine(reviewing_call: Call, juror: Actor, other: Actor) -> Application:
    """What the juror reads; the other juror reads it too and has written private words about it."""
    shared_application = add_application(reviewing_call, "HIS-0001", first_names=FIRST, surnames=LAST)
    with write_session() as session:
        applicant = session.get_one(Applicant, shared_application.id)
        applicant.email, applicant.phone = "xitla.tz@correo.example", "55 9876 1234"
        applicant.curp, applicant.postal_code = "TOHX900101MDFMRT03", "04390"
        applicant.colonia = "Ajusco Huayamilpas"
        application = session.get_one(Application, shared_application.id)
        application.project_title = "La casa de XITLALI"
        application.synopsis = "Tzompantzi vuelve a Ajusco\nHuayamilpas. Escriba a xitla.tz@correo.example"
        raw = {"Calle y número": "Cerrada Ixtlixóchitl 77", "Nombre": FIRST}
        row = BatchRow(
            batch_id=shared_application.batch_id,
            row=1,
            raw=raw,
            outcome="created",
            application_id=shared_application.id,
        )
        session.add_all([applicant, application, row])
    document = add_document(shared_application, "motivos", letter(FORMS), pages=len(FORMS))
    with write_session() as session:
        document.original_name = "Xitlali Tzompantzi - TOHX900101MDFMRT03.pdf"
        session.add(document)
    add_document(shared_application, "identificacion", letter((HIDDEN,)), pages=1)
    for reader in (juror, other):
        assign(shared_application, reader)
    target = {"slug": SLUG, "folio": "HIS-0001"}
    reviews_service.set_score(other, **target, criterion="dibujo", value=1, version=0)
    reviews_service.set_note(other, **target, kind=NoteKind.PRIVATE, text=PRIVATE, version=0)
    reviews_service.set_note(other, **target, kind=NoteKind.COMMITTEE, text=COMMENT, version=0)
    for shared in (True, False):
        pin = Pin(document.public_id, 1, 0, 0, "", shared, PRIVATE)
        set_pin(other, **target, key=f"marca-{shared}".lower(), pin=pin, version=0)
    return shared_application


@pytest.fixture
def alien(reviewing_call: Call, other: Actor, mine: Application) -> Application:
    """A document that only the other juror may read."""
    other_application = add_application(reviewing_call, "HIS-0002", first_names="Nadie", surnames="Nadie")
    with write_session() as session:
        application = session.get_one(Application, other_application.id)
        application.project_title = ALIEN
        session.add(application)
    add_document(other_application, "motivos", letter((ALIEN,)), pages=1)
    assign(other_application, other)
    return other_application


def leaks(text: str, terms: tuple[str, ...]) -> list[str]:
    normalised = fold_solid(text)
    return [word for word in terms if fold_solid(word) in normalised]


def page_payload(test: AppTest) -> str:
    """Returns all that a page sent to the browser, with the data of our components."""
    parts: list[str] = []
    waiting: list[Any] = list(test._tree.children.values())
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        data = getattr(proto, "json", "") or getattr(getattr(proto, "mixed", None), "json", "")
        parts.append(json.dumps(json.loads(data), ensure_ascii=False) if isinstance(data, str) and data else "")
        parts.append(proto.SerializeToString().decode(errors="replace"))
    return "\n".join(parts)


def as_text(answer: Answer) -> str:
    return answer.body.decode(errors="replace") + json.dumps(answer.headers)


@pytest.mark.usefixtures("mine", "alien")
@pytest.mark.parametrize("role", list(Role))
def test_no_page_leaks(screen: Screens, juror: Actor, coordinator: Actor, admin: Actor, role: Role) -> None:
    actor = {Role.JURY: juror, Role.COORDINATOR: coordinator, Role.ADMIN: admin}[role]
    forbidden = (PRIVATE, HIDDEN) + ((*IDENTITY, ALIEN, COMMENT) if role is Role.JURY else ())
    test = screen("ayuda", actor)
    for address in SCREENS:
        test.switch_page(str(ROOT / "pages" / f"{address}.py"))
        test.query_params["folio"] = "HIS-0001"
        test.run()
        assert not test.exception, address
        assert test.get("bidi_component") or address != "revisar" or role is not Role.JURY
        assert leaks(page_payload(test), forbidden) == [], address


@pytest.mark.usefixtures("alien")
def test_deliberation_does_not_name_the_applicant(
    screen: Screens, juror: Actor, other: Actor, coordinator: Actor, mine: Application
) -> None:
    """The other jurors' scores and messages are shown now; who applied is not."""
    target = {"slug": SLUG, "folio": "HIS-0001"}
    for reader in (juror, other):
        for criterion in CRITERIA:
            version = int(reader is other and criterion == "dibujo")
            reviews_service.set_score(reader, **target, criterion=criterion, value=3, version=version)
    reviews_service.set_note(other, **target, kind=NoteKind.COMMITTEE, text=f"{COMMENT}: {' '.join(FORMS)}", version=1)
    for reader in (juror, other):
        versions = {key: item.version for key, item in reviews_service.read_review(reader, **target).scores.items()}
        reviews_service.submit(reader, **target, versions=versions)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    question = f"¿Y {FIRST}, de {FORMS[2]}?"
    comments.post_message(coordinator, slug=SLUG, folio="HIS-0001", key="clave-01", text=question)
    discussion = "\n".join(remark.text for remark in comments.discussion(juror, **target))
    assert leaks(discussion, (COMMENT,)) and leaks(discussion, (*IDENTITY, HIDDEN)) == []
    test = screen("comparar", juror)
    assert leaks(page_payload(test), ("HIS-0001", "Otilia Otra")) == ["HIS-0001", "Otilia Otra"]
    for address in ("comparar", "revisar", "mesa", "conflictos", "avisos", "deliberacion", "postulacion"):
        test.switch_page(str(ROOT / "pages" / f"{address}.py"))
        test.query_params["folio"] = "HIS-0001"
        test.run()
        assert leaks(page_payload(test), (*IDENTITY, ALIEN, HIDDEN)) == [], address
    for address in addresses():
        answer = ask(ROUTES, address, headers=cookie(juror))
        assert leaks(as_text(answer), (*IDENTITY, ALIEN, HIDDEN)) == [], address


def test_the_leak_probe_finds_visible_text(screen: Screens, other: Actor, alien: Application) -> None:
    """Checks that the test above can fail: the authors of these texts do see them."""
    payload = page_payload(screen("revisar", other, folio="HIS-0001"))
    assert leaks(payload, (PRIVATE,)) == [PRIVATE]
    assert leaks(page_payload(screen("mesa", other)), (ALIEN,)) == [ALIEN]
    assert leaks("".join(FORMS), IDENTITY) == list(IDENTITY)


@pytest.mark.usefixtures("alien")
def test_no_search_or_folio_finds_hidden_data(
    screen: Screens, reviewing_call: Call, juror: Actor, mine: Application
) -> None:
    for query in ("xitlali", "XITLALI", "tzompantzi", ALIEN, "HIS-0002", "correo"):
        assert queue.search(juror, call=reviewing_call, words=query) == []
    assert [row.folio for row in queue.search(juror, call=reviewing_call, words="la casa")] == ["HIS-0001"]
    assert not leaks(page_payload(screen("revisar", juror, folio="HIS-0002")), (ALIEN,))


def addresses() -> list[str]:
    """Returns all our GET addresses, for every document, folio and table."""
    with read_session() as session:
        documents = session.exec(select(Document)).all()
    paths = [f"/documentos/{document.public_id}/texto/{page}" for document in documents for page in (1, 2, 3)]
    paths += [f"/documentos/{document.public_id}/paginas/1.webp?ancho=600" for document in documents]
    paths += [f"/dictamenes/{SLUG}/HIS-000{number}" for number in (1, 2, 3)]
    return paths + [f"/descargas/{name}.csv?convocatoria={SLUG}&call={SLUG}" for name in TABLES]


@pytest.mark.usefixtures("mine", "alien")
def test_no_route_leaks(juror: Actor, coordinator: Actor, admin: Actor) -> None:
    forbidden = {
        juror: (*IDENTITY, ALIEN, PRIVATE, COMMENT, HIDDEN),
        coordinator: (PRIVATE,),
        admin: (PRIVATE,),
    }
    for actor, terms in forbidden.items():
        headers = cookie(actor)
        for address in addresses():
            answer = ask(ROUTES, address, headers=headers)
            assert leaks(as_text(answer), terms) == [], (actor.role, address)
    for address in addresses():
        answer = ask(ROUTES, address)
        assert answer.status in (401, 403), address
        assert leaks(as_text(answer), (*IDENTITY, ALIEN, PRIVATE, COMMENT)) == []


@pytest.mark.usefixtures("alien")
def test_page_images_have_no_metadata(mine: Application, juror: Actor) -> None:
    with read_session() as session:
        query = select(Document).where(Document.application_id == mine.id, Document.kind == "motivos")
        motives = session.exec(query).one()
    address = f"/documentos/{motives.public_id}/paginas/1.webp?ancho=600"
    answer = ask(ROUTES, address, headers=cookie(juror))
    image = Image.open(io.BytesIO(answer.body))
    assert image.format == "WEBP" and set(image.info) <= {"loop", "background", "timestamp", "duration"}
    assert leaks(answer.body.decode("latin-1"), IDENTITY) == []


@pytest.mark.usefixtures("mine", "alien")
def test_exports_contain_no_private_notes(tmp_path: Path) -> None:
    for path in bundle.export(OPERATOR, slug=SLUG, folder=tmp_path / "salida"):
        if path.suffix == ".csv":
            assert leaks(path.read_text(encoding="utf-8-sig"), (PRIVATE,)) == [], path.name

"""Decisions and evidence of the screening page over HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.access.actor import Actor
from reviewer.models import Call, Verdict
from reviewer.screening import cases, decisions
from reviewer.web.routes.downloads import ROUTES as DOWNLOADS
from reviewer.web.routes.screening import ROUTES
from tests.calls import SLUG, SPEC
from tests.factories.batches import folder, import_source, valid_row
from tests.factories.pdfs import pages_pdf
from tests.web.asgi_client import Answer, answer_to, cookie

OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/json"}


@pytest.fixture
def screened(call: Call, tmp_path: Path) -> None:
    """One applicant identified by documents; another has an odd telephone and lives outside the city."""
    card, bill = (
        "INSTITUTO\nPeña Ríos\nEva Luz\nNacimiento 02/05/1990",
        "Recibo de EVA LUZ PEÑA RÍOS\nC.P. 06000",
    )
    files = {"identificacion-1.pdf": pages_pdf(["portada", card]), "domicilio-1.pdf": pages_pdf([bill])}
    rows = [
        valid_row(1, telefono="12", nombre="Eva Luz", apellidos="Peña Ríos"),
        valid_row(2, telefono="12", alcaldia="Ecatepec", codigo_postal="55000"),
    ]
    import_source(folder(tmp_path / "lote", rows, {f"docs/{name}": content for name, content in files.items()}))


def ask(actor: Actor | None, address: str, body: dict[str, Any] | None = None, **headers: str) -> Answer:
    """Sends a request as this person."""
    sent = {**(OWN_PAGE if body is not None else {}), **headers}
    if actor:
        sent |= cookie(actor)
    return asyncio.run(
        answer_to(
            ROUTES,
            f"/cotejo/{SLUG}/{address}",
            method="GET" if body is None else "POST",
            headers=sent,
            body=json.dumps(body or {}).encode(),
        )
    )


def body(actor: Actor, folio: str, verdict: str = "eligible", **changed: str) -> dict[str, Any]:
    """Returns the body that the page posts."""
    seen_digest = cases.read_case(actor, slug=SLUG, folio=folio).seen
    return {"verdict": verdict, "reason": "Visto", "seen": seen_digest, "part": "pendientes"} | changed


@pytest.mark.usefixtures("screened")
def test_what_papers_say_and_where(coordinator: Actor) -> None:
    evidence = json.loads(ask(coordinator, "HIS-0001/hallazgos").body)
    assert evidence["facts"]["nombre"]["sign"] == "found" and len(evidence["facts"]["nombre"]["places"]) == 2
    assert evidence["facts"]["nombre"]["places"][0]["page"] == 2
    [birth] = evidence["facts"]["fecha_nacimiento"]["places"]
    assert birth["page"] == 2 and all(0 < coordinate < 1 for coordinate in birth["boxes"][0])
    assert (evidence["facts"]["codigo_postal"]["sign"], evidence["facts"]["codigo_postal"]["other"]) == (
        "other",
        "06000",
    )
    assert evidence["silent"] == [] and SPEC.documents[0].label in evidence["labels"].values()
    evidence = json.loads(ask(coordinator, "HIS-0002/hallazgos").body)
    assert evidence["labels"] == {}


@pytest.mark.usefixtures("screened")
def test_strangers_and_jurors_learn_and_change_nothing(juror: Actor, coordinator: Actor) -> None:
    sent = body(coordinator, "HIS-0001")
    for actor, status in ((None, 401), (juror, 403)):
        assert ask(actor, "HIS-0001/hallazgos").status == status
        assert ask(actor, "HIS-0001/decision", sent).status == status
        assert ask(actor, "HIS-0001/deshacer", {}).status == status
    assert ask(coordinator, "HIS-0001/decision", sent, **{"sec-fetch-site": "cross-site"}).status == 403
    assert cases.read_case(coordinator, slug=SLUG, folio="HIS-0001").decisions == ()


@pytest.mark.usefixtures("screened")
def test_a_decision_leads_on_and_is_made_once(coordinator: Actor, admin: Actor) -> None:
    sent = body(coordinator, "HIS-0001")
    for _ in range(2):
        answer = ask(coordinator, "HIS-0001/decision", sent)
        assert (answer.status, json.loads(answer.body)) == (200, {"next": None})
    assert len(cases.read_case(admin, slug=SLUG, folio="HIS-0001").decisions) == 1
    assert ask(admin, "HIS-0001/decision", sent | {"verdict": "ineligible"}).status == 409
    assert ask(admin, "HIS-0001/deshacer", {}).status == 422
    assert json.loads(ask(coordinator, "HIS-0001/deshacer", {}).body) == {"next": "HIS-0001"}
    for wrong in ({"verdict": "queen"}, {"reason": " "}, {"reason": "x" * 3000}, {"more": "x"}):
        assert ask(coordinator, "HIS-0001/decision", body(coordinator, "HIS-0001", **wrong)).status == 422
    assert ask(coordinator, "HIS-0099/decision", sent).status == 422


@pytest.mark.usefixtures("screened")
def test_the_letters_of_refusal_bear_their_reasons(coordinator: Actor, juror: Actor) -> None:
    decisions.decide(coordinator, slug=SLUG, folio="HIS-0001", verdict=Verdict.INELIGIBLE, reason="=No vive")
    address = f"/descargas/no-elegibles.csv?convocatoria={SLUG}"

    def download(actor: Actor) -> Answer:
        return asyncio.run(answer_to(DOWNLOADS, address, headers=cookie(actor)))

    assert download(juror).status == 403
    lines = download(coordinator).body.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("HIS-0001") and lines[1].endswith(",'=No vive")
    assert "No vive en la Ciudad de México (Ecatepec)." in lines[2] and "Falta" in lines[2]

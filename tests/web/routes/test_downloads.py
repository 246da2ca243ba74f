"""CSV over HTTP: permissions, and the audit event of every download."""

import csv
import io

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.models import AuditEvent, Call
from reviewer.web.routes.downloads import ROUTES
from tests.calls import SLUG
from tests.web.asgi_client import Answer, ask, cookie


def get(name: str, viewer: Actor | None, query: str = f"convocatoria={SLUG}") -> Answer:
    return ask(ROUTES, f"/descargas/{name}.csv?{query}", headers=cookie(viewer) if viewer else {})


def events() -> list[AuditEvent]:
    with read_session() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == "table.download")))


def test_a_coordinator_takes_the_progress_along(call: Call, coordinator: Actor) -> None:
    answer = get("avance", coordinator, f"convocatoria={SLUG}&sobre=Olga+Secreta&q={'x' * 900}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="avance.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert next(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))[0] == "Persona"
    (event,) = events()
    assert (event.actor, event.object_id) == (f"person:{coordinator.person_id}", "avance")
    assert event.detail == {"convocatoria": SLUG, "rows": 0}  # nothing of what was typed freely


@pytest.mark.parametrize("name", ["avance", "otra"])
def test_strangers_and_others_get_nothing(call: Call, juror: Actor, admin: Actor, name: str) -> None:
    answer = get(name, None)
    assert answer.status == 403 and "Entre con su correo" in answer.body.decode()
    for stranger in (juror, admin):
        assert get(name, stranger).status == (404 if name == "otra" else 403)
    assert not events()

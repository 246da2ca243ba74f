"""``/salud`` and ``/metricas``: they name failed checks, and nothing more to strangers."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.middleware import Middleware
from starlette.routing import Mount

from reviewer.access.actor import OPERATOR
from reviewer.backup.create import back_up
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.models import Job, JobStatus
from reviewer.web.routes import health
from reviewer.web.server import pdf_pool
from reviewer.web.server.gateway import Gateway
from reviewer.web.server.metrics import RequestMetrics
from tests.web.asgi_client import Answer, ask

TOKEN = {"authorization": "Bearer a token"}
ROUTES = [Mount("/", routes=health.ROUTES, middleware=[Middleware(RequestMetrics), Gateway.as_middleware()])]

pytestmark = pytest.mark.usefixtures("pdf_pool_ends")


def ask_uncached(address: str, monkeypatch: pytest.MonkeyPatch, **headers: str) -> Answer:
    monkeypatch.setattr(health, "_last", (float("-inf"), []))
    return ask(ROUTES, address, headers=headers)


def failing_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    answer = ask_uncached("/salud", monkeypatch)
    body = json.loads(answer.body)
    assert (answer.status, body["status"]) in ((200, "ok"), (503, "failing"))
    return list(body.get("failing", []))


def test_failed_checks_are_named(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failing_checks(monkeypatch) == []
    (installation / "in the way").write_text("a file, not a folder")
    with monkeypatch.context() as patch:
        patch.setenv("REVIEWER_DOCUMENTS_URL", "s3://no-such/bucket")
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        patch.setenv("AWS_ACCESS_KEY_ID", "secret-id")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
        assert failing_checks(monkeypatch) == ["documents"]
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=400_000_000))
        assert failing_checks(monkeypatch) == ["disk"]
    with monkeypatch.context() as patch:
        patch.setenv("REVIEWER_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:9/none")
        answer = ask_uncached("/salud", monkeypatch)
        assert (answer.status, json.loads(answer.body)["failing"]) == (503, ["database"])
        assert b"secret" not in answer.body and b"127.0.0.1" not in answer.body
        assert ask(ROUTES, "/salud/viva").status == 200
    pdf_pool.pdf_workers().__exit__(None, None, None)
    assert failing_checks(monkeypatch) == ["workers"]
    pdf_pool.shut_down()
    assert failing_checks(monkeypatch) == []


def test_frequent_requests_reuse_the_answer(
    installation: Path, monkeypatch: pytest.MonkeyPatch, queries: list[str]
) -> None:
    assert failing_checks(monkeypatch) == []
    queries.clear()
    assert ask(ROUTES, "/salud").status == 200 and queries == []


def test_metrics_require_the_token(installation: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert ask(ROUTES, "/metricas").status == 404
    monkeypatch.setenv("REVIEWER_METRICS_TOKEN", "a token")
    assert ask(ROUTES, "/metricas").status == 404
    with clock.set_to(clock.now() - timedelta(hours=2)):
        back_up(OPERATOR, path=tmp_path / "todo.zip")
    with write_session() as session:
        session.add(Job(kind="import", label="lote.zip", status=JobStatus.FAILED, arguments={}))
    text = ask(ROUTES, "/metricas", headers=TOKEN).body.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values['dictamen_healthy{check="database"}'] == "1.0"
    assert values['dictamen_jobs{kind="import",state="failed"}'] == "1.0"
    assert 7200 <= float(values["dictamen_last_backup_age_seconds"]) < 7260
    assert float(values['dictamen_requests_total{part="other",status="404"}']) >= 2
    assert values["dictamen_documents"] == "0.0" and float(values["dictamen_free_bytes"]) > 0
    assert float(values["process_resident_memory_bytes"]) > 0

"""Metrics of this process and of the installation, in the format of Prometheus."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewer.access.actor import OPERATOR
from reviewer.core import clock
from reviewer.core.errors import InfrastructureError
from reviewer.operations import health
from reviewer.operations import status as operations_status
from reviewer.web.server import pdf_pool

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
# Addresses contain folios and ids, so only their first part is a label.
PATH_PARTS = frozenset(
    ["cargas", "descargas", "documentos", "salud", "sesion", "salir", "_stcore", "media", "postulaciones"]
)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
_requests = Counter("dictamen_requests", "Answers over HTTP.", ("part", "status"), registry=registry)
_seconds = Histogram(
    "dictamen_request_seconds",
    "From a request to the beginning of its answer.",
    ("part",),
    buckets=BUCKETS,
    registry=registry,
)


class RequestMetrics:
    """Counts the answers and measures how long they take to begin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, part = time.perf_counter(), _part_of(scope["path"])

        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                _requests.labels(part, str(message["status"])).inc()
                _seconds.labels(part).observe(time.perf_counter() - begun)
            await send(message)

        await self.app(scope, receive, send_and_count)


class _InstallationCollector:
    """Metrics that are the same in every process, computed when they are read."""

    def collect(self) -> Iterator[Metric]:
        """Yields the metrics; only the checks where the database is unavailable."""
        broken = health.failing_checks({"workers": pdf_pool.is_healthy})
        up = GaugeMetricFamily("dictamen_healthy", "1 where the check passes.", labels=["check"])
        for name in ("database", "documents", "disk", "workers"):
            up.add_metric([name], float(name not in broken))
        yield up
        yield GaugeMetricFamily("dictamen_free_bytes", "Room where there is least.", value=health.free_space())
        yield GaugeMetricFamily(
            "dictamen_drawing_queue",
            "Tasks that the PDF workers have not ended.",
            value=pdf_pool.pending_tasks(),
        )
        try:
            yield from _installation_metrics(operations_status.installation_status(OPERATOR))
        except InfrastructureError:
            return


def _installation_metrics(status: operations_status.InstallationStatus) -> Iterator[Metric]:
    for name, description, value in (
        ("database_bytes", "Size of the database.", status.database_size),
        ("documents", "Documents that are kept.", status.documents),
        ("documents_bytes", "Their size.", status.documents_size),
        ("people_logged_in", "People with an open session.", status.sessions),
        ("failed_logins", "Failed log-ins of the last quarter of an hour.", status.failed_logins),
        (
            "slowed_logins",
            "E-mails and addresses that have to wait.",
            status.slowed_emails + status.slowed_addresses,
        ),
    ):
        yield GaugeMetricFamily(f"dictamen_{name}", description, value=value)
    if status.last_backup is not None:
        age = (clock.now() - status.last_backup.at).total_seconds()
        yield GaugeMetricFamily("dictamen_last_backup_age_seconds", "Age of the last backup.", value=age)
    jobs = GaugeMetricFamily("dictamen_jobs", "Jobs by kind and state.", labels=["kind", "state"])
    for (kind, state), count in operations_status.count_jobs(OPERATOR).items():
        jobs.add_metric([kind, state], count)
    yield jobs


def text() -> bytes:
    """Returns all metrics in Prometheus's text format."""
    return generate_latest(registry)


def _part_of(path: str) -> str:
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in PATH_PARTS else "other"


registry.register(_InstallationCollector())

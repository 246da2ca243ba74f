"""The lists for running a jury take the same number of queries for few rows as for many."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock, database
from reviewer.jury.assignment import manual, members, withdrawal
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment.manual import Change
from reviewer.jury.conflicts import advance, declarations, recusals
from reviewer.jury.discussion import anchors
from reviewer.jury.monitoring import closing, coverage, document_scan, progress, reminders
from reviewer.jury.monitoring.coverage import CoverageFilter
from reviewer.jury.reviews import deadline, queue
from reviewer.models import Call, Extension, Role, require_id
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.stored_rows import readers_by_folio

Read = Callable[[Actor, Actor], object]
LISTS: dict[str, Read] = {
    "anclas": lambda viewer, _: anchors.list_anchors(viewer, slug=SLUG),
    "reparto": lambda viewer, _: assignment_service.assignment_summary(viewer, slug=SLUG),
    "vista previa": lambda viewer, _: assignment_service.preview(viewer, slug=SLUG),
    "emparejar": lambda viewer, _: assignment_service.preview_level_loads(viewer, slug=SLUG),
    "más lecturas": lambda viewer, _: assignment_service.preview_additional(viewer, slug=SLUG, folios=["HIS-0001"]),
    "a mano": lambda viewer, juror: manual.preview_change(
        viewer, slug=SLUG, change=Change(("HIS-0001",), juror.person_id, None)
    ),
    "lo suyo": lambda viewer, juror: manual.pending_folios(viewer, slug=SLUG, person_id=juror.require_person_id()),
    "excusas": lambda viewer, _: recusals.list_recusals(viewer, slug=SLUG),
    "prórrogas": lambda viewer, _: deadline.active_extensions(viewer, slug=SLUG),
    "salida": lambda viewer, juror: withdrawal.preview_withdrawal(
        viewer, slug=SLUG, person_id=juror.require_person_id(), hand_on_begun=True
    ),
    "jurado": lambda viewer, _: members.list_members(viewer, slug=SLUG),
    "avance": lambda viewer, _: progress.jury_progress(viewer, slug=SLUG),
    "tabla de avance": lambda viewer, _: progress.progress_table(viewer, slug=SLUG),
    "lecturas": lambda viewer, _: coverage.coverage_table(viewer, slug=SLUG, show=CoverageFilter.ALL),
    "quién lee": lambda viewer, _: closing.list_readers(viewer, slug=SLUG, folio="HIS-0001"),
    "cierre": lambda viewer, _: closing.preview_closing(viewer, slug=SLUG),
    "enviados": lambda viewer, _: reminders.last_sent(viewer, slug=SLUG),
    "documentos": lambda viewer, _: document_scan.count_pending(viewer, slug=SLUG),
    "declarado": lambda _, juror: declarations.list_declarations(juror, slug=SLUG),
    "búsqueda": lambda _, juror: queue.search(juror, call=spec.get_call(SLUG), words="pozo"),
}


def add_everything(call: Call, person: PersonFactory, start: int, count: int) -> Actor:
    """Adds rows to every list; returns one of the jurors."""
    add_applications(call, count, start=start)
    jurors = [person(Role.JURY) for _ in range(count)]
    anchors.choose(OPERATOR, slug=SLUG, folios=[f"HIS-{start:04d}"])
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    for juror in jurors:
        advance.declare_in_advance(juror, slug=SLUG, entries="Ana Nadie\nRita Nadie", kind="work", statement="")
        with database.write_session() as session:
            later = clock.now() + timedelta(days=9)
            extension = Extension(call_id=require_id(call), person_id=juror.person_id, closes_at=later, reason="Gripe")
            session.add(extension)
    folios = [folio for folio, person_ids in readers_by_folio().items() if jurors[0].person_id in person_ids]
    recusals.declare_conflict(jurors[0], slug=SLUG, folio=folios[0], kind="work", statement="")
    submit_review(jurors[0], folios[1])
    return jurors[0]


@pytest.mark.usefixtures("queries")
def test_every_list_takes_as_many_queries_for_few_as_for_many(
    reviewing_call: Call, coordinator: Actor, person: PersonFactory, queries: list[str]
) -> None:
    def needed(juror: Actor) -> dict[str, int]:
        query_counts = {}
        for name, read in LISTS.items():
            queries.clear()
            read(coordinator, juror)
            query_counts[name] = len(queries)
        return query_counts

    juror = add_everything(reviewing_call, person, 1, 3)
    few = needed(juror)
    add_everything(reviewing_call, person, 4, 9)
    assert needed(juror) == few
    assert min(few.values()) > 0 and max(few.values()) < 25, few

"""Each list of those who run the jury takes as many queries for few as for many."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from reviewer import calls, clock, database
from reviewer.access.actor import OPERATOR, Actor
from reviewer.jury import (
    anchors,
    assignment,
    byhand,
    conflicts,
    desk,
    extensions,
    foreseen,
    leaving,
    panel,
    progress,
    readings,
    reminders,
    running,
    texts,
)
from reviewer.jury.byhand import Change
from reviewer.jury.readings import Show
from reviewer.models import Call, Extension, Role
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, readers
from tests.jury.test_desk import finish

Read = Callable[[Actor, Actor], object]
LISTS: dict[str, Read] = {
    "anclas": lambda viewer, _: anchors.chosen(viewer, call=SLUG),
    "reparto": lambda viewer, _: assignment.standing(viewer, call=SLUG),
    "vista previa": lambda viewer, _: assignment.preview(viewer, call=SLUG),
    "emparejar": lambda viewer, _: assignment.preview_levelling(viewer, call=SLUG),
    "más lecturas": lambda viewer, _: assignment.preview_further(viewer, call=SLUG, folios=["GUI-0001"]),
    "a mano": lambda viewer, juror: byhand.preview_change(
        viewer, call=SLUG, change=Change(("GUI-0001",), juror.person_id, None)
    ),
    "lo suyo": lambda viewer, juror: byhand.pending_of(viewer, call=SLUG, person_id=juror.person_id or 0),
    "excusas": lambda viewer, _: conflicts.recusals(viewer, call=SLUG),
    "prórrogas": lambda viewer, _: extensions.in_force(viewer, call=SLUG),
    "salida": lambda viewer, juror: leaving.preview_leaving(
        viewer, call=SLUG, person_id=juror.person_id or 0, hand_on_begun=True
    ),
    "jurado": lambda viewer, _: panel.members(viewer, call=SLUG),
    "avance": lambda viewer, _: progress.progress(viewer, call=SLUG),
    "tabla de avance": lambda viewer, _: progress.table(viewer, call=SLUG),
    "lecturas": lambda viewer, _: readings.table(viewer, call=SLUG, show=Show.ALL),
    "quién lee": lambda viewer, _: running.readers(viewer, call=SLUG, folio="GUI-0001"),
    "cierre": lambda viewer, _: running.preview_closing(viewer, call=SLUG),
    "enviados": lambda viewer, _: reminders.last_sent(viewer, call=SLUG),
    "documentos": lambda viewer, _: texts.pending(viewer, call=SLUG),
    "declarado": lambda _, juror: foreseen.declared(juror, call=SLUG),
    "búsqueda": lambda _, juror: desk.found(juror, call=calls.get_call(SLUG), words="pozo"),
}


def grow(call: Call, person: PersonFactory, start: int, count: int) -> Actor:
    """Some more of everything there is to list; one of the jurors."""
    add_applications(call, count, start=start)
    made = [person(Role.JURY) for _ in range(count)]
    anchors.choose(OPERATOR, call=SLUG, folios=[f"GUI-{start:04d}"])
    assignment.assign(OPERATOR, call=SLUG, reviews=2)
    for juror in made:
        conflicts.declare_in_advance(
            juror, call=SLUG, entries="Ana Nadie\nRita Nadie", kind="work", statement=""
        )
        with database.writing() as session:
            later = clock.now() + timedelta(days=9)
            given = Extension(
                call_id=call.id or 0, person_id=juror.person_id, closes_at=later, reason="Gripe"
            )
            session.add(given)
    mine = [folio for folio, its in readers().items() if made[0].person_id in its]
    conflicts.declare_conflict(made[0], call=SLUG, folio=mine[0], kind="work", statement="")
    finish(made[0], mine[1])
    return made[0]


@pytest.mark.usefixtures("queries")
def test_every_list_takes_as_many_queries_for_few_as_for_many(
    reviewing_call: Call, coordinator: Actor, person: PersonFactory, queries: list[str]
) -> None:
    def needed(juror: Actor) -> dict[str, int]:
        told = {}
        for name, read in LISTS.items():
            queries.clear()
            read(coordinator, juror)
            told[name] = len(queries)
        return told

    juror = grow(reviewing_call, person, 1, 3)
    few = needed(juror)
    grow(reviewing_call, person, 4, 9)
    assert needed(juror) == few
    assert min(few.values()) > 0 and max(few.values()) < 25, few

import ast
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.audit import log
from reviewer.audit import queries as audit_queries
from reviewer.audit.labels import ACTION_GROUPS, ACTION_LABELS, FACT_LABELS
from reviewer.audit.queries import EventFilter
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.core.paths import ROOT
from reviewer.models import AuditEvent, Call, Role
from reviewer.tables.csv_files import to_csv
from tests.factories.decisions import sign_small_call
from tests.factories.people import PersonFactory
from tests.pages.conftest import Screens, page_text

HOSTILE = "<b>Ana</b> [x](http://example.com) =1+1"


def note(actor: Actor, action: str, number: int, **detail: object) -> None:
    with write_session() as session:
        log.record(session, actor, action, "application", number, detail)


def test_events_are_listed_latest_first_in_spanish(call: Call, admin: Actor, screen: Screens) -> None:
    note(OPERATOR, "batch.begin", 1)
    note(admin, "screening.decide", 7, folio="HIS-0007", after="eligible")
    page = screen("bitacora", admin)
    table = page.table[0].value
    assert list(table["Qué"])[:2] == ["Decidió en cotejo", "Empezó un lote"]
    assert "HIS" in table["Sobre"][0] and "elegible" in table["Detalle"][0]
    assert "Línea de comandos" in set(table["Quién"])


def test_details_of_a_decision_have_spanish_labels(person: PersonFactory) -> None:
    sign_small_call(person)
    with read_session() as session:
        details = session.exec(select(AuditEvent.detail)).all()
    names = {name for detail in details for name in detail} - {"changes", "stamp", "call", "folio"}
    assert len(names) > 10 and names <= set(FACT_LABELS), names - set(FACT_LABELS)


def test_filters_select_matching_events(call: Call, admin: Actor, juror: Actor) -> None:
    before = clock.now()
    note(juror, "score.set", 1, folio="HIS-0042", criterion="dibujo")
    note(admin, "call.phase", 2)
    with write_session() as session:
        log.record(session, admin, "application.correct", "application", "HIS-0043", {})
    with clock.set_to(before + timedelta(days=2)):
        note(juror, "review.submit", 1, folio="HIS-0042")

        def search(**sought: object) -> list[str]:
            filters = EventFilter(**sought)  # type: ignore[arg-type]
            fresh = Actor(admin.role, admin.name, admin.person_id, admin.session_id)
            with clock.set_to(before):
                return [line.action_label for line in audit_queries.list_events(fresh, filters=filters)]

        assert search(about="his-0042") == [ACTION_LABELS["review.submit"], ACTION_LABELS["score.set"]]
        assert search(about="his-0042", until=before + timedelta(days=1)) == [ACTION_LABELS["score.set"]]
        assert search(about="his-0042", since=before + timedelta(days=1)) == [ACTION_LABELS["review.submit"]]
        assert search(actor_label=juror.label, group="dictamenes") == [
            ACTION_LABELS["review.submit"],
            ACTION_LABELS["score.set"],
        ]
        assert ACTION_LABELS["call.phase"] in search(actor_label=admin.label, group="convocatoria")
        assert search(actor_label="person:999") == []
        assert search(about="his-0043") == [ACTION_LABELS["application.correct"]]


def test_names_are_escaped_on_the_page_and_in_csv(call: Call, person: PersonFactory, screen: Screens) -> None:
    actor = person(Role.ADMIN, name=HOSTILE)
    note(actor, "person.role", 1)
    cell = screen("bitacora", actor).table[0].value["Quién"][0]
    assert "[x](" not in cell
    assert "\\<b\\>" in cell
    assert b",=1" not in to_csv(audit_queries.events_table(actor, filters=EventFilter()))


def test_query_count_does_not_depend_on_events(call: Call, admin: Actor, queries: list[str]) -> None:
    counts = []
    for _ in range(2):
        for number in range(10):
            note(admin, "job.start", number)
        queries.clear()
        audit_queries.list_events(admin, filters=EventFilter())
        counts.append(len(queries))
    assert counts[0] == counts[1] == 3  # who asks, the events, the names


def test_jurors_cannot_read_the_trail(call: Call, person: PersonFactory, screen: Screens) -> None:
    juror = person(Role.JURY)
    with pytest.raises(Forbidden):
        audit_queries.list_events(juror, filters=EventFilter())
    with pytest.raises(Forbidden):
        audit_queries.count_events(juror, filters=EventFilter())
    with pytest.raises(Forbidden):
        audit_queries.list_actors(juror)
    assert "no es parte de su papel" in page_text(screen("bitacora", juror))


def test_a_search_without_results_shows_a_hint(call: Call, coordinator: Actor, screen: Screens) -> None:
    assert "Quite un filtro" in page_text(screen("bitacora", coordinator, sobre="HIS-9999"))


ASSIGNMENT_VERBS = ("deal", "even", "further", "leave", "replace")


def recorded_actions() -> set[str]:
    """Returns the actions that the source passes to ``record``, with those that ``record_plan`` composes."""
    actions: set[str] = set()
    for path in (ROOT / "reviewer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", None)
            if isinstance(node, ast.Call) and name == "record":
                constants = (child for part in node.args for child in ast.walk(part))
                texts = {str(constant.value) for constant in constants if isinstance(constant, ast.Constant)}
                actions |= {text for text in texts if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+|export", text)}
    return actions | {f"assignment.{verb}" for verb in ASSIGNMENT_VERBS}


def test_every_action_that_is_recorded_has_words_and_a_group() -> None:
    assert len(recorded_actions()) > 60
    assert not recorded_actions() - set(ACTION_LABELS)
    for action in ACTION_LABELS:
        prefixes = [prefix for _, group in ACTION_GROUPS.values() for prefix in group]
        matches = [prefix for prefix in prefixes if action == prefix or action.startswith(f"{prefix}.")]
        assert matches, action

import ast
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from reviewer import clock
from reviewer.access import audit, trail
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.trail import Sought
from reviewer.access.trail_words import FACTS, GROUPS, WORDS
from reviewer.database import reading, writing
from reviewer.errors import Forbidden
from reviewer.models import AuditEvent, Call, Role
from reviewer.paths import ROOT
from reviewer.tables import to_csv
from tests.conftest import PersonFactory
from tests.decision.decided import sign_small_call
from tests.pages.conftest import Screens, words

HOSTILE = "<b>Ana</b> [x](http://example.com) =1+1"


def note(actor: Actor, action: str, number: int, **detail: object) -> None:
    with writing() as session:
        audit.record(session, actor, action, "application", number, detail)


def test_the_latest_first_in_words(call: Call, admin: Actor, screen: Screens) -> None:
    note(OPERATOR, "batch.begin", 1)
    note(admin, "screening.decide", 7, folio="GUI-0007", after="eligible")
    shown = screen("bitacora", admin)
    table = shown.table[0].value
    assert list(table["Qué"])[:2] == ["Decidió en cotejo", "Empezó un lote"]
    assert "GUI" in table["Sobre"][0] and "elegible" in table["Detalle"][0]
    assert "Línea de comandos" in set(table["Quién"])


def test_what_a_decision_leaves_in_the_trail_is_named_in_spanish(person: PersonFactory) -> None:
    sign_small_call(person)
    with reading() as session:
        details = session.exec(select(AuditEvent.detail)).all()
    names = {name for each in details for name in each} - {"changes", "stamp", "call", "folio"}
    assert len(names) > 10 and names <= set(FACTS), names - set(FACTS)


def test_filters_find_what_they_say(call: Call, admin: Actor, juror: Actor) -> None:
    before = clock.now()
    note(juror, "score.set", 1, folio="GUI-0042", criterion="mirada")
    note(admin, "call.phase", 2)
    with writing() as session:
        audit.record(session, admin, "application.correct", "application", "GUI-0043", {})
    with clock.set_to(before + timedelta(days=2)):
        note(juror, "review.submit", 1, folio="GUI-0042")

        def found(**sought: object) -> list[str]:
            fresh = Actor(admin.role, admin.name, admin.person_id, admin.session_id)
            with clock.set_to(before):
                return [each.words for each in trail.lines(fresh, sought=Sought(**sought))]  # type: ignore[arg-type]

        assert found(about="gui-0042") == [WORDS["review.submit"], WORDS["score.set"]]
        assert found(about="gui-0042", until=before + timedelta(days=1)) == [WORDS["score.set"]]
        assert found(about="gui-0042", since=before + timedelta(days=1)) == [WORDS["review.submit"]]
        assert found(who=juror.label, group="dictamenes") == [WORDS["review.submit"], WORDS["score.set"]]
        assert WORDS["call.phase"] in found(who=admin.label, group="convocatoria")
        assert found(who="person:999") == []
        assert found(about="gui-0043") == [WORDS["application.correct"]]


def test_names_are_text_on_the_page_and_in_a_spreadsheet(
    call: Call, person: PersonFactory, screen: Screens
) -> None:
    actor = person(Role.ADMIN, name=HOSTILE)
    note(actor, "person.role", 1)
    shown = screen("bitacora", actor).table[0].value["Quién"][0]
    assert "[x](" not in shown
    assert "\\<b\\>" in shown
    assert b",=1" not in to_csv(trail.table(actor, sought=Sought()))


def test_as_many_queries_for_few_as_for_many(call: Call, admin: Actor, queries: list[str]) -> None:
    counts = []
    for _ in range(2):
        for number in range(10):
            note(admin, "job.start", number)
        queries.clear()
        trail.lines(admin, sought=Sought())
        counts.append(len(queries))
    assert counts[0] == counts[1] == 3  # who asks, the events, the names


def test_the_jury_sees_no_trail(call: Call, person: PersonFactory, screen: Screens) -> None:
    juror = person(Role.JURY)
    with pytest.raises(Forbidden):
        trail.lines(juror, sought=Sought())
    with pytest.raises(Forbidden):
        trail.count(juror, sought=Sought())
    with pytest.raises(Forbidden):
        trail.people(juror)
    assert "no es parte de su papel" in words(screen("bitacora", juror))


def test_nothing_that_is_not_found_breaks(call: Call, coordinator: Actor, screen: Screens) -> None:
    assert "Quite un filtro" in words(screen("bitacora", coordinator, sobre="GUI-9999"))


DEALT = ("deal", "even", "further", "leave", "replace")


def recorded() -> set[str]:
    """The actions that the source hands to a ``record``; those of ``DEALT`` are put together."""
    found: set[str] = set()
    for path in (ROOT / "reviewer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", None)
            if isinstance(node, ast.Call) and name == "record":
                constants = (each for part in node.args for each in ast.walk(part))
                texts = {str(each.value) for each in constants if isinstance(each, ast.Constant)}
                found |= {each for each in texts if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+|export", each)}
    return found | {f"assignment.{each}" for each in DEALT}


def test_every_action_that_is_recorded_has_words_and_a_group() -> None:
    assert len(recorded()) > 60
    assert not recorded() - set(WORDS)
    for action in WORDS:
        beginnings = [each for _, group in GROUPS.values() for each in group]
        found = [each for each in beginnings if action == each or action.startswith(f"{each}.")]
        assert found, action

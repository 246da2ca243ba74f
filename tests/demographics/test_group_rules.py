"""Rules that gather answers: parsed from lines, and changed by coordinators without lost updates."""

import pytest
from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.demographics import group_rules
from reviewer.demographics.answer_groups import group_of
from reviewer.demographics.default_groups import (
    AFRO_MEXICAN,
    DISABILITY,
    GENDER,
    INDIGENOUS,
    NARRATIVE_GENRE,
    PROJECT_KIND,
)
from reviewer.demographics.questions import DEFAULT_GROUPINGS
from reviewer.models import AuditEvent

TEXT = "Visitante: visita, luna\nMujer: mujer, F"


def test_lines_are_read_and_written_back() -> None:
    grouping = group_rules.parse_rules(TEXT, GENDER)
    assert group_of("Visita del espacio", grouping) == "Visitante" and group_of("f", grouping) == "Mujer"
    assert grouping.display_order == ("Mujer", "Visitante"), "default groups keep their place"
    for default in DEFAULT_GROUPINGS.values():
        again = group_rules.parse_rules(group_rules.format_rules(default), default)
        assert [rule.label for rule in again.rules] == [rule.label for rule in default.rules]
        assert set(again.display_order) == set(default.display_order)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "entre 1 y 40"),
        ("Mujer mujer", "Línea 1"),
        ("Mujer: mujer\n: x", "Línea 2"),
        ("Mujer: mujer\n\nHombre:  , ", "Línea 3"),
        (f"{'x' * 41}: x", "pasa de 40"),
        ("Sin respuesta: x", "lo pone Dictamen"),
        ("a: b\n" * 41, "entre 1 y 40"),
    ],
)
def test_a_wrong_line_is_reported_by_its_number(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        group_rules.parse_rules(text, GENDER)


def test_a_change_is_audited_and_can_be_undone(coordinator: Actor) -> None:
    group_rules.change(coordinator, field="genero", text=TEXT, based_on=0)
    with read_session() as session:
        assert group_rules.all_groupings(session)["genero"].display_order == ("Mujer", "Visitante")
        assert group_rules.version_of(session, "genero") == 1
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "grouping.change")).one()
    with pytest.raises(StaleWrite):
        group_rules.change(coordinator, field="genero", text="Otro: x", based_on=0)
    group_rules.restore(coordinator, field="genero", based_on=1)
    with read_session() as session:
        assert group_rules.all_groupings(session)["genero"] == GENDER


def test_only_coordinators_change_rules(juror: Actor, admin: Actor) -> None:
    for stranger in (juror, admin):
        with pytest.raises(Forbidden):
            group_rules.change(stranger, field="genero", text=TEXT, based_on=0)


@pytest.mark.parametrize(
    ("field", "answer", "group"),
    [
        (INDIGENOUS, "Sí, náhuatl", "Sí"),
        (INDIGENOUS, "Nahua", "Sí"),
        (INDIGENOUS, "Sí, aunque no hablo la lengua", "Sí"),
        (INDIGENOUS, "No, pero mi abuela sí", "No"),
        (AFRO_MEXICAN, "Soy afrodescendiente, no de la Costa", "Sí"),
        (INDIGENOUS, "No", "No"),
        (INDIGENOUS, "Ninguno", "No"),
        (INDIGENOUS, "No sé", "No sabe"),
        (AFRO_MEXICAN, "Sí, por mi papá, de la Costa Chica", "Sí"),
        (DISABILITY, "Sí, uso silla de ruedas", "Motriz"),
        (DISABILITY, "Sordera", "Auditiva"),
        (DISABILITY, "Sí", "Otra, o sin decir cuál"),
        (DISABILITY, "Ninguna", "Ninguna"),
        (PROJECT_KIND, "Miniserie", "Biblia de serie"),
        (PROJECT_KIND, "Argumento de largometraje", "Argumento de largometraje"),
        (NARRATIVE_GENRE, "Comedia negra", "Comedia"),
        (NARRATIVE_GENRE, "Drama musical", "Drama"),
    ],
)
def test_default_rules_group_usual_answers(field: object, answer: str, group: str) -> None:
    assert group_of(answer, field) == group  # type: ignore[arg-type]

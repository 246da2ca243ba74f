"""A call's file: parsed, or refused with the line and what to write instead."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reviewer.access.actor import OPERATOR
from reviewer.call import spec as call_spec
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.paths import CALLS
from reviewer.models import Role
from tests.calls import SLUG, call_text
from tests.factories.applications import add_application
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_review


@pytest.mark.parametrize("path", sorted(CALLS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_call_that_ships_loads(installation: Path, path: Path) -> None:
    assert call_spec.load_call(OPERATOR, text=call_spec.read_file(path)).slug == path.stem


def test_a_file_reads_as_written() -> None:
    spec = call_spec.parse(call_text())
    assert spec.seats == 45
    assert [document.key for document in spec.jury_documents] == ["motivos", "semblanza", "muestra"]
    assert spec.scale == (1, 5)
    assert spec.criteria[0].levels[5].startswith("Cada viñeta")


def test_the_closing_minute_is_included() -> None:
    spec = call_spec.parse(call_text())
    assert spec.closes == datetime(2025, 10, 1, 6, 0, tzinfo=UTC)  # 23:59 in Mexico City, to its end


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "words"),
    [
        ("seats        = 45", 'seats = "cuarenta"', 9, "escriba un número entero"),
        ("seats        = 45", "seats = 44", 9, "las sedes suman 45"),
        ("blind        = true", "blnd = true", 18, "¿Quiso decir «blind»?"),
        ("weight = 40", "weight = -1", 105, "mayor que 0"),
        ('audience = "admin"', 'audience = "todos"', 74, "'admin' o 'jury'"),
        ("= 2025-09-01T00:00:00", "= ayer", 7, "TOML"),
        ('timezone     = "America/Mexico_City"', 'timezone = "Ciudad"', 6, "America/Mexico_City"),
        ('alcaldia = "Iztapalapa"', 'alcaldia = "Istapalapa"', 38, "dieciséis"),
        ("at_most = 8", "", 64, "at_least, at_most o ambas"),
        ("closes_at    = 2025-09-30", "closes_at    = 2024-09-30", 7, "anterior a closes_at"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(wrong: str, instead: str, line: int, words: str) -> None:
    assert wrong in call_text()
    with pytest.raises(UserError) as refusal:
        call_spec.parse(call_text().replace(wrong, instead, 1))
    assert f"Línea {line}" in str(refusal.value)
    assert words in str(refusal.value)


def test_all_faults_are_reported_at_once() -> None:
    text = call_text({"seats": 0, "review.blind": 3})
    with pytest.raises(UserError) as refusal:
        call_spec.parse(text)
    assert len(str(refusal.value).splitlines()) == 2


def test_loading_again_updates(installation: Path) -> None:
    call_spec.load_call(OPERATOR, text=call_text())
    call_spec.load_call(OPERATOR, text=call_text({"title": "Tercer Laboratorio"}))
    assert [call.title.split()[0] for call in call_spec.list_calls()] == ["Tercer"]


def test_the_rubric_cannot_change_once_scores_exist(installation: Path, person: PersonFactory) -> None:
    call = call_spec.load_call(OPERATOR, text=call_text())
    add_review(add_application(call), person(Role.JURY), {"dibujo": 3})
    call_spec.load_call(OPERATOR, text=call_text({"title": "Otro título"}))
    with pytest.raises(UserError, match="rúbrica"):
        call_spec.load_call(OPERATOR, text=call_text({"criteria.0.weight": 41}))
    with pytest.raises(UserError, match="folio_prefix"):
        call_spec.load_call(OPERATOR, text=call_text({"folio_prefix": "XYZ"}))
    assert call_spec.get_call(SLUG).title.startswith("Otro título")


def test_only_an_admin_loads_a_call(installation: Path, person: PersonFactory) -> None:
    for role in (Role.JURY, Role.COORDINATOR):
        with pytest.raises(Forbidden):
            call_spec.load_call(person(role), text=call_text())
    assert call_spec.load_call(person(Role.ADMIN), text=call_text()).slug == SLUG

"""A call's file: read whole, or refused with its line and what to write instead."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reviewer.access.actor import OPERATOR
from reviewer.call import spec as call_spec
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import Application, Batch, Eligibility, Review, Role, Score, require_id
from tests.conftest import SLUG, PersonFactory, call_text


def test_the_shipped_call_reads_as_written() -> None:
    spec = call_spec.parse(call_text())
    assert spec.seats == 60
    assert [document.key for document in spec.jury_documents] == ["motivos", "semblanza", "muestra"]
    assert spec.scale == (1, 5)
    assert spec.criteria[0].levels[5].startswith("Une su historia")


def test_the_closing_minute_counts_whole() -> None:
    spec = call_spec.parse(call_text())
    assert spec.closes == datetime(2025, 9, 28, 6, 0, tzinfo=UTC)  # 23:59 in Mexico City, to its end


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "words"),
    [
        ("seats        = 60", 'seats = "sesenta"', 11, "escriba un número entero"),
        ("seats        = 60", "seats = 59", 11, "las sedes suman 60"),
        ("blind        = true", "blnd = true", 25, "¿Quiso decir «blind»?"),
        ("weight = 30", "weight = -1", 122, "mayor que 0"),
        ('audience = "admin"', 'audience = "todos"', 87, "'admin' o 'jury'"),
        ("= 2025-09-03T00:00:00", "= ayer", 9, "TOML"),
        ('timezone     = "America/Mexico_City"', 'timezone = "Ciudad"', 8, "America/Mexico_City"),
        ('alcaldia = "Iztapalapa" ', 'alcaldia = "Istapalapa" ', 48, "dieciséis"),
        ("at_least = 1", "", 68, "at_least, at_most o ambas"),
        ("closes_at    = 2025-09-27", "closes_at    = 2024-09-27", 9, "anterior a closes_at"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(wrong: str, instead: str, line: int, words: str) -> None:
    assert wrong in call_text()
    with pytest.raises(UserError) as refusal:
        call_spec.parse(call_text().replace(wrong, instead, 1))
    assert f"Línea {line}" in str(refusal.value)
    assert words in str(refusal.value)


def test_every_fault_is_told_at_once() -> None:
    text = call_text().replace("seats        = 60", "seats = 0").replace("blind        = true", "blind = 3")
    with pytest.raises(UserError) as refusal:
        call_spec.parse(text)
    assert len(str(refusal.value).splitlines()) == 2


def test_loading_again_updates(installation: Path) -> None:
    call_spec.load_call(OPERATOR, text=call_text())
    call_spec.load_call(OPERATOR, text=call_text().replace("Primer Taller", "Segundo Taller"))
    assert [call.title.split()[0] for call in call_spec.list_calls()] == ["Segundo"]


def test_once_scores_exist_the_rubric_stands(installation: Path, person: PersonFactory) -> None:
    call = call_spec.load_call(OPERATOR, text=call_text())
    juror = person(Role.JURY)
    assert call.id is not None and juror.person_id is not None
    with write_session() as session:
        batch = Batch(key="b", call_id=call.id, source_name="", source_hash="", status="complete")
        session.add(batch)
        session.flush()
        application = Application(
            call_id=call.id,
            folio="GUI-0001",
            eligibility=Eligibility.ELIGIBLE,
            batch_id=require_id(batch),
            row=2,
        )
        session.add(application)
        session.flush()
        review = Review(call_id=call.id, application_id=require_id(application), person_id=juror.person_id)
        session.add(review)
        session.flush()
        session.add(Score(review_id=require_id(review), criterion="mirada", value=3))
    call_spec.load_call(OPERATOR, text=call_text().replace("Primer Taller", "Otro título"))
    with pytest.raises(UserError, match="rúbrica"):
        call_spec.load_call(OPERATOR, text=call_text().replace("weight = 30", "weight = 31", 1))
    with pytest.raises(UserError, match="folio_prefix"):
        call_spec.load_call(OPERATOR, text=call_text().replace('"GUI"', '"XYZ"'))
    assert call_spec.get_call(SLUG).title.startswith("Otro título")


def test_only_an_admin_loads_a_call(installation: Path, person: PersonFactory) -> None:
    for role in (Role.JURY, Role.COORDINATOR):
        with pytest.raises(Forbidden):
            call_spec.load_call(person(role), text=call_text())
    assert call_spec.load_call(person(Role.ADMIN), text=call_text()).slug == SLUG

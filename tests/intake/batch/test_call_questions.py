"""Columns that nothing claims become questions of the call, and back."""

from pathlib import Path

import pytest

from reviewer.access.actor import Actor
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.export import tables
from reviewer.intake.batch import call_questions
from reviewer.intake.corrections import rows
from reviewer.models import Call
from tests.calls import SLUG
from tests.factories.batches import folder, import_source, valid_row

HEADER = "¿Cómo se enteró de la convocatoria?"


@pytest.fixture
def received(call: Call, tmp_path: Path) -> Call:
    rows_received = [valid_row(1) | {HEADER: "Por la radio", "Talla": "M"}, valid_row(2) | {HEADER: "", "Talla": "G"}]
    report = import_source(folder(tmp_path / "lote", rows_received))
    assert report.columns[HEADER] is None and report.columns["Talla"] is None
    return call


def exported(call: Call) -> list[dict[str, object]]:
    with read_session(streaming=True) as session:
        table = tables.applications(session, call)
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_a_column_becomes_a_question_with_the_answers_that_were_kept(admin: Actor, received: Call) -> None:
    assert rows.read_unclaimed(admin, slug=SLUG, folio="HIS-0001") == {HEADER: "Por la radio", "Talla": "M"}
    key = call_questions.add(admin, slug=SLUG, header=HEADER, label="Cómo se enteró")
    assert key == "como_se_entero"
    assert rows.read_added_answers(admin, slug=SLUG, folio="HIS-0001") == {"Cómo se enteró": "Por la radio"}
    assert rows.read_unclaimed(admin, slug=SLUG, folio="HIS-0001") == {"Talla": "M"}
    assert [line[key] for line in exported(received)] == ["Por la radio", ""]


def test_removing_it_leaves_what_was_received(admin: Actor, received: Call) -> None:
    key = call_questions.add(admin, slug=SLUG, header="Talla", label="Talla")
    call_questions.remove(admin, slug=SLUG, key=key)
    assert call_questions.added(admin, slug=SLUG) == []
    assert rows.read_unclaimed(admin, slug=SLUG, folio="HIS-0002") == {"Talla": "G"}
    assert key not in exported(received)[0]
    with pytest.raises(UserError, match="ya se quitó"):
        call_questions.remove(admin, slug=SLUG, key=key)


@pytest.mark.usefixtures("received")
def test_later_batches_know_it(admin: Actor, tmp_path: Path) -> None:
    key = call_questions.add(admin, slug=SLUG, header=HEADER, label="Cómo se enteró")
    report = import_source(folder(tmp_path / "otro", [valid_row(3) | {"Cómo se enteró": "Por una amiga"}]))
    assert report.columns["Cómo se enteró"] == key
    assert rows.read_added_answers(admin, slug=SLUG, folio="HIS-0003") == {"Cómo se enteró": "Por una amiga"}


@pytest.mark.usefixtures("received")
def test_what_can_not_become_a_question(admin: Actor) -> None:
    for header, label in (("Correo", "x"), ("correo", "x"), ("Nada", "x"), (HEADER, "  ")):
        with pytest.raises(UserError):
            call_questions.add(admin, slug=SLUG, header=header, label=label)


@pytest.mark.usefixtures("received")
@pytest.mark.parametrize("label", ["Correo", "Folio", "Status", "2025", "名前", "¿?", "x" * 300])
def test_keys_are_those_of_no_other_column(admin: Actor, label: str) -> None:
    first = call_questions.add(admin, slug=SLUG, header=HEADER, label=label)
    second = call_questions.add(admin, slug=SLUG, header="Talla", label=label)
    assert len({first, second, "correo", "folio", "status"}) == 5
    assert max(len(first), len(second)) <= call_questions.LONGEST_KEY


@pytest.mark.usefixtures("received")
def test_only_those_who_import_do_it(coordinator: Actor) -> None:
    with pytest.raises(Forbidden):
        call_questions.add(coordinator, slug=SLUG, header=HEADER, label="x")
    with pytest.raises(Forbidden):
        call_questions.added(coordinator, slug=SLUG)

"""Other dates and ages judge what is stored, as a fresh import under them would."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.access.actor import OPERATOR, Actor
from reviewer.cli import main
from reviewer.core.errors import Forbidden
from reviewer.intake.corrections import call_rules
from reviewer.models import Call, Eligibility, Verdict
from reviewer.screening import decisions
from tests.calls import SLUG, call_text
from tests.factories.batches import document_files, folder, import_source, valid_row
from tests.stored_rows import applications

LATER = call_text({"closes_at": "2025-10-05T23:59:00"})
ELIGIBLE, INELIGIBLE = Eligibility.ELIGIBLE, Eligibility.INELIGIBLE


def eligibilities() -> dict[str, tuple[Eligibility, str]]:
    return {folio: (row.eligibility, row.reasons) for folio, row in applications().items()}


@pytest.fixture
def received(call: Call, tmp_path: Path) -> Path:
    """Somebody in time, somebody three days late, somebody who comes of age in October."""
    rows = [
        valid_row(1, enviado_en="2025-09-10 10:00:00"),
        valid_row(2, enviado_en="2025-10-03 09:00:00"),
        valid_row(3, enviado_en="2025-09-11 10:00:00", curp="", fecha_nacimiento="2007-10-03"),
    ]
    place = folder(tmp_path / "lote", rows, document_files(1, 2, 3))
    import_source(place)
    return place


def test_a_later_deadline_makes_the_late_and_the_young_eligible_and_back(received: Path, call: Call) -> None:
    before = eligibilities()
    assert [reasons for _, reasons in sorted(before.values())] == ["", "late", "underage"]
    update = call_rules.load_call(OPERATOR, text=LATER, reason="Prórroga acordada el 29 de septiembre")
    assert {state for state, _ in eligibilities().values()} == {ELIGIBLE}
    assert update.judged == {(INELIGIBLE, ELIGIBLE): 2}
    assert [difference.part for difference in update.differences] == ["closes_at"]
    assert call_rules.load_call(OPERATOR, text=call_text()).judged == {(ELIGIBLE, INELIGIBLE): 2}
    assert eligibilities() == before


def test_what_a_person_decided_stands(received: Path, call: Call) -> None:
    late = next(folio for folio, (_, reasons) in eligibilities().items() if reasons == "late")
    decisions.decide(OPERATOR, slug=SLUG, folio=late, verdict=Verdict.INELIGIBLE, reason="Mandó otra por correo")
    call_rules.load_call(OPERATOR, text=LATER)
    assert eligibilities()[late] == (INELIGIBLE, "Mandó otra por correo")


def test_the_command_says_what_changed(received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "prorroga.toml").write_text(LATER, encoding="utf-8")
    assert main(["call", "load", str(tmp_path / "prorroga.toml"), "--reason", "Prórroga"]) == 0
    said = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert "closes_at" in said
    assert "2 postulaciones pasaron de no elegible a elegible" in said


def test_only_admins_change_rules(received: Path, coordinator: Actor) -> None:
    with pytest.raises(Forbidden):
        call_rules.load_call(coordinator, text=LATER)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    day=st.integers(25, 30),
    age=st.integers(16, 30),
    sent=st.lists(st.integers(1, 30), min_size=2, max_size=4, unique=True),
)
def test_judging_anew_gives_what_a_fresh_import_gives(
    call: Call, tmp_path_factory: pytest.TempPathFactory, day: int, age: int, sent: list[int]
) -> None:
    place = tmp_path_factory.mktemp("lote")
    rows = [
        valid_row(
            number,
            enviado_en=f"2025-09-{moment:02} 12:00:00",
            curp="",
            fecha_nacimiento=f"{1992 + moment % 17}-09-27",
        )
        for number, moment in enumerate(sent, 1)
    ]
    files = document_files(*range(1, len(sent) + 1))
    source = folder(place / "lote", rows, files)
    other = call_text({"closes_at": f"2025-09-{day}T12:00:00", "eligibility.minimum_age": age})
    call_rules.load_call(OPERATOR, text=call_text())
    import_source(source)
    call_rules.load_call(OPERATOR, text=other)
    judged = {folio: eligibilities()[folio] for folio in sorted(eligibilities())}
    call_rules.load_call(OPERATOR, text=call_text())
    call_rules.load_call(OPERATOR, text=other)
    again = [row | {"telefono": "5587654321"} for row in rows]
    report = import_source(folder(place / "otra", again, files))
    assert report.counts["rejected"] == 0
    assert judged == {folio: eligibilities()[folio] for folio in sorted(eligibilities())}

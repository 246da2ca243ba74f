"""Decisions by hand: they stand over the checks, are undone, survive an import, and tell of change."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer import calls, clock, exports
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.audit import digest
from reviewer.cli import main
from reviewer.database import reading
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import (
    Application,
    AuditEvent,
    Call,
    ChangedValue,
    Eligibility,
    Phase,
    Role,
    ScreeningState,
    Verdict,
)
from reviewer.screening import cases, decisions, holds, queue
from reviewer.screening.queue import Part
from tests.conftest import SLUG, PersonFactory
from tests.intake.kept import applications
from tests.intake.made import Cells, folder, papers, pdf, someone, take_in

ELIGIBLE, INELIGIBLE, TO_CHECK = Eligibility.ELIGIBLE, Eligibility.INELIGIBLE, Eligibility.TO_CHECK


def batch(place: Path, *, files: dict[str, bytes] | None = None, **cells: Cells) -> Path:
    """Four people: nothing wrong, an odd telephone, another city, an odd e-mail; ``_2`` changes number 2."""
    rows = [
        someone(1),
        someone(2, telefono="12"),
        someone(3, alcaldia="Ecatepec", codigo_postal="55000"),
        someone(4, correo="x@", curp="BADCURP"),
    ]
    for name, changed in cells.items():
        rows[int(name.strip("_")) - 1] |= changed
    return folder(place, rows, papers(1, 2, 3, 4) | (files or {}))


@pytest.fixture
def screened(call: Call, tmp_path: Path) -> Path:
    """The call with that batch in it; the folder that it came from."""
    place = batch(tmp_path / "lote")
    take_in(place)
    return place


def state(folio: str) -> tuple[Eligibility, ScreeningState, str]:
    """How an application stands."""
    found: Application = applications()[folio]
    return found.eligibility, found.screening, found.reasons


def decide(
    actor: Actor, folio: str, verdict: Verdict, reason: str = "Visto", seen: str | None = None
) -> None:
    """Decides on an application of the shipped call."""
    decisions.decide(actor, call=SLUG, folio=folio, verdict=verdict, reason=reason, seen=seen)


def test_a_decision_stands_over_the_checks_and_is_undone(screened: Path, coordinator: Actor) -> None:
    assert state("GUI-0002") == (TO_CHECK, ScreeningState.OPEN, "bad_phone")
    decide(coordinator, "GUI-0002", Verdict.INELIGIBLE, "  No  vive aquí ")
    assert state("GUI-0002") == (INELIGIBLE, ScreeningState.DECIDED, "No vive aquí")
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE, "Sí vive aquí")
    assert state("GUI-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Sí vive aquí")
    decisions.undo(coordinator, call=SLUG, folio="GUI-0002")
    assert state("GUI-0002") == (INELIGIBLE, ScreeningState.DECIDED, "No vive aquí")
    decisions.undo(coordinator, call=SLUG, folio="GUI-0002")
    assert state("GUI-0002") == (TO_CHECK, ScreeningState.OPEN, "bad_phone")
    with pytest.raises(Refused, match="no tiene una decisión"):
        decisions.undo(coordinator, call=SLUG, folio="GUI-0002")


def test_one_who_was_asked_again_waits_apart(screened: Path, coordinator: Actor) -> None:
    decide(coordinator, "GUI-0002", Verdict.ASKED, "Mande un comprobante que se lea")
    assert state("GUI-0002") == (TO_CHECK, ScreeningState.ASKED, "bad_phone;asked_again")
    counts = queue.counts(coordinator, call=SLUG)
    assert (counts.pending, counts.asked, counts.done, counts.whole) == (1, 1, 1, 2)
    [line] = queue.lines(coordinator, call=SLUG, part=Part.ASKED)
    assert line.folio == "GUI-0002"


def test_the_same_data_again_leaves_a_decision_as_it_is(
    screened: Path, coordinator: Actor, tmp_path: Path
) -> None:
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    decide(coordinator, "GUI-0003", Verdict.INELIGIBLE, "Vive en Ecatepec")
    take_in(screened)
    take_in(batch(tmp_path / "otra", files={"docs/de-nadie.pdf": pdf("x")}))
    assert state("GUI-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Visto")
    assert state("GUI-0003") == (INELIGIBLE, ScreeningState.DECIDED, "Vive en Ecatepec")
    # What a screener does not look at does not matter to her decision.
    take_in(batch(tmp_path / "sinopsis", _2={"sinopsis": "Otra"}))
    assert state("GUI-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Visto")


@pytest.mark.parametrize(
    ("changed", "files"),
    [
        ({"colonia": "Otra"}, {}),
        ({"fecha_nacimiento": "2015-01-01"}, {}),
        ({}, {"docs/domicilio-2.pdf": pdf("otro comprobante")}),
    ],
)
def test_changed_data_brings_it_back_to_be_looked_at(
    screened: Path, coordinator: Actor, tmp_path: Path, changed: Cells, files: dict[str, bytes]
) -> None:
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    take_in(batch(tmp_path / "otra", files=files, _2=changed))
    eligibility, screening, reasons = state("GUI-0002")
    assert (eligibility, screening) == (TO_CHECK, ScreeningState.CHANGED)
    assert reasons.endswith("changed_since_decision")
    assert queue.counts(coordinator, call=SLUG).changed == 1
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)  # the same words about other data are a new decision
    assert state("GUI-0002")[:2] == (ELIGIBLE, ScreeningState.DECIDED)


def test_a_check_that_comes_later_counts_as_change(
    screened: Path, coordinator: Actor, tmp_path: Path
) -> None:
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    other = someone(9, correo="persona2@prueba.example", fecha_nacimiento="1971-01-01", nombre="Zoe")
    take_in(folder(tmp_path / "otra", [other], papers(9)))
    assert state("GUI-0002") == (
        TO_CHECK,
        ScreeningState.CHANGED,
        "bad_phone;shared_contact;changed_since_decision",
    )


def test_what_changed_under_her_eyes_is_not_decided(
    screened: Path, coordinator: Actor, admin: Actor, tmp_path: Path
) -> None:
    seen = cases.read_case(coordinator, call=SLUG, folio="GUI-0002").seen
    take_in(batch(tmp_path / "otra", _2={"colonia": "Otra"}))
    with pytest.raises(Stale):
        decide(coordinator, "GUI-0002", Verdict.ELIGIBLE, seen=seen)
    seen = cases.read_case(coordinator, call=SLUG, folio="GUI-0002").seen
    decide(admin, "GUI-0002", Verdict.INELIGIBLE, seen=seen)
    with pytest.raises(Stale):
        decide(coordinator, "GUI-0002", Verdict.ELIGIBLE, seen=seen)
    decide(admin, "GUI-0002", Verdict.INELIGIBLE, seen=seen)  # the same thing told twice is one decision
    assert len(cases.read_case(admin, call=SLUG, folio="GUI-0002").decisions) == 1
    with pytest.raises(Refused, match="de otra persona"):
        decisions.undo(coordinator, call=SLUG, folio="GUI-0002")


def test_two_screeners_are_given_different_ones(
    screened: Path, coordinator: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue.next_folio(admin, call=SLUG) == "GUI-0002"
    assert holds.hold(coordinator, call=SLUG, folio="GUI-0002") == ""
    assert holds.hold(admin, call=SLUG, folio="GUI-0002") == "Cora Coordina"
    assert queue.next_folio(admin, call=SLUG) == "GUI-0004"
    assert queue.next_folio(coordinator, call=SLUG) == "GUI-0002"
    with pytest.raises(Refused, match="Cora Coordina está cotejando"):
        decide(admin, "GUI-0002", Verdict.ELIGIBLE)
    assert holds.hold(admin, call=SLUG, folio="GUI-0002", take_over=True) == ""
    with pytest.raises(Refused, match="Ada Administra"):
        decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    with clock.set_to(clock.now() - timedelta(hours=3)):  # set back, it makes no hold a longer one
        assert queue.next_folio(coordinator, call=SLUG) == "GUI-0002"
        assert holds.hold(coordinator, call=SLUG, folio="GUI-0002") == ""
    assert holds.hold(admin, call=SLUG, folio="GUI-0002", take_over=True) == ""
    later = clock.now() + holds.HOLD + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert holds.hold(coordinator, call=SLUG, folio="GUI-0002") == ""
    decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    assert queue.next_folio(admin, call=SLUG) == "GUI-0004"


def test_the_queue_goes_round_and_ends(screened: Path, coordinator: Actor) -> None:
    assert queue.next_folio(coordinator, call=SLUG, after="GUI-0002") == "GUI-0004"
    assert queue.next_folio(coordinator, call=SLUG, after="GUI-0004") == "GUI-0002"
    assert queue.next_folio(coordinator, call=SLUG, part=Part.INELIGIBLE) == "GUI-0003"
    for folio in ("GUI-0002", "GUI-0004"):
        decide(coordinator, folio, Verdict.ELIGIBLE)
    assert queue.next_folio(coordinator, call=SLUG) is None
    found = queue.lines(coordinator, call=SLUG, part=Part.ALL, words="peña 3")
    assert [each.folio for each in found] == ["GUI-0003"]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    screened: Path, coordinator: Actor, queries: list[str], count: int
) -> None:
    queries.clear()
    queue.lines(coordinator, call=SLUG, part=Part.ALL, limit=count)
    queue.counts(coordinator, call=SLUG)
    assert len(queries) == 6  # her log-in, the call and the answer, twice


def test_only_screeners_and_only_while_nothing_is_decided(
    screened: Path, juror: Actor, coordinator: Actor, person: PersonFactory
) -> None:
    with pytest.raises(Forbidden):
        decide(juror, "GUI-0002", Verdict.ELIGIBLE)
    for read in (cases.read_case, holds.hold):
        with pytest.raises(Forbidden):
            read(juror, call=SLUG, folio="GUI-0002")
    with pytest.raises(Forbidden):
        queue.lines(juror, call=SLUG, part=Part.ALL)
    for phase in (Phase.DECIDED, Phase.ARCHIVED):
        calls.set_phase(OPERATOR, slug=SLUG, phase=phase)
        with pytest.raises(Refused):
            decide(coordinator, "GUI-0002", Verdict.ELIGIBLE)
    assert person(Role.JURY) and state("GUI-0002")[0] is TO_CHECK


def test_the_trail_bears_digests_and_the_values_can_go(screened: Path, coordinator: Actor) -> None:
    decide(coordinator, "GUI-0002", Verdict.INELIGIBLE, "Su hermana Eva vive ahí, ella no")
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "screening.decide")).one()
        value = session.exec(select(ChangedValue).where(ChangedValue.event_id == event.id)).one()
    assert "Eva" not in json.dumps(event.detail) and value.after == "Su hermana Eva vive ahí, ella no"
    assert event.detail["changes"]["reason"]["after"] == digest(value.salt, "reason", value.after)
    assert event.detail["after"] == "ineligible" and event.actor == coordinator.label


def test_the_command_decides_on_all_or_none(
    screened: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["--call", SLUG, "--reason", "INE revisada"]
    assert main(["screen", "GUI-0002", "GUI-0099", "--eligible", *asked]) == 2
    assert "GUI-0099" in capsys.readouterr().err and state("GUI-0002")[0] is TO_CHECK
    for wrong in (
        ["GUI-0002", *asked],
        ["GUI-0002", "--eligible", "--ineligible", *asked],
        ["GUI-0002", "--eligible", "--call", SLUG],
        ["GUI-0002", "--eligible", "--call", SLUG, "--reason", " "],
        ["GUI-0002", "--eligible", "--call", "no-hay", "--reason", "x"],
        ["--eligible", *asked],
    ):
        assert main(["screen", *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["screen", "GUI-0002", "GUI-0004", "--eligible", *asked]) == 0
    assert "GUI-0004" in capsys.readouterr().out
    assert main(["screen", "GUI-0003", "--ineligible", "--json", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["screened"][0]["eligibility"] == "ineligible"
    exports.export(OPERATOR, call_slug=SLUG, folder=tmp_path / "out")
    with (tmp_path / "out" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {each["folio"]: (each["eligibility"], each["reasons"]) for each in csv.DictReader(file)}
    assert lines["GUI-0002"][0] == "eligible" and lines["GUI-0003"] == ("ineligible", "INE revisada")

"""Decisions by hand: they stand over the checks, are undone, survive an import, and tell of change."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.audit.log import digest
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.export import bundle
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
from tests.calls import SLUG
from tests.factories.batches import Cells, document_files, folder, import_source, valid_row
from tests.factories.pdfs import small_pdf
from tests.factories.people import PersonFactory
from tests.stored_rows import applications

ELIGIBLE, INELIGIBLE, TO_CHECK = Eligibility.ELIGIBLE, Eligibility.INELIGIBLE, Eligibility.TO_CHECK


def batch(place: Path, *, files: dict[str, bytes] | None = None, **cells: Cells) -> Path:
    """Four people: nothing wrong, an odd telephone, another city, an odd e-mail; ``_2`` changes number 2."""
    rows = [
        valid_row(1),
        valid_row(2, telefono="12"),
        valid_row(3, alcaldia="Ecatepec", codigo_postal="55000"),
        valid_row(4, correo="x@", curp="BADCURP"),
    ]
    for name, changed in cells.items():
        rows[int(name.strip("_")) - 1] |= changed
    return folder(place, rows, document_files(1, 2, 3, 4) | (files or {}))


@pytest.fixture
def screened(call: Call, tmp_path: Path) -> Path:
    """The call with that batch in it; the folder that it came from."""
    place = batch(tmp_path / "lote")
    import_source(place)
    return place


def state(folio: str) -> tuple[Eligibility, ScreeningState, str]:
    """How an application stands."""
    application: Application = applications()[folio]
    return application.eligibility, application.screening, application.reasons


def decide(actor: Actor, folio: str, verdict: Verdict, reason: str = "Visto", seen: str | None = None) -> None:
    """Decides on an application of the example call."""
    decisions.decide(actor, slug=SLUG, folio=folio, verdict=verdict, reason=reason, seen=seen)


def test_a_decision_stands_over_the_checks_and_is_undone(screened: Path, coordinator: Actor) -> None:
    assert state("HIS-0002") == (TO_CHECK, ScreeningState.OPEN, "bad_phone")
    decide(coordinator, "HIS-0002", Verdict.INELIGIBLE, "  No  vive aquí ")
    assert state("HIS-0002") == (INELIGIBLE, ScreeningState.DECIDED, "No vive aquí")
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE, "Sí vive aquí")
    assert state("HIS-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Sí vive aquí")
    decisions.undo(coordinator, slug=SLUG, folio="HIS-0002")
    assert state("HIS-0002") == (INELIGIBLE, ScreeningState.DECIDED, "No vive aquí")
    decisions.undo(coordinator, slug=SLUG, folio="HIS-0002")
    assert state("HIS-0002") == (TO_CHECK, ScreeningState.OPEN, "bad_phone")
    with pytest.raises(UserError, match="no tiene una decisión"):
        decisions.undo(coordinator, slug=SLUG, folio="HIS-0002")


def test_one_who_was_asked_again_waits_apart(screened: Path, coordinator: Actor) -> None:
    decide(coordinator, "HIS-0002", Verdict.ASKED, "Mande un comprobante que se lea")
    assert state("HIS-0002") == (TO_CHECK, ScreeningState.ASKED, "bad_phone;asked_again")
    counts = queue.counts(coordinator, slug=SLUG)
    assert (counts.pending, counts.asked, counts.done, counts.needing_decision) == (1, 1, 1, 2)
    [line] = queue.lines(coordinator, slug=SLUG, part=Part.ASKED)
    assert line.folio == "HIS-0002"


def test_the_same_data_again_leaves_a_decision_as_it_is(screened: Path, coordinator: Actor, tmp_path: Path) -> None:
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    decide(coordinator, "HIS-0003", Verdict.INELIGIBLE, "Vive en Ecatepec")
    import_source(screened)
    import_source(batch(tmp_path / "otra", files={"docs/de-nadie.pdf": small_pdf("x")}))
    assert state("HIS-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Visto")
    assert state("HIS-0003") == (INELIGIBLE, ScreeningState.DECIDED, "Vive en Ecatepec")
    # What a screener does not look at does not matter to the decision.
    import_source(batch(tmp_path / "sinopsis", _2={"sinopsis": "Otra"}))
    assert state("HIS-0002") == (ELIGIBLE, ScreeningState.DECIDED, "Visto")


@pytest.mark.parametrize(
    ("changed", "files"),
    [
        ({"colonia": "Otra"}, {}),
        ({"fecha_nacimiento": "2015-01-01"}, {}),
        ({}, {"docs/domicilio-2.pdf": small_pdf("otro comprobante")}),
    ],
)
def test_changed_data_brings_it_back_to_be_looked_at(
    screened: Path, coordinator: Actor, tmp_path: Path, changed: Cells, files: dict[str, bytes]
) -> None:
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    import_source(batch(tmp_path / "otra", files=files, _2=changed))
    eligibility, screening, reasons = state("HIS-0002")
    assert (eligibility, screening) == (TO_CHECK, ScreeningState.CHANGED)
    assert reasons.endswith("changed_since_decision")
    assert queue.counts(coordinator, slug=SLUG).changed == 1
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)  # the same words about other data are a new decision
    assert state("HIS-0002")[:2] == (ELIGIBLE, ScreeningState.DECIDED)


def test_a_check_that_comes_later_counts_as_change(screened: Path, coordinator: Actor, tmp_path: Path) -> None:
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    other_row = valid_row(9, correo="persona2@prueba.example", fecha_nacimiento="1971-01-01", nombre="Zoe")
    import_source(folder(tmp_path / "otra", [other_row], document_files(9)))
    assert state("HIS-0002") == (
        TO_CHECK,
        ScreeningState.CHANGED,
        "bad_phone;shared_contact;changed_since_decision",
    )


def test_stale_case_is_not_decided(screened: Path, coordinator: Actor, admin: Actor, tmp_path: Path) -> None:
    version_seen = cases.read_case(coordinator, slug=SLUG, folio="HIS-0002").seen
    import_source(batch(tmp_path / "otra", _2={"colonia": "Otra"}))
    with pytest.raises(StaleWrite):
        decide(coordinator, "HIS-0002", Verdict.ELIGIBLE, seen=version_seen)
    version_seen = cases.read_case(coordinator, slug=SLUG, folio="HIS-0002").seen
    decide(admin, "HIS-0002", Verdict.INELIGIBLE, seen=version_seen)
    with pytest.raises(StaleWrite):
        decide(coordinator, "HIS-0002", Verdict.ELIGIBLE, seen=version_seen)
    decide(admin, "HIS-0002", Verdict.INELIGIBLE, seen=version_seen)  # the same thing told twice is one decision
    assert len(cases.read_case(admin, slug=SLUG, folio="HIS-0002").decisions) == 1
    with pytest.raises(UserError, match="de otra persona"):
        decisions.undo(coordinator, slug=SLUG, folio="HIS-0002")


def test_two_screeners_are_given_different_ones(
    screened: Path, coordinator: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue.next_folio(admin, slug=SLUG) == "HIS-0002"
    assert holds.hold(coordinator, slug=SLUG, folio="HIS-0002") == ""
    assert holds.hold(admin, slug=SLUG, folio="HIS-0002") == "Cora Coordina"
    assert queue.next_folio(admin, slug=SLUG) == "HIS-0004"
    assert queue.next_folio(coordinator, slug=SLUG) == "HIS-0002"
    with pytest.raises(UserError, match="Cora Coordina está cotejando"):
        decide(admin, "HIS-0002", Verdict.ELIGIBLE)
    assert holds.hold(admin, slug=SLUG, folio="HIS-0002", take_over=True) == ""
    with pytest.raises(UserError, match="Ada Administra"):
        decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    with clock.set_to(clock.now() - timedelta(hours=3)):  # set back, it makes no hold a longer one
        assert queue.next_folio(coordinator, slug=SLUG) == "HIS-0002"
        assert holds.hold(coordinator, slug=SLUG, folio="HIS-0002") == ""
    assert holds.hold(admin, slug=SLUG, folio="HIS-0002", take_over=True) == ""
    later = clock.now() + holds.HOLD_DURATION + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert holds.hold(coordinator, slug=SLUG, folio="HIS-0002") == ""
    decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    assert queue.next_folio(admin, slug=SLUG) == "HIS-0004"


def test_the_queue_goes_round_and_ends(screened: Path, coordinator: Actor) -> None:
    assert queue.next_folio(coordinator, slug=SLUG, after="HIS-0002") == "HIS-0004"
    assert queue.next_folio(coordinator, slug=SLUG, after="HIS-0004") == "HIS-0002"
    assert queue.next_folio(coordinator, slug=SLUG, part=Part.INELIGIBLE) == "HIS-0003"
    for folio in ("HIS-0002", "HIS-0004"):
        decide(coordinator, folio, Verdict.ELIGIBLE)
    assert queue.next_folio(coordinator, slug=SLUG) is None
    lines = queue.lines(coordinator, slug=SLUG, part=Part.ALL, search="peña 3")
    assert [line.folio for line in lines] == ["HIS-0003"]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    screened: Path, coordinator: Actor, queries: list[str], count: int
) -> None:
    queries.clear()
    queue.lines(coordinator, slug=SLUG, part=Part.ALL, limit=count)
    queue.counts(coordinator, slug=SLUG)
    assert len(queries) == 6  # the login session, the call and the answer, twice


def test_only_screeners_and_only_while_nothing_is_decided(
    screened: Path, juror: Actor, coordinator: Actor, person: PersonFactory
) -> None:
    with pytest.raises(Forbidden):
        decide(juror, "HIS-0002", Verdict.ELIGIBLE)
    for read in (cases.read_case, holds.hold):
        with pytest.raises(Forbidden):
            read(juror, slug=SLUG, folio="HIS-0002")
    with pytest.raises(Forbidden):
        queue.lines(juror, slug=SLUG, part=Part.ALL)
    for phase in (Phase.DECIDED, Phase.ARCHIVED):
        spec.set_phase(OPERATOR, slug=SLUG, phase=phase)
        with pytest.raises(UserError):
            decide(coordinator, "HIS-0002", Verdict.ELIGIBLE)
    assert person(Role.JURY) and state("HIS-0002")[0] is TO_CHECK


def test_the_trail_bears_digests_and_the_values_can_go(screened: Path, coordinator: Actor) -> None:
    decide(coordinator, "HIS-0002", Verdict.INELIGIBLE, "Su hermana Eva vive ahí, ella no")
    with read_session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "screening.decide")).one()
        value = session.exec(select(ChangedValue).where(ChangedValue.event_id == event.id)).one()
    assert "Eva" not in json.dumps(event.detail) and value.after == "Su hermana Eva vive ahí, ella no"
    assert event.detail["changes"]["reason"]["after"] == digest(value.salt, "reason", value.after)
    assert event.detail["after"] == "ineligible" and event.actor == coordinator.label


def test_the_command_decides_on_all_or_none(screened: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--call", SLUG, "--reason", "INE revisada"]
    assert main(["screen", "HIS-0002", "HIS-0099", "--eligible", *options]) == 2
    assert "HIS-0099" in capsys.readouterr().err and state("HIS-0002")[0] is TO_CHECK
    for wrong in (
        ["HIS-0002", *options],
        ["HIS-0002", "--eligible", "--ineligible", *options],
        ["HIS-0002", "--eligible", "--call", SLUG],
        ["HIS-0002", "--eligible", "--call", SLUG, "--reason", " "],
        ["HIS-0002", "--eligible", "--call", "no-hay", "--reason", "x"],
        ["--eligible", *options],
    ):
        assert main(["screen", *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["screen", "HIS-0002", "HIS-0004", "--eligible", *options]) == 0
    assert "HIS-0004" in capsys.readouterr().out
    assert main(["screen", "HIS-0003", "--ineligible", "--json", *options]) == 0
    assert json.loads(capsys.readouterr().out)["screened"][0]["eligibility"] == "ineligible"
    bundle.export(OPERATOR, slug=SLUG, folder=tmp_path / "out")
    with (tmp_path / "out" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {row["folio"]: (row["eligibility"], row["reasons"]) for row in csv.DictReader(file)}
    assert lines["HIS-0002"][0] == "eligible" and lines["HIS-0003"] == ("ineligible", "INE revisada")


def test_a_withdrawal_is_neither_eligible_nor_ineligible(screened: Path, admin: Actor, tmp_path: Path) -> None:
    arguments = [
        "screen",
        "HIS-0001",
        "HIS-0003",
        "--call",
        SLUG,
        "--withdrawn",
        "--reason",
        "Ya no puede",
    ]
    assert main(arguments) == 0
    assert {folio: row.eligibility for folio, row in applications().items() if folio in ("HIS-0001", "HIS-0003")} == {
        "HIS-0001": Eligibility.WITHDRAWN,
        "HIS-0003": Eligibility.WITHDRAWN,
    }
    lines = queue.lines(admin, slug=SLUG, part=Part.WITHDRAWN, search="", offset=0, limit=9)
    assert [line.folio for line in lines] == ["HIS-0001", "HIS-0003"]
    assert not queue.lines(admin, slug=SLUG, part=Part.INELIGIBLE, search="", offset=0, limit=9)
    report = import_source(batch(tmp_path / "otro", _1={"telefono": "5587654321"}))
    assert sum(report.eligibility.get(status, 0) for status in (ELIGIBLE, INELIGIBLE, TO_CHECK)) == 2
    assert applications()["HIS-0001"].eligibility is Eligibility.WITHDRAWN, "another export does not take it back"
    bundle.export(OPERATOR, slug=SLUG, folder=tmp_path / "salida")
    with (tmp_path / "salida" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        exported = {row["folio"]: (row["status"], row["reasons"]) for row in csv.DictReader(file)}
    assert exported["HIS-0001"] == ("withdrawn", "Ya no puede")
    assert exported["HIS-0002"][0] == "current"
    decisions.undo(OPERATOR, slug=SLUG, folio="HIS-0001")
    assert applications()["HIS-0001"].eligibility is ELIGIBLE


def test_several_with_the_same_findings_are_decided_and_undone_at_once(
    call: Call, coordinator: Actor, admin: Actor, tmp_path: Path
) -> None:
    rows = [valid_row(number, telefono="12") for number in (1, 2, 3)] + [valid_row(4, telefono="", curp="X")]
    import_source(folder(tmp_path / "varias", rows, document_files(1, 2, 3, 4)))
    counts = queue.reason_counts(coordinator, slug=SLUG, part=Part.PENDING)
    assert counts == {"bad_phone": 3, "bad_curp": 1}
    folios = [
        line.folio for line in queue.lines(coordinator, slug=SLUG, part=Part.PENDING, reasons="bad_phone", limit=2)
    ]
    decisions.screen(coordinator, slug=SLUG, folios=folios, verdict=Verdict.ELIGIBLE, reason="Se llamó")
    assert queue.count_lines(coordinator, slug=SLUG, part=Part.PENDING, reasons="bad_phone") == 1
    last = decisions.last_own_decision(coordinator, slug=SLUG)
    assert last is not None and last.folios == tuple(folios)
    with pytest.raises(UserError, match="de otra persona"):
        decisions.undo_several(admin, slug=SLUG, folios=folios)
    decisions.undo_several(coordinator, slug=SLUG, folios=last.folios)
    assert queue.reason_counts(coordinator, slug=SLUG, part=Part.PENDING) == counts
    assert decisions.last_own_decision(coordinator, slug=SLUG) is None

"""Two applications that may be one person's: merged, kept apart, and undone."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import get_call, set_phase
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, NotFound, StaleWrite, UserError
from reviewer.intake.corrections import history
from reviewer.jury.reviews import queue as juror_queue
from reviewer.models import Application, Call, DuplicateDecision, Eligibility, Phase, Verdict
from reviewer.screening import decisions, duplicates
from reviewer.verification import checks
from tests import stored_rows
from tests.calls import SLUG
from tests.factories.batches import Cells, codes, document_files, folder, import_source, valid_row
from tests.factories.reviews import add_review, assign

NAME = {"nombre": "Ximena", "apellidos": "Quintanar Solórzano", "fecha_nacimiento": "1991-03-04", "curp": ""}
FIRST, SECOND, STRANGER = "HIS-0001", "HIS-0002", "HIS-0003"


def two_rows(**second: str) -> list[Cells]:
    """Two applications of one person under two e-mails, the second sent later, and another person's."""
    return [
        valid_row(1, enviado_en="2025-09-10 10:00:00", **NAME),
        valid_row(2, enviado_en="2025-09-12 10:00:00", **NAME | second),
        valid_row(3, enviado_en="2025-09-14 10:00:00"),
    ]


@pytest.fixture
def source(call: Call, tmp_path: Path) -> Path:
    """The imported batch of these rows."""
    place = folder(tmp_path / "lote", two_rows(), document_files(1, 2, 3))
    import_source(place)
    return place


def state() -> dict[str, tuple[str, str, Eligibility]]:
    """Status, successor and eligibility of all stored applications by folio."""
    with read_session() as session:
        stored = session.exec(select(Application).order_by(col(Application.id))).all()
        return {row.folio: (str(row.status), row.superseded_by, row.eligibility) for row in stored}


def merge(actor: Actor, *folios: str, seen: str | None = None) -> str:
    """Merges two applications of the example call."""
    return duplicates.merge(actor, slug=SLUG, folios=folios or (FIRST, SECOND), reason="Es ella: llamó", seen=seen)


def undo_last(actor: Actor) -> None:
    """Undoes the last decision."""
    [last] = duplicates.decision_rows(actor, slug=SLUG, limit=1)
    duplicates.undo(actor, slug=SLUG, decision_id=last.id)


def test_both_are_compared_before_somebody_decides(source: Path, coordinator: Actor) -> None:
    assert duplicates.possible_duplicates(coordinator, slug=SLUG, folio=FIRST) == [SECOND]
    assert duplicates.possible_duplicates(coordinator, slug=SLUG, folio=STRANGER) == []
    pair = duplicates.compare(coordinator, slug=SLUG, folio=FIRST, other=SECOND)
    assert [case.name for case in pair.cases] == ["Ximena Quintanar Solórzano"] * 2
    assert pair.later == SECOND
    assert {"correo", "enviado_en"} <= pair.different
    assert "fecha_nacimiento" not in pair.different
    assert pair.sent_reviews == {FIRST: 0, SECOND: 0}


def test_a_telephone_written_in_two_ways_is_one(call: Call, coordinator: Actor, tmp_path: Path) -> None:
    rows = two_rows(fecha_nacimiento="1991-03-05", telefono="+52 (55) 12-34-56-78")
    rows[0] |= {"telefono": "5512345678"}
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2, 3)))
    assert duplicates.possible_duplicates(coordinator, slug=SLUG, folio=FIRST) == [SECOND]


def test_the_later_one_stands_and_a_merge_undoes_completely(source: Path, coordinator: Actor) -> None:
    before = stored_rows.snapshot()
    assert merge(coordinator, SECOND, FIRST) == SECOND
    assert state() == {
        FIRST: ("superseded", SECOND, Eligibility.TO_CHECK),
        SECOND: ("current", "", Eligibility.ELIGIBLE),
        STRANGER: ("current", "", Eligibility.ELIGIBLE),
    }
    [row] = duplicates.decision_rows(coordinator, slug=SLUG)
    assert (row.folio, row.other_folio, row.reason) == (SECOND, FIRST, "Es ella: llamó")
    undo_last(coordinator)
    assert duplicates.count_decisions(coordinator, slug=SLUG) == 0
    assert stored_rows.snapshot() == before


def test_those_kept_apart_are_not_asked_about_again(source: Path, coordinator: Actor, tmp_path: Path) -> None:
    assert {row[2] for row in list(state().values())[:2]} == {Eligibility.TO_CHECK}
    duplicates.keep_apart(coordinator, slug=SLUG, folios=(FIRST, SECOND), reason="Son primas")
    assert {row[2] for row in state().values()} == {Eligibility.ELIGIBLE}
    assert duplicates.possible_duplicates(coordinator, slug=SLUG, folio=FIRST) == []
    corrected = [*two_rows(colonia="Roma"), valid_row(4, enviado_en="2025-09-16 10:00:00")]
    report = import_source(folder(tmp_path / "otra", corrected, document_files(1, 2, 3, 4)))
    assert "possible_duplicate" not in codes(report, 3)
    undo_last(coordinator)
    assert {row[2] for row in list(state().values())[:2]} == {Eligibility.TO_CHECK}


@pytest.mark.parametrize("folios", [True, False], ids=["with folios", "without folios"])
def test_importing_again_leaves_a_merge_as_it_is(call: Call, coordinator: Actor, tmp_path: Path, folios: bool) -> None:
    rows = [row | ({"folio": f"HIS-000{number}"} if folios else {}) for number, row in enumerate(two_rows(), 1)]
    files = document_files(1, 2, 3)
    place = folder(tmp_path / "lote", rows, files)
    import_source(place)
    merge(coordinator)
    merged = state()
    assert dict(import_source(place).counts) == {"unchanged": 3}
    longer = folder(
        tmp_path / "otra", [*rows, valid_row(4, enviado_en="2025-09-16 10:00:00")], files | document_files(4)
    )
    assert dict(import_source(longer).counts) == {"unchanged": 3, "created": 1}
    assert {folio: value for folio, value in state().items() if folio in merged} == merged


def test_a_still_later_one_of_either_address_takes_the_place(source: Path, coordinator: Actor, tmp_path: Path) -> None:
    merge(coordinator)
    newest = valid_row(1, enviado_en="2025-09-20 10:00:00", colonia="Roma", **NAME)
    import_source(folder(tmp_path / "otra", [newest], document_files(1)))
    assert stored_rows.applicants()[SECOND].colonia == "Roma"
    with pytest.raises(UserError, match="ya no son dos"):
        undo_last(coordinator)


def test_reviews_come_back_with_an_undone_merge(source: Path, call: Call, coordinator: Actor, juror: Actor) -> None:
    set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    earlier = stored_rows.applications()[FIRST]
    assign(earlier, juror)
    add_review(earlier, juror, 4)
    decisions.decide(coordinator, slug=SLUG, folio=FIRST, verdict=Verdict.ELIGIBLE, reason="Sí")
    assert duplicates.compare(coordinator, slug=SLUG, folio=FIRST, other=SECOND).sent_reviews[FIRST] == 1
    before = stored_rows.snapshot()

    def read() -> list[str]:
        return [row.folio for row in juror_queue.rows(juror, call=get_call(SLUG))]

    assert read() == [FIRST]
    merge(coordinator)
    assert read() == []
    undo_last(coordinator)
    assert read() == [FIRST]
    assert stored_rows.snapshot() == before
    assert [result.problems for result in checks.verify(OPERATOR) if result.problems] == []


def test_three_of_one_person_are_undone_from_the_last(call: Call, coordinator: Actor, tmp_path: Path) -> None:
    rows = [*two_rows(), valid_row(4, enviado_en="2025-09-18 10:00:00", **NAME)]
    import_source(folder(tmp_path / "lote", rows, document_files(1, 2, 3, 4)))
    before = state()
    merge(coordinator, FIRST, SECOND)
    between = state()
    merge(coordinator, SECOND, "HIS-0004")
    assert {state()[folio][1] for folio in (FIRST, SECOND)} == {"HIS-0004"}
    oldest = duplicates.decision_rows(coordinator, slug=SLUG)[-1]
    with pytest.raises(UserError, match="deshaga antes lo último"):
        duplicates.undo(coordinator, slug=SLUG, decision_id=oldest.id)
    undo_last(coordinator)
    assert state() == between
    undo_last(coordinator)
    assert state() == before


def test_what_is_refused(source: Path, coordinator: Actor, juror: Actor) -> None:
    pair = duplicates.compare(coordinator, slug=SLUG, folio=FIRST, other=SECOND)
    decisions.decide(coordinator, slug=SLUG, folio=FIRST, verdict=Verdict.ASKED, reason="Mande otra")
    with pytest.raises(StaleWrite):
        merge(coordinator, FIRST, SECOND, seen=pair.seen)
    with pytest.raises(UserError, match="distintas"):
        merge(coordinator, FIRST, FIRST)
    with pytest.raises(UserError, match="motivo"):
        duplicates.keep_apart(coordinator, slug=SLUG, folios=(FIRST, SECOND), reason=" ")
    with pytest.raises(Forbidden):
        merge(juror)
    with pytest.raises(NotFound):
        duplicates.undo(coordinator, slug=SLUG, decision_id=99)
    merge(coordinator)
    with pytest.raises(UserError, match="vigente"):
        merge(coordinator)


def test_both_histories_say_what_was_decided(source: Path, admin: Actor, coordinator: Actor) -> None:
    merge(coordinator)
    undo_last(coordinator)
    for folio, other in ((FIRST, SECOND), (SECOND, FIRST)):
        events = {event.action: event for event in history.application_history(admin, slug=SLUG, folio=folio)}
        assert events["duplicate.merged"].detail["other"] == other
        assert "duplicate.undo" in events
    with read_session() as session:
        assert {row.withdrawn_at is None for row in session.exec(select(DuplicateDecision))} == {False}

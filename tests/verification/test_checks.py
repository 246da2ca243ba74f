"""``verify``: correct data passes; each kind of damage is reported, with its exit code."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from reviewer import cli
from reviewer.access.actor import OPERATOR
from reviewer.audit import hash_chain, integrity
from reviewer.call import spec
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies, substitutions
from reviewer.models import (
    Acta,
    ActaKind,
    Answer,
    Application,
    Assignment,
    BatchRow,
    Document,
    Outcome,
    Phase,
    Placement,
    Replacement,
    Role,
    Score,
)
from reviewer.verification.checks import CHECKS, verify
from tests import prepared_installation
from tests.calls import SLUG, call_text
from tests.factories import batches
from tests.factories.applications import add_documents
from tests.factories.decisions import DecidedCall, decide_small_call, hold_meeting
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.reviews import add_conflict


@pytest.fixture
def amended(person: PersonFactory) -> DecidedCall:
    """A signed small call with one amendment and a document."""
    return prepared_installation.prepare_once("amended", lambda: sign_and_amend(person))


def sign_and_amend(person: PersonFactory) -> DecidedCall:
    decided = decide_small_call(person)
    hold_meeting(decided, selected_folio=decided.ranked[4])
    coordinator = decided.coordinator
    draft = signing.draft(coordinator, slug=SLUG)
    signing.sign(coordinator, slug=SLUG, password=PASSWORD, fingerprint=draft.fingerprint)
    replies.record_answer(coordinator, slug=SLUG, folio=decided.ranked[0], answer=Answer.DECLINED)
    expected = substitutions.proposed_replacements(coordinator, slug=SLUG)
    substitutions.sign_amendment(coordinator, slug=SLUG, password=PASSWORD, place="CDMX", expected=expected)
    with read_session() as session:
        first = session.exec(select(Application)).first()
    assert first is not None
    add_documents([first], b"%PDF-1.4 stored as it is", pages=1)
    return decided


def problems() -> dict[str, tuple[str, ...]]:
    return {result.check.name: result.problems for result in verify(OPERATOR) if result.problems}


def test_clean_data_passes(amended: DecidedCall, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems() == {}
    assert cli.main(["verify"]) == 0
    assert "La bitácora está como se escribió" in capsys.readouterr().out
    assert cli.main(["verify", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["status"] == "ok" and [check["name"] for check in printed["checks"]] == [
        check.name for check in CHECKS
    ]


def _score(session: Session) -> None:
    score = session.exec(select(Score)).first()
    assert score is not None
    score.value = 9


def _acta_document(session: Session) -> None:
    acta = session.exec(select(Acta).where(Acta.kind == ActaKind.ACTA)).one()
    acta.document = base64.b64encode(base64.b64decode(acta.document) + b" ").decode()


def _place(session: Session) -> None:
    freed = session.exec(select(Replacement.freed_by)).one()
    placement = session.exec(
        select(Placement).where(Placement.outcome == Outcome.SELECTED, Placement.folio != freed)
    ).first()
    assert placement is not None
    placement.folio = "HIS-9999"


def _replacement(session: Session) -> None:
    session.exec(select(Replacement)).one().taken_by = "HIS-0001x"


def _document(session: Session) -> None:
    document = session.exec(select(Document)).one()
    document.sha256 = "ab" * 32


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (_score, {"scores", "actas"}),
        (_acta_document, {"actas"}),
        (_place, {"selections", "actas"}),
        (_replacement, {"actas", "agreement"}),
        (_document, {"documents"}),
    ],
)
def test_each_damage_is_found(
    amended: DecidedCall,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Session], None],
    found: set[str],
) -> None:
    with write_session() as session:
        damage(session)
    assert set(problems()) == found
    assert cli.main(["verify", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["status"] == "wrong"


def test_events_written_during_the_check_are_no_damage(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec.load_call(OPERATOR, text=call_text())
    phase_changes: list[str] = []

    def link(*parts: Any) -> str:
        if not phase_changes:
            phase_changes.append("a phase")
            spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.SCREENING)
        return hash_chain.link(*parts)

    monkeypatch.setattr(integrity, "link", link)
    assert not [result for result in verify(OPERATOR) if result.problems] and phase_changes


def test_inconsistent_batch_counts_are_found(installation: Path) -> None:
    source = batches.folder(
        installation / "lote", [batches.valid_row(1), batches.valid_row(2)], batches.document_files(1, 2)
    )
    spec.load_call(OPERATOR, text=call_text())
    batches.import_source(source)
    assert problems() == {}
    with write_session() as session:
        session.delete(session.exec(select(BatchRow)).all()[-1])
    assert set(problems()) == {"batches"}


def test_an_assignment_despite_a_conflict_is_found(amended: DecidedCall) -> None:
    with read_session() as session:
        assignment = session.exec(select(Assignment)).first()
    assert assignment is not None
    folio = next(folio for folio, number in amended.application_ids.items() if number == assignment.application_id)
    juror = next(juror for juror in amended.jury if juror.person_id == assignment.person_id)
    add_conflict(amended.application_ids[folio], juror)
    assert set(problems()) == {"conflicts"}


def test_only_admins_may_verify(amended: DecidedCall, person: PersonFactory) -> None:
    assert verify(person(Role.ADMIN))
    for actor in (person(Role.JURY), amended.coordinator):
        with pytest.raises(Forbidden):
            verify(actor)

"""``verify``: clean data pass; each kind of damage is found, named and told by the exit code."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from reviewer import calls, cli
from reviewer.access import chain, trail_check
from reviewer.access.actor import OPERATOR
from reviewer.database import reading, writing
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replacing, replies
from reviewer.errors import Forbidden
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
from reviewer.verification.run import CHECKS, verify
from tests import prepared
from tests.conftest import PASSWORD, SLUG, PersonFactory, call_text
from tests.decision.decided import Decided, conflict, decide_small_call, hold_meeting
from tests.intake import made
from tests.jury.cases import add_documents


@pytest.fixture
def amended(person: PersonFactory) -> Decided:
    """A signed small call with one amendment and a document."""
    return prepared.once("amended", lambda: amend(person))


def amend(person: PersonFactory) -> Decided:
    decided = decide_small_call(person)
    hold_meeting(decided, decide=decided.ranked[4])
    coordinator = decided.coordinator
    drafted = signing.draft(coordinator, call=SLUG)
    signing.sign(coordinator, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    replies.answered(coordinator, call=SLUG, folio=decided.ranked[0], answer=Answer.DECLINED)
    expected = replacing.proposed(coordinator, call=SLUG)
    replacing.amend(coordinator, call=SLUG, password=PASSWORD, place="CDMX", expected=expected)
    with reading() as session:
        first = session.exec(select(Application)).first()
    assert first is not None
    add_documents([first], b"%PDF-1.4 stored as it is", pages=1)
    return decided


def problems() -> dict[str, tuple[str, ...]]:
    return {each.check.name: each.problems for each in verify(OPERATOR) if each.problems}


def test_clean_data_pass_and_the_command_says_so(
    amended: Decided, capsys: pytest.CaptureFixture[str]
) -> None:
    assert problems() == {}
    assert cli.main(["verify"]) == 0
    assert "La bitácora está como se escribió" in capsys.readouterr().out
    assert cli.main(["verify", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["status"] == "ok" and [each["name"] for each in printed["checks"]] == [
        each.name for each in CHECKS
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
    place = session.exec(
        select(Placement).where(Placement.outcome == Outcome.SELECTED, Placement.folio != freed)
    ).first()
    assert place is not None
    place.folio = "GUI-9999"


def _replacement(session: Session) -> None:
    session.exec(select(Replacement)).one().taken_by = "GUI-0001x"


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
    amended: Decided,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Session], None],
    found: set[str],
) -> None:
    with writing() as session:
        damage(session)
    assert set(problems()) == found
    assert cli.main(["verify", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["status"] == "wrong"


def test_what_comes_in_meanwhile_is_no_damage(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls.load_call(OPERATOR, text=call_text())
    meanwhile: list[str] = []

    def link(*words: Any) -> str:
        if not meanwhile:
            meanwhile.append("a phase")
            calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.SCREENING)
        return chain.link(*words)

    monkeypatch.setattr(trail_check, "link", link)
    assert not [each for each in verify(OPERATOR) if each.problems] and meanwhile


def test_counts_that_do_not_agree_are_found(installation: Path) -> None:
    source = made.folder(installation / "lote", [made.someone(1), made.someone(2)], made.papers(1, 2))
    calls.load_call(OPERATOR, text=call_text())
    made.take_in(source)
    assert problems() == {}
    with writing() as session:
        session.delete(session.exec(select(BatchRow)).all()[-1])
    assert set(problems()) == {"batches"}


def test_a_juror_who_keeps_what_she_has_a_conflict_with_is_found(amended: Decided) -> None:
    with reading() as session:
        given = session.exec(select(Assignment)).first()
    assert given is not None
    folio = next(each for each, number in amended.application_ids.items() if number == given.application_id)
    juror = next(each for each in amended.jury if each.person_id == given.person_id)
    conflict(folio, juror, amended.application_ids)
    assert set(problems()) == {"conflicts"}


def test_only_who_looks_after_the_data_may(amended: Decided, person: PersonFactory) -> None:
    assert verify(person(Role.ADMIN))
    for other in (person(Role.JURY), amended.coordinator):
        with pytest.raises(Forbidden):
            verify(other)

"""A table that was changed behind the application's back does not agree with the trail."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from reviewer import calls
from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cli import main
from reviewer.database import writing
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replacing, replies
from reviewer.jury import assignment, conflicts, reviews
from reviewer.models import Answer, Phase, Role
from reviewer.verification.run import verify
from tests import prepared
from tests.conftest import PASSWORD, SLUG, PersonFactory, call_text, log_in
from tests.decision.decided import Decided, decide_small_call, hold_meeting
from tests.jury.cases import add_applications

Found = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Known:
    """People whom the trail tells of; the juror sent one review and recused herself from another."""

    admin: Actor
    juror: Actor


@pytest.fixture
def known(installation: Path) -> Known:
    return prepared.once("told", _work)


def _work() -> Known:
    text = call_text().replace("opens_at     = 2025-09-29", "# ").replace("closes_at    = 2025-10-15", "# ")
    call = calls.load_call(OPERATOR, text=text)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    made = [
        people.add_person(
            OPERATOR, email=f"{role}@prueba.example", name="Quien", role=role, password=PASSWORD
        )
        for role in (Role.ADMIN, Role.JURY)
    ]
    admin, juror = (log_in(each.person) for each in made)
    add_applications(call, 3)
    assignment.assign(OPERATOR, call=SLUG, reviews=1)
    for folio in ("GUI-0001", "GUI-0002"):
        review = reviews.read_review(juror, call=SLUG, folio=folio)
        for criterion in review.missing:
            reviews.set_score(juror, call=SLUG, folio=folio, criterion=criterion, value=3, version=0)
        reviews.submit(juror, call=SLUG, folio=folio, versions=dict.fromkeys(review.missing, 1))
    conflicts.declare_conflict(juror, call=SLUG, folio="GUI-0002", kind="work", statement="")
    return Known(admin, juror)


def problems() -> Found:
    return {each.check.name: each.problems for each in verify(OPERATOR) if each.problems}


def spoil(statement: str) -> None:
    with writing() as session:
        session.connection().execute(sql(statement))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE person SET role = 'admin' WHERE role = 'jury'", "el papel de la persona"),
        ("UPDATE person SET active = false WHERE role = 'jury'", "puede entrar"),
        (
            "INSERT INTO person (public_id, email, name, role, password_hash, must_change_password, active, "
            "created_at) SELECT 'otro', 'otro@prueba.example', name, 'admin', password_hash, false, true, "
            "created_at FROM person WHERE role = 'admin'",
            "el papel de la persona",
        ),
        ("UPDATE call SET phase = 'decided'", "la fase de la convocatoria guionismo-2025"),
        ("UPDATE review SET status = 'begun' WHERE status = 'submitted'", "el estado del dictamen"),
        ("UPDATE review SET status = 'set_aside' WHERE status = 'submitted'", "el estado del dictamen"),
        ("UPDATE score SET value = 5 WHERE criterion = 'motivacion'", "el puntaje «motivacion»"),
        ("DELETE FROM score WHERE criterion = 'motivacion'", "el puntaje «motivacion»"),
        ("DELETE FROM conflict", "el conflicto de interés"),
        ("UPDATE conflict SET kind = 'kinship'", "el conflicto de interés"),
    ],
)
def test_what_the_trail_says_otherwise_is_found(known: Known, statement: str, said: str) -> None:
    assert problems() == {}
    spoil(statement)
    assert any(said in each for each in problems()["agreement"])


def test_what_is_done_by_the_verbs_agrees(known: Known) -> None:
    people.set_role(known.admin, person_id=known.juror.person_id or 0, role=Role.COORDINATOR)
    people.set_active(known.admin, person_id=known.juror.person_id or 0, active=False)
    assert problems() == {}
    people.set_active(known.admin, person_id=known.juror.person_id or 0, active=True)
    assert problems() == {}


@pytest.fixture
def followed(person: PersonFactory) -> Decided:
    """A signed call after a vote, an amendment and an answer."""
    return prepared.once("followed", lambda: _follow_up(person))


def _follow_up(person: PersonFactory) -> Decided:
    decided = decide_small_call(person)
    hold_meeting(decided, decide=decided.ranked[4])
    who = decided.coordinator
    drafted = signing.draft(who, call=SLUG)
    signing.sign(who, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    for folio, answer in zip(decided.ranked, (Answer.DECLINED, Answer.ACCEPTED), strict=False):
        replies.answered(who, call=SLUG, folio=folio, answer=answer)
    replacing.amend(
        who, call=SLUG, password=PASSWORD, place="CDMX", expected=replacing.proposed(who, call=SLUG)
    )
    return decided


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE acta SET document = 'YQ==', document_sha256 = 'ca97'", "el documento firmado"),
        ("UPDATE acta SET signed_at = NULL WHERE kind = 'amendment'", "el documento firmado"),
        ("DELETE FROM replacement", "quién ocupa el lugar"),
        ("UPDATE seatreply SET answer = 'declined'", "la respuesta de"),
        ("DELETE FROM vote", "el voto de la persona"),
        ("UPDATE agendaitem SET verdict = 'reject' WHERE verdict = 'select'", "lo que se decidió del caso"),
        ("UPDATE agendaitem SET verdict = 'select' WHERE verdict IS NULL", "lo que se decidió del caso"),
        ("UPDATE vote SET item_id = item_id + 1", "el voto de la persona"),
    ],
)
def test_after_the_decision_too(followed: Decided, statement: str, said: str) -> None:
    assert problems() == {}
    spoil(statement)
    assert any(said in each for each in problems()["agreement"])


def test_data_that_can_not_be_read_are_found_and_the_other_checks_go_on(known: Known) -> None:
    spoil("UPDATE person SET role = 'king' WHERE role = 'jury'")
    spoil("UPDATE score SET value = 9")
    found = problems()
    assert "«person», «role» tiene un valor que no es de los suyos" in found["values"][0]
    assert "LookupError" in found["agreement"][0] and "scores" in found


def test_a_database_that_there_is_not_is_no_damage(
    installation: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = installation / "otra.db"
    other.write_text("esto no es una base de datos")
    for url, code in ((f"sqlite:///{other}", 1), ("no es nada", 3), ("nadie://x/y", 3)):
        with monkeypatch.context() as patch:
            patch.setenv("REVIEWER_DATABASE_URL", url)
            assert main(["verify"]) == code, url
    assert "Traceback" not in capsys.readouterr().err


def test_a_trail_that_is_gone_altogether_is_missed(known: Known) -> None:
    for each in ("changedvalue", "auditevent", "audithead"):
        spoil(f"DELETE FROM {each}")
    assert "El final de la bitácora" in problems()["audit"][0]

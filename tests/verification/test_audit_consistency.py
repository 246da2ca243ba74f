"""A table that was changed without the application disagrees with the audit trail."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core.database import write_session
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies, substitutions
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import recusals
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Answer, Phase, Role
from reviewer.verification.checks import verify
from tests import prepared_installation
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.decisions import DecidedCall, decide_small_call, hold_meeting
from tests.factories.people import PASSWORD, PersonFactory, log_in

Problems = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class AuditedActors:
    """People with audit events; the juror submitted one review and has a conflict with another."""

    admin: Actor
    juror: Actor


@pytest.fixture
def known(installation: Path) -> AuditedActors:
    return prepared_installation.prepare_once("audited", _record_events)


def _record_events() -> AuditedActors:
    text = call_text(NO_REVIEW_WINDOW)
    call = spec.load_call(OPERATOR, text=text)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    new_people = [
        people.add_person(OPERATOR, email=f"{role}@prueba.example", name="Quien", role=role, password=PASSWORD)
        for role in (Role.ADMIN, Role.JURY)
    ]
    admin, juror = (log_in(new_person.person) for new_person in new_people)
    add_applications(call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    for folio in ("HIS-0001", "HIS-0002"):
        review = reviews_service.read_review(juror, slug=SLUG, folio=folio)
        for criterion in review.missing:
            reviews_service.set_score(juror, slug=SLUG, folio=folio, criterion=criterion, value=3, version=0)
        reviews_service.submit(juror, slug=SLUG, folio=folio, versions=dict.fromkeys(review.missing, 1))
    recusals.declare_conflict(juror, slug=SLUG, folio="HIS-0002", kind="work", statement="")
    return AuditedActors(admin, juror)


def problems() -> Problems:
    return {result.check.name: result.problems for result in verify(OPERATOR) if result.problems}


def execute(statement: str) -> None:
    with write_session() as session:
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
        ("UPDATE call SET phase = 'decided'", "la fase de la convocatoria historieta-2025"),
        ("UPDATE review SET status = 'begun' WHERE status = 'submitted'", "el estado del dictamen"),
        ("UPDATE review SET status = 'set_aside' WHERE status = 'submitted'", "el estado del dictamen"),
        ("UPDATE score SET value = 5 WHERE criterion = 'relato'", "el puntaje «relato»"),
        ("DELETE FROM score WHERE criterion = 'relato'", "el puntaje «relato»"),
        ("DELETE FROM conflict", "el conflicto de interés"),
        ("UPDATE conflict SET kind = 'kinship'", "el conflicto de interés"),
    ],
)
def test_a_value_that_disagrees_with_its_event_is_found(known: AuditedActors, statement: str, said: str) -> None:
    assert problems() == {}
    execute(statement)
    assert any(said in problem for problem in problems()["agreement"])


def test_changes_by_the_application_agree(known: AuditedActors) -> None:
    people.set_role(known.admin, person_id=known.juror.require_person_id(), role=Role.COORDINATOR)
    people.set_active(known.admin, person_id=known.juror.require_person_id(), active=False)
    assert problems() == {}
    people.set_active(known.admin, person_id=known.juror.require_person_id(), active=True)
    assert problems() == {}


@pytest.fixture
def amended_call(person: PersonFactory) -> DecidedCall:
    """A signed call after a vote, an amendment and an answer."""
    return prepared_installation.prepare_once("followed", lambda: _sign_and_amend(person))


def _sign_and_amend(person: PersonFactory) -> DecidedCall:
    decided = decide_small_call(person)
    hold_meeting(decided, selected_folio=decided.ranked[4])
    coordinator = decided.coordinator
    draft = signing.draft(coordinator, slug=SLUG)
    signing.sign(coordinator, slug=SLUG, password=PASSWORD, fingerprint=draft.fingerprint)
    for folio, answer in zip(decided.ranked, (Answer.DECLINED, Answer.ACCEPTED), strict=False):
        replies.record_answer(coordinator, slug=SLUG, folio=folio, answer=answer)
    substitutions.sign_amendment(
        coordinator,
        slug=SLUG,
        password=PASSWORD,
        place="CDMX",
        expected=substitutions.proposed_replacements(coordinator, slug=SLUG),
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
def test_damage_after_the_decision_is_found(amended_call: DecidedCall, statement: str, said: str) -> None:
    assert problems() == {}
    execute(statement)
    assert any(said in problem for problem in problems()["agreement"])


def test_unreadable_data_is_reported_and_other_checks_run(known: AuditedActors) -> None:
    execute("UPDATE person SET role = 'king' WHERE role = 'jury'")
    execute("UPDATE score SET value = 9")
    all_problems = problems()
    assert "«person», «role» tiene un valor que no es de los suyos" in all_problems["values"][0]
    assert "LookupError" in all_problems["agreement"][0] and "scores" in all_problems


def test_a_missing_database_is_no_damage(
    installation: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_database = installation / "otra.db"
    broken_database.write_text("esto no es una base de datos")
    for url, code in ((f"sqlite:///{broken_database}", 1), ("no es nada", 3), ("nadie://x/y", 3)):
        with monkeypatch.context() as patch:
            patch.setenv("REVIEWER_DATABASE_URL", url)
            assert main(["verify"]) == code, url
    assert "Traceback" not in capsys.readouterr().err


def test_a_deleted_trail_is_reported(known: AuditedActors) -> None:
    for table in ("changedvalue", "auditevent", "audithead"):
        execute(f"DELETE FROM {table}")
    assert "El final de la bitácora" in problems()["audit"][0]

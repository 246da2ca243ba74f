"""Readings by application, disagreement, reopening, closing with gaps, reminders."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database, mail
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.monitoring import closing, reminders
from reviewer.jury.monitoring.coverage import (
    CoverageFilter,
    CoverageOrder,
    application_coverage,
    coverage_table,
)
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed
from reviewer.models import AuditEvent, Call, Phase, Role
from tests import mailbox as mailbox_server
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.mailbox import Mailbox
from tests.stored_rows import readers_by_folio


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    jurors = [person(Role.JURY, name=name, email=f"{n}@jurado.example") for n, name in enumerate(("Inés", "Óscar"))]
    add_applications(reviewing_call, 4)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    return jurors


def submit_scores(juror: Actor, folio: str, level: int) -> None:
    for criterion in CRITERIA:
        reviews_service.set_score(juror, slug=SLUG, folio=folio, criterion=criterion, value=level, version=0)
    reviews_service.submit(juror, slug=SLUG, folio=folio, versions=dict.fromkeys(CRITERIA, 1))


def test_disagreement_is_in_points_of_a_hundred_and_sorts(
    jury: list[Actor], coordinator: Actor, queries: list[str]
) -> None:
    for folio, levels in (("HIS-0001", (3, 3)), ("HIS-0002", (1, 5)), ("HIS-0003", (2, 3))):
        for juror, level in zip(jury, levels, strict=True):
            submit_scores(juror, folio, level)
    submit_scores(jury[0], "HIS-0004", 5)
    page = application_coverage(coordinator, slug=SLUG, order=CoverageOrder.DISAGREEMENT)
    assert [(row.folio, row.submitted, row.mean, row.difference) for row in page.rows] == [
        ("HIS-0002", 2, 50, 100),
        ("HIS-0003", 2, 37.5, 25),
        ("HIS-0001", 2, 50, 0),
        ("HIS-0004", 1, 100, None),
    ]
    apart = application_coverage(coordinator, slug=SLUG, show=CoverageFilter.DISAGREEING)
    assert ([row.folio for row in apart.rows], apart.count) == (["HIS-0002"], 1)
    assert application_coverage(coordinator, slug=SLUG, show=CoverageFilter.SHORT).count == 4
    assert application_coverage(coordinator, slug=SLUG, show=CoverageFilter.UNASSIGNED).count == 4
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(application_coverage(coordinator, slug=SLUG, limit=limit).rows) == limit
        needed.append(len(queries))
    assert needed == [7, 7]
    assert coverage_table(coordinator, slug=SLUG, show=CoverageFilter.DISAGREEING).rows == (
        ("HIS-0002", 2, 2, 50.0, 100.0),
    )


def test_scores_exactly_at_the_allowed_difference_do_not_disagree(jury: list[Actor], coordinator: Actor) -> None:
    text = spec.get_call(SLUG).source.replace("disagreement = 30", "disagreement = 25")
    spec.load_call(OPERATOR, text=text)
    submit_scores(jury[0], "HIS-0001", 2)
    submit_scores(jury[1], "HIS-0001", 3)
    assert application_coverage(coordinator, slug=SLUG, show=CoverageFilter.DISAGREEING).count == 0


def test_a_submitted_review_is_given_back_with_a_reason(jury: list[Actor], coordinator: Actor) -> None:
    submit_scores(jury[0], "HIS-0001", 2)
    back: dict[str, Any] = {"slug": SLUG, "folio": "HIS-0001", "person_id": jury[0].person_id}
    with pytest.raises(UserError, match="Escriba el motivo"):
        closing.reopen_review(coordinator, **back, reason="")
    closing.reopen_review(coordinator, **back, reason="Se equivocó de folio")
    with pytest.raises(UserError, match="no está enviado"):
        closing.reopen_review(coordinator, **back, reason="Otra vez")
    assert [
        (reader.name, reader.status) for reader in closing.list_readers(coordinator, slug=SLUG, folio="HIS-0001")
    ] == [
        ("Inés", "begun"),
        ("Óscar", None),
    ]
    with pytest.raises(Forbidden):
        closing.reopen_review(jury[1], **back, reason="x")


def test_closing_with_gaps_needs_a_reason_and_is_noted(jury: list[Actor], coordinator: Actor) -> None:
    submit_scores(jury[0], "HIS-0001", 2)
    summary = closing.preview_closing(coordinator, slug=SLUG)
    assert (summary.eligible, len(summary.gaps), summary.unread, summary.submitted, summary.begun) == (
        4,
        4,
        3,
        1,
        0,
    )
    with pytest.raises(UserError, match="Escriba el motivo"):
        closing.close_reviewing(coordinator, slug=SLUG)
    closing.close_reviewing(coordinator, slug=SLUG, reason="Se acabó el plazo")
    assert spec.get_call(SLUG).phase is Phase.DELIBERATION
    with pytest.raises(ReviewingClosed):
        reviews_service.set_score(jury[0], slug=SLUG, folio="HIS-0002", criterion="dibujo", value=1, version=0)
    with pytest.raises(UserError, match="está en deliberación"):
        closing.close_reviewing(coordinator, slug=SLUG, reason="Otra vez")
    with database.read_session() as session:
        noted = session.exec(select(AuditEvent.detail).where(AuditEvent.action == "review.close")).one()
    assert (noted["gaps"], noted["unread"], noted["reason"]) == (4, 3, "Se acabó el plazo")
    assert noted["folios"] == [f"HIS-000{n}" for n in range(1, 5)]


def test_a_whole_set_of_readings_closes_without_a_reason(
    jury: list[Actor], coordinator: Actor, person: PersonFactory
) -> None:
    third = person(Role.JURY)
    assignment_service.assign(OPERATOR, slug=SLUG)
    for juror in (*jury, third):
        for folio, person_ids in readers_by_folio().items():
            if juror.person_id in person_ids:
                submit_review(juror, folio)
    assert closing.close_reviewing(coordinator, slug=SLUG).gaps == ()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mailbox_server.running(monkeypatch) as new_mailbox:
        yield new_mailbox


def ids(jury: list[Actor]) -> list[int]:
    return [juror.require_person_id() for juror in jury]


def test_reminders_are_sent_by_mail_and_failures_reported(
    jury: list[Actor], coordinator: Actor, mailbox: Mailbox
) -> None:
    submit_scores(jury[0], "HIS-0001", 3)
    result = reminders.send(coordinator, slug=SLUG, person_ids=ids(jury))
    assert (result.sent, result.failed) == (1, (("Óscar", "no aceptó la dirección"),))
    (message,) = mailbox.messages
    assert message["To"] == "Inés <0@jurado.example>" or "0@jurado.example" in message["To"]
    body = message.get_payload(decode=True).decode()
    assert "Le quedan 3\N{NO-BREAK SPACE}postulaciones por dictaminar de 4" in body
    assert set(reminders.last_sent(coordinator, slug=SLUG)) == {jury[0].person_id}
    with database.read_session() as session:
        noted = session.exec(select(AuditEvent).where(AuditEvent.action == "reminder.send")).all()
    assert [event.detail for event in noted] == [{"call": SLUG}]


def test_without_a_server_or_with_a_silent_one_nothing_is_sent_and_it_is_said(
    jury: list[Actor], coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REVIEWER_SMTP_URL", raising=False)
    assert mail.configured_server() is None and len(reminders.write(coordinator, slug=SLUG, person_ids=ids(jury))) == 2
    with pytest.raises(UserError, match="No hay un servidor de correo"):
        reminders.send(coordinator, slug=SLUG, person_ids=ids(jury))
    monkeypatch.setenv("REVIEWER_SMTP_URL", "smtp://127.0.0.1:1")
    with pytest.raises(UserError, match="REVIEWER_SMTP_FROM"):
        mail.configured_server()
    monkeypatch.setenv("REVIEWER_SMTP_FROM", "taller@ejemplo.mx")
    with pytest.raises(UserError, match=r"no se pudo conectar con él\. No se envió nada"):
        reminders.send(coordinator, slug=SLUG, person_ids=ids(jury))
    assert reminders.last_sent(coordinator, slug=SLUG) == {}


def test_a_password_is_never_given_to_a_server_that_does_not_encrypt(
    jury: list[Actor], coordinator: Actor, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = mail.configured_server()
    assert server is not None
    monkeypatch.setenv("REVIEWER_SMTP_URL", f"smtp://yo:secreta@127.0.0.1:{server.port}")
    with pytest.raises(UserError, match="no cifra la conexión"):
        reminders.send(coordinator, slug=SLUG, person_ids=ids(jury))
    assert mailbox.messages == []


def test_who_has_nothing_left_is_not_reminded(jury: list[Actor], coordinator: Actor, mailbox: Mailbox) -> None:
    for number in range(1, 5):
        submit_scores(jury[0], f"HIS-000{number}", 3)
    assert [message.name for message in reminders.write(coordinator, slug=SLUG, person_ids=ids(jury))] == ["Óscar"]
    with pytest.raises(UserError, match="tiene pendientes"):
        reminders.send(coordinator, slug=SLUG, person_ids=[jury[0].require_person_id()])
    with pytest.raises(Forbidden):
        reminders.send(jury[0], slug=SLUG, person_ids=ids(jury))

"""Readings by application, disagreement, reopening, closing with gaps, reminders."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from reviewer import calls, database, mail
from reviewer.access.actor import OPERATOR, Actor
from reviewer.errors import Forbidden, Refused
from reviewer.jury import assignment, reminders, reviews, running
from reviewer.jury.readings import Order, Show, applications, table
from reviewer.jury.window import Closed
from reviewer.models import AuditEvent, Call, Phase, Role
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, readers
from tests.jury.test_desk import finish

CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    made = [
        person(Role.JURY, name=name, email=f"{n}@jurado.example") for n, name in enumerate(("Inés", "Óscar"))
    ]
    add_applications(reviewing_call, 4)
    assignment.assign(OPERATOR, call=SLUG, reviews=2)
    return made


def score(juror: Actor, folio: str, level: int) -> None:
    for each in CRITERIA:
        reviews.set_score(juror, call=SLUG, folio=folio, criterion=each, value=level, version=0)
    reviews.submit(juror, call=SLUG, folio=folio, versions=dict.fromkeys(CRITERIA, 1))


def test_disagreement_is_in_points_of_a_hundred_and_sorts(
    jury: list[Actor], coordinator: Actor, queries: list[str]
) -> None:
    for folio, levels in (("GUI-0001", (3, 3)), ("GUI-0002", (1, 5)), ("GUI-0003", (2, 3))):
        for juror, level in zip(jury, levels, strict=True):
            score(juror, folio, level)
    score(jury[0], "GUI-0004", 5)
    page = applications(coordinator, call=SLUG, order=Order.DISAGREEMENT)
    assert [(each.folio, each.submitted, each.mean, each.difference) for each in page.rows] == [
        ("GUI-0002", 2, 50, 100),
        ("GUI-0003", 2, 37.5, 25),
        ("GUI-0001", 2, 50, 0),
        ("GUI-0004", 1, 100, None),
    ]
    apart = applications(coordinator, call=SLUG, show=Show.DISAGREEING)
    assert ([each.folio for each in apart.rows], apart.count) == (["GUI-0002"], 1)
    assert applications(coordinator, call=SLUG, show=Show.SHORT).count == 4
    assert applications(coordinator, call=SLUG, show=Show.UNASSIGNED).count == 4
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(applications(coordinator, call=SLUG, limit=limit).rows) == limit
        needed.append(len(queries))
    assert needed == [4, 4]
    assert table(coordinator, call=SLUG, show=Show.DISAGREEING).rows == (("GUI-0002", 2, 2, 50.0, 100.0),)


def test_scores_exactly_at_the_allowed_difference_do_not_disagree(
    jury: list[Actor], coordinator: Actor
) -> None:
    text = calls.get_call(SLUG).source.replace("disagreement = 30", "disagreement = 25")
    calls.load_call(OPERATOR, text=text)
    score(jury[0], "GUI-0001", 2)
    score(jury[1], "GUI-0001", 3)
    assert applications(coordinator, call=SLUG, show=Show.DISAGREEING).count == 0


def test_a_submitted_review_is_given_back_with_a_reason(jury: list[Actor], coordinator: Actor) -> None:
    score(jury[0], "GUI-0001", 2)
    back: dict[str, Any] = {"call": SLUG, "folio": "GUI-0001", "person_id": jury[0].person_id}
    with pytest.raises(Refused, match="Anote el motivo"):
        running.reopen_review(coordinator, **back, reason="")
    running.reopen_review(coordinator, **back, reason="Se equivocó de folio")
    with pytest.raises(Refused, match="no está enviado"):
        running.reopen_review(coordinator, **back, reason="Otra vez")
    assert [
        (each.name, each.status) for each in running.readers(coordinator, call=SLUG, folio="GUI-0001")
    ] == [
        ("Inés", "begun"),
        ("Óscar", None),
    ]
    with pytest.raises(Forbidden):
        running.reopen_review(jury[1], **back, reason="x")


def test_closing_with_gaps_needs_a_reason_and_is_noted(jury: list[Actor], coordinator: Actor) -> None:
    score(jury[0], "GUI-0001", 2)
    seen = running.preview_closing(coordinator, call=SLUG)
    assert (seen.eligible, len(seen.gaps), seen.unread, seen.submitted, seen.begun) == (4, 4, 3, 1, 0)
    with pytest.raises(Refused, match="Anote el motivo"):
        running.close_reviewing(coordinator, call=SLUG)
    running.close_reviewing(coordinator, call=SLUG, reason="Se acabó el plazo")
    assert calls.get_call(SLUG).phase is Phase.DELIBERATION
    with pytest.raises(Closed):
        reviews.set_score(jury[0], call=SLUG, folio="GUI-0002", criterion="mirada", value=1, version=0)
    with pytest.raises(Refused, match="está en deliberación"):
        running.close_reviewing(coordinator, call=SLUG, reason="Otra vez")
    with database.reading() as session:
        noted = session.exec(select(AuditEvent.detail).where(AuditEvent.action == "review.close")).one()
    assert (noted["gaps"], noted["unread"], noted["reason"]) == (4, 3, "Se acabó el plazo")
    assert noted["folios"] == [f"GUI-000{n}" for n in range(1, 5)]


def test_a_whole_set_of_readings_closes_without_a_reason(
    jury: list[Actor], coordinator: Actor, person: PersonFactory
) -> None:
    third = person(Role.JURY)
    assignment.assign(OPERATOR, call=SLUG)
    for juror in (*jury, third):
        for folio, its in readers().items():
            if juror.person_id in its:
                finish(juror, folio)
    assert running.close_reviewing(coordinator, call=SLUG).gaps == ()


class Mailbox(Handler):
    """Keeps what a real SMTP server was given; refuses one address."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.kept.append(message)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("1@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    made = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("REVIEWER_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("REVIEWER_SMTP_FROM", "Taller Ñandú <taller@ejemplo.mx>")
    yield made
    controller.stop()


def ids(jury: list[Actor]) -> list[int]:
    return [each.person_id or 0 for each in jury]


def test_reminders_are_sent_by_the_operators_server_when_asked_and_failures_are_told(
    jury: list[Actor], coordinator: Actor, mailbox: Mailbox
) -> None:
    score(jury[0], "GUI-0001", 3)
    told = reminders.send(coordinator, call=SLUG, person_ids=ids(jury))
    assert (told.sent, told.failed) == (1, (("Óscar", "no aceptó la dirección"),))
    (message,) = mailbox.kept
    assert message["To"] == "Inés <0@jurado.example>" or "0@jurado.example" in message["To"]
    body = message.get_payload(decode=True).decode()
    assert "Le quedan 3\N{NO-BREAK SPACE}postulaciones por dictaminar de 4" in body
    assert set(reminders.last_sent(coordinator, call=SLUG)) == {jury[0].person_id}
    with database.reading() as session:
        noted = session.exec(select(AuditEvent).where(AuditEvent.action == "reminder.send")).all()
    assert [each.detail for each in noted] == [{"call": SLUG}]


def test_without_a_server_or_with_a_silent_one_nothing_is_sent_and_it_is_said(
    jury: list[Actor], coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REVIEWER_SMTP_URL", raising=False)
    assert mail.server() is None and len(reminders.write(coordinator, call=SLUG, person_ids=ids(jury))) == 2
    with pytest.raises(Refused, match="No hay un servidor de correo"):
        reminders.send(coordinator, call=SLUG, person_ids=ids(jury))
    monkeypatch.setenv("REVIEWER_SMTP_URL", "smtp://127.0.0.1:1")
    with pytest.raises(Refused, match="REVIEWER_SMTP_FROM"):
        mail.server()
    monkeypatch.setenv("REVIEWER_SMTP_FROM", "taller@ejemplo.mx")
    with pytest.raises(Refused, match=r"no se pudo conectar con él\. No se envió nada"):
        reminders.send(coordinator, call=SLUG, person_ids=ids(jury))
    assert reminders.last_sent(coordinator, call=SLUG) == {}


def test_a_password_is_never_given_to_a_server_that_does_not_encrypt(
    jury: list[Actor], coordinator: Actor, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = mail.server()
    assert known is not None
    monkeypatch.setenv("REVIEWER_SMTP_URL", f"smtp://yo:secreta@127.0.0.1:{known.port}")
    with pytest.raises(Refused, match="no cifra la conexión"):
        reminders.send(coordinator, call=SLUG, person_ids=ids(jury))
    assert mailbox.kept == []


def test_who_has_nothing_left_is_not_reminded(
    jury: list[Actor], coordinator: Actor, mailbox: Mailbox
) -> None:
    for number in range(1, 5):
        score(jury[0], f"GUI-000{number}", 3)
    assert [each.name for each in reminders.write(coordinator, call=SLUG, person_ids=ids(jury))] == ["Óscar"]
    with pytest.raises(Refused, match="tiene pendientes"):
        reminders.send(coordinator, call=SLUG, person_ids=[jury[0].person_id or 0])
    with pytest.raises(Forbidden):
        reminders.send(jury[0], call=SLUG, person_ids=ids(jury))

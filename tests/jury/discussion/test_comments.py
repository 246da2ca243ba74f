"""The committee's messages: from deliberation on, for its participants, without the applicant's name."""

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.discussion import comments
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.page_notes import Pin, set_pin
from reviewer.models import Application, Call, NoteKind, Phase, Role, require_id
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict, assign
from tests.stored_rows import count_events


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(new_application, juror)
    return new_application


@pytest.fixture
def other(application: Application, person: PersonFactory) -> Actor:
    new_juror = person(Role.JURY, name="Otilia Otra")
    assign(application, new_juror)
    return new_juror


def write_review(actor: Actor, application: Application, *, submit: bool = True) -> None:
    """A reading with a private note, a comment, a private pin and a shared one."""
    where = {"slug": SLUG, "folio": application.folio}
    document = add_document(application, "motivos", pages_pdf(["x"]), pages=1)
    for criterion in CRITERIA:
        reviews_service.set_score(actor, **where, criterion=criterion, value=3, version=0)
    reviews_service.set_note(actor, **where, kind=NoteKind.PRIVATE, text="SECRETO", version=0)
    reviews_service.set_note(actor, **where, kind=NoteKind.COMMITTEE, text="Creo que es ROSALIA Peña", version=0)
    for key, shared in (("marca-privada", False), ("marca-comite", True)):
        text = "rosalía escribe aquí" if shared else "SECRETO"
        pin = Pin(document.public_id, 1, 0, 0, "dibujo", shared, text)
        set_pin(actor, **where, key=key, pin=pin, version=0)
    if submit:
        reviews_service.submit(actor, **where, versions=dict.fromkeys(CRITERIA, 1))


def deliberate(phase: Phase = Phase.DELIBERATION) -> None:
    spec.set_phase(OPERATOR, slug=SLUG, phase=phase)


def texts(viewer: Actor) -> list[str]:
    return [remark.text for remark in comments.discussion(viewer, slug=SLUG, folio="HIS-0001")]


def say(actor: Actor, text: str, key: str = "k", answers_to: int | None = None) -> None:
    comments.post_message(actor, slug=SLUG, folio="HIS-0001", key=key, text=text, answers_to=answers_to)


def own_words(actor: Actor, message: int) -> str:
    return comments.own_message_text(actor, slug=SLUG, folio="HIS-0001", message_id=message)


def correct(actor: Actor, message: int, text: str, was: str) -> None:
    comments.correct_message(actor, slug=SLUG, folio="HIS-0001", message_id=message, text=text, expected_text=was)


def withdraw(actor: Actor, message: int) -> None:
    comments.withdraw_message(actor, slug=SLUG, folio="HIS-0001", message_id=message)


def test_messages_require_the_phase_of_deliberation(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    write_review(juror, application)
    for viewer in (juror, other, coordinator):
        with pytest.raises(UserError):
            texts(viewer)
        with pytest.raises(UserError):
            say(viewer, "antes")
    with pytest.raises(UserError):
        comments.remark_counts(coordinator, slug=SLUG)


def test_comments_and_shared_notes_are_read_without_names(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    write_review(juror, application)
    deliberate()
    for viewer in (other, coordinator):
        assert texts(viewer) == ["Creo que es █████ █████", "█████ escribe aquí"]
    own_texts = ["Creo que es ROSALIA Peña", "rosalía escribe aquí"]
    assert texts(juror) == own_texts, "lo cubierto en sus propias palabras confirmaría lo que adivina"
    _, pin = comments.discussion(other, slug=SLUG, folio="HIS-0001")
    assert (pin.author, pin.about) == ("Julia Jurado", "Carta de motivos, p. 1 · Dibujo y trazo")


def test_unsubmitted_and_recused_reviews_are_not_shown(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    write_review(juror, application, submit=False)
    write_review(other, application)
    add_conflict(require_id(application), other)
    deliberate()
    assert texts(coordinator) == []
    assert comments.remark_counts(coordinator, slug=SLUG) == {}
    with pytest.raises(Forbidden):
        texts(other)
    with pytest.raises(Forbidden):
        say(other, "de todos modos")


def test_messages_and_answers_said_once(
    application: Application, juror: Actor, other: Actor, coordinator: Actor, person: PersonFactory
) -> None:
    deliberate()
    say(coordinator, "¿La leyeron igual?")
    say(coordinator, "¿La leyeron igual?")
    first = comments.discussion(juror, slug=SLUG, folio="HIS-0001")[0]
    say(juror, "Yo no: Peña Núñez promete", "k2", first.message_id)
    with pytest.raises(Forbidden):
        say(person(Role.JURY), "desde fuera")
    with pytest.raises(Forbidden):
        say(other, "a nada", "k3", 999)
    with pytest.raises(UserError, match="Escriba"):
        say(other, "  ", "k4")
    answer = comments.discussion(other, slug=SLUG, folio="HIS-0001")[1]
    assert (answer.text, answer.answers_to) == ("Yo no: █████ █████ promete", first.message_id)
    assert count_events("committee.say") == 2
    assert comments.remark_counts(coordinator, slug=SLUG) == {"HIS-0001": 2}
    deliberate(Phase.DECIDED)
    assert len(texts(juror)) == 2
    with pytest.raises(UserError):
        say(juror, "tarde", "k5")


def test_only_the_author_corrects_and_withdraws_a_message(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    deliberate()
    say(juror, "Sobre Rosalía: la muestra es floja")
    (remark,) = comments.discussion(juror, slug=SLUG, folio="HIS-0001")
    message_id = remark.message_id or 0
    assert remark.is_own and not comments.discussion(other, slug=SLUG, folio="HIS-0001")[0].is_own
    for someone in (other, coordinator):
        with pytest.raises(Forbidden):
            own_words(someone, message_id)
        with pytest.raises(Forbidden):
            correct(someone, message_id, text="No", was=remark.text)
        with pytest.raises(Forbidden):
            withdraw(someone, message_id)
    was = own_words(juror, message_id)
    correct(juror, message_id, text="La muestra de Rosalía es breve", was=was)
    correct(juror, message_id, text="La muestra de Rosalía es breve", was=was)  # a double click
    with pytest.raises(UserError, match="otra pestaña"):
        correct(juror, message_id, text="Otra cosa", was=was)
    with pytest.raises(UserError, match="Escriba"):
        correct(juror, message_id, text=" ", was=was)
    (corrected_remark,) = comments.discussion(other, slug=SLUG, folio="HIS-0001")
    assert (corrected_remark.text, corrected_remark.corrected) == ("La muestra de █████ es breve", True)
    say(other, "De acuerdo", "k2", remark.message_id)
    withdraw(juror, message_id)
    with pytest.raises(UserError, match="ya se había retirado"):
        withdraw(juror, message_id)
    withdrawn_remark, answer = comments.discussion(other, slug=SLUG, folio="HIS-0001")
    assert (withdrawn_remark.text, withdrawn_remark.withdrawn, answer.text) == ("", True, "De acuerdo")
    assert comments.remark_counts(coordinator, slug=SLUG) == {"HIS-0001": 1}
    assert (count_events("committee.correct"), count_events("committee.withdraw")) == (1, 1)
    withdraw(other, answer.message_id or 0)
    assert texts(juror) == [], "sin respuesta no queda ni su lugar"
    deliberate(Phase.DECIDED)
    with pytest.raises(UserError):
        withdraw(juror, message_id)


def test_a_conversation_takes_as_many_queries_for_one_message_as_for_many(
    application: Application, juror: Actor, coordinator: Actor, queries: list[str]
) -> None:
    write_review(juror, application)
    deliberate()
    needed = []
    for number in range(3):
        say(juror, "algo", f"k{number}")
        queries.clear()
        assert len(texts(juror)) == 3 + number
        comments.remark_counts(coordinator, slug=SLUG)
        needed.append(len(queries))
    assert needed == [needed[0]] * 3


def test_admins_take_no_part(application: Application, admin: Actor, juror: Actor) -> None:
    deliberate()
    with pytest.raises(Forbidden):
        texts(admin)
    for viewer in (admin, juror):
        with pytest.raises(Forbidden):
            comments.remark_counts(viewer, slug=SLUG)

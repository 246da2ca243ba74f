"""The committee's words: from deliberation on, for those who take part, without the applicant's name."""

import pytest

from reviewer import calls
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury import committee, reviews
from reviewer.jury.pins import Pin, set_pin
from reviewer.models import Application, Call, Conflict, NoteKind, Phase, Role
from tests import papers
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import events

CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    made = papers.add_application(reviewing_call, "GUI-0001")
    papers.assign(made, juror)
    return made


@pytest.fixture
def other(application: Application, person: PersonFactory) -> Actor:
    made = person(Role.JURY, name="Otilia Otra")
    papers.assign(application, made)
    return made


def judge(actor: Actor, application: Application, *, submit: bool = True) -> None:
    """A reading with a private note, a comment, a private pin and a shared one."""
    where = {"call": SLUG, "folio": application.folio}
    document = papers.add_document(application, "motivos", papers.pdf(["x"]), pages=1)
    for each in CRITERIA:
        reviews.set_score(actor, **where, criterion=each, value=3, version=0)
    reviews.set_note(actor, **where, kind=NoteKind.PRIVATE, text="SECRETO", version=0)
    reviews.set_note(actor, **where, kind=NoteKind.COMMITTEE, text="Creo que es ROSALIA Peña", version=0)
    for key, shared in (("marca-privada", False), ("marca-comite", True)):
        text = "rosalía escribe aquí" if shared else "SECRETO"
        pin = Pin(document.public_id, 1, 0, 0, "mirada", shared, text)
        set_pin(actor, **where, key=key, pin=pin, version=0)
    if submit:
        reviews.submit(actor, **where, versions=dict.fromkeys(CRITERIA, 1))


def deliberate(phase: Phase = Phase.DELIBERATION) -> None:
    calls.set_phase(OPERATOR, slug=SLUG, phase=phase)


def texts(viewer: Actor) -> list[str]:
    return [each.text for each in committee.discussion(viewer, call=SLUG, folio="GUI-0001")]


def say(actor: Actor, text: str, key: str = "k", answers_to: int | None = None) -> None:
    committee.say(actor, call=SLUG, folio="GUI-0001", key=key, text=text, answers_to=answers_to)


def own_words(actor: Actor, message: int) -> str:
    return committee.own_words(actor, call=SLUG, folio="GUI-0001", message=message)


def correct(actor: Actor, message: int, text: str, was: str) -> None:
    committee.correct(actor, call=SLUG, folio="GUI-0001", message=message, text=text, was=was)


def withdraw(actor: Actor, message: int) -> None:
    committee.withdraw(actor, call=SLUG, folio="GUI-0001", message=message)


def test_nobody_reads_or_writes_before_deliberation(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    judge(juror, application)
    for viewer in (juror, other, coordinator):
        with pytest.raises(Refused):
            texts(viewer)
        with pytest.raises(Refused):
            say(viewer, "antes")
    with pytest.raises(Refused):
        committee.talked_about(coordinator, call=SLUG)


def test_comments_and_shared_notes_are_read_without_names(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    judge(juror, application)
    deliberate()
    for viewer in (other, coordinator):
        assert texts(viewer) == ["Creo que es █████ █████", "█████ escribe aquí"]
    own = ["Creo que es ROSALIA Peña", "rosalía escribe aquí"]
    assert texts(juror) == own, "lo cubierto en sus propias palabras confirmaría lo que adivina"
    _, pin = committee.discussion(other, call=SLUG, folio="GUI-0001")
    assert (pin.who, pin.about) == ("Julia Jurado", "Exposición de motivos, p. 1 · Mirada propia")


def test_what_was_not_submitted_or_was_recused_stays_unsaid(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    judge(juror, application, submit=False)
    judge(other, application)
    with writing() as session:
        session.add(Conflict(application_id=application.id or 0, person_id=other.person_id or 0, kind="work"))
    deliberate()
    assert texts(coordinator) == []
    assert committee.talked_about(coordinator, call=SLUG) == {}
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
    first = committee.discussion(juror, call=SLUG, folio="GUI-0001")[0]
    say(juror, "Yo no: Peña Núñez promete", "k2", first.message)
    with pytest.raises(Forbidden):
        say(person(Role.JURY), "desde fuera")
    with pytest.raises(Forbidden):
        say(other, "a nada", "k3", 999)
    with pytest.raises(Refused, match="Escriba"):
        say(other, "  ", "k4")
    answer = committee.discussion(other, call=SLUG, folio="GUI-0001")[1]
    assert (answer.text, answer.answers_to) == ("Yo no: █████ █████ promete", first.message)
    assert events("committee.say") == 2
    assert committee.talked_about(coordinator, call=SLUG) == {"GUI-0001": 2}
    deliberate(Phase.DECIDED)
    assert len(texts(juror)) == 2
    with pytest.raises(Refused):
        say(juror, "tarde", "k5")


def test_a_message_is_corrected_and_withdrawn_by_her_who_wrote_it(
    application: Application, juror: Actor, other: Actor, coordinator: Actor
) -> None:
    deliberate()
    say(juror, "Sobre Rosalía: la muestra es floja")
    (mine,) = committee.discussion(juror, call=SLUG, folio="GUI-0001")
    hers = mine.message or 0
    assert mine.own and not committee.discussion(other, call=SLUG, folio="GUI-0001")[0].own
    for someone in (other, coordinator):
        with pytest.raises(Forbidden):
            own_words(someone, hers)
        with pytest.raises(Forbidden):
            correct(someone, hers, text="No", was=mine.text)
        with pytest.raises(Forbidden):
            withdraw(someone, hers)
    was = own_words(juror, hers)
    correct(juror, hers, text="La muestra de Rosalía es breve", was=was)
    correct(juror, hers, text="La muestra de Rosalía es breve", was=was)  # a double click
    with pytest.raises(Refused, match="otra pestaña"):
        correct(juror, hers, text="Otra cosa", was=was)
    with pytest.raises(Refused, match="Escriba"):
        correct(juror, hers, text=" ", was=was)
    (seen,) = committee.discussion(other, call=SLUG, folio="GUI-0001")
    assert (seen.text, seen.corrected) == ("La muestra de █████ es breve", True)
    say(other, "De acuerdo", "k2", mine.message)
    withdraw(juror, hers)
    with pytest.raises(Refused, match="ya se había retirado"):
        withdraw(juror, hers)
    gone, answer = committee.discussion(other, call=SLUG, folio="GUI-0001")
    assert (gone.text, gone.withdrawn, answer.text) == ("", True, "De acuerdo")
    assert committee.talked_about(coordinator, call=SLUG) == {"GUI-0001": 1}
    assert (events("committee.correct"), events("committee.withdraw")) == (1, 1)
    withdraw(other, answer.message or 0)
    assert texts(juror) == [], "sin respuesta no queda ni su lugar"
    deliberate(Phase.DECIDED)
    with pytest.raises(Refused):
        withdraw(juror, hers)


def test_a_conversation_takes_as_many_queries_for_one_message_as_for_many(
    application: Application, juror: Actor, coordinator: Actor, queries: list[str]
) -> None:
    judge(juror, application)
    deliberate()
    needed = []
    for number in range(3):
        say(juror, "algo", f"k{number}")
        queries.clear()
        assert len(texts(juror)) == 3 + number
        committee.talked_about(coordinator, call=SLUG)
        needed.append(len(queries))
    assert needed == [needed[0]] * 3


def test_admins_take_no_part(application: Application, admin: Actor, juror: Actor) -> None:
    deliberate()
    with pytest.raises(Forbidden):
        texts(admin)
    for viewer in (admin, juror):
        with pytest.raises(Forbidden):
            committee.talked_about(viewer, call=SLUG)

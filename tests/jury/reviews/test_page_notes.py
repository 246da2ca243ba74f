"""Notes pinned to pages are private, idempotent, and possible only on documents of assigned applications."""

from dataclasses import replace

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed
from reviewer.jury.reviews.locked_review import StaleItem
from reviewer.jury.reviews.page_notes import MOST_PINS, Pin, set_pin
from reviewer.models import Application, Call, Document, Phase, Role, WithheldDocument
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.stored_rows import count_events

KEY = "marca-0001"


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(new_application, juror)
    return new_application


@pytest.fixture
def motives(application: Application) -> Document:
    return add_document(application, "motivos", pages_pdf(["Uno", "Dos"]), pages=2)


@pytest.fixture
def pin(motives: Document) -> Pin:
    return Pin(motives.public_id, 2, 9_000, 2_500, "dibujo", False, "Aquí cambia la voz, con ñ")


def save_pin(actor: Actor, pin: Pin, version: int = 0, key: str = KEY, folio: str = "HIS-0001") -> int:
    return set_pin(actor, slug=SLUG, folio=folio, key=key, pin=pin, version=version).version


def stored_pins(actor: Actor) -> dict[str, str]:
    state = reviews_service.read_review(actor, slug=SLUG, folio="HIS-0001")
    return {key: str(item.value) for key, item in state.pins.items()}


def test_a_note_is_kept_changed_and_taken_away(juror: Actor, pin: Pin) -> None:
    assert save_pin(juror, pin) == 1
    assert save_pin(juror, pin) == 1  # the answer was lost, the browser sends it again
    assert stored_pins(juror) == {KEY: pin.to_json()}
    assert save_pin(juror, replace(pin, shared=True), 1) == 2
    assert save_pin(juror, replace(pin, text=""), 2) == 3
    assert stored_pins(juror) == {}
    with pytest.raises(StaleItem):
        save_pin(juror, pin)  # a late repetition brings nothing back
    assert (count_events("pin.set"), count_events("pin.remove"), count_events("review.begin")) == (2, 1, 1)


def test_a_note_that_was_never_kept_is_not_taken_away(juror: Actor, pin: Pin) -> None:
    assert save_pin(juror, replace(pin, text="")) == 0
    assert count_events("review.begin") == 0


def test_an_older_version_gets_the_stored_value(juror: Actor, pin: Pin) -> None:
    save_pin(juror, pin)
    with pytest.raises(StaleItem) as refused:
        save_pin(juror, replace(pin, text="otra"))
    assert (refused.value.current.value, refused.value.current.version) == (pin.to_json(), 1)


def test_only_on_documents_that_the_juror_may_read(
    application: Application, reviewing_call: Call, juror: Actor, pin: Pin, person: PersonFactory
) -> None:
    hidden = add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)
    foreign = add_application(reviewing_call, "HIS-0002", **ROSALIA)
    alien = add_document(foreign, "motivos", pages_pdf(["x"]), pages=1)
    for document, page in ((hidden.public_id, 1), (alien.public_id, 1), ("nowhere", 1), (pin.document, 3)):
        with pytest.raises(Forbidden):
            save_pin(juror, replace(pin, document=document, page=page))
    with pytest.raises(Forbidden):
        save_pin(juror, pin, folio="HIS-0002")
    with pytest.raises(Forbidden):
        save_pin(person(Role.JURY), pin)
    with write_session() as session:
        session.add(WithheldDocument(document=pin.document))
    with pytest.raises(Forbidden):
        save_pin(juror, pin)
    assert count_events("pin.set") == 0


def test_one_name_does_not_move_between_applications(reviewing_call: Call, juror: Actor, pin: Pin) -> None:
    save_pin(juror, pin)
    second = add_application(reviewing_call, "HIS-0002", **ROSALIA)
    assign(second, juror)
    other_document = add_document(second, "motivos", pages_pdf(["x"]), pages=1)
    with pytest.raises(Forbidden):
        save_pin(juror, replace(pin, document=other_document.public_id, page=1), 1, folio="HIS-0002")


def test_a_review_has_only_the_notes_of_its_juror(
    application: Application, juror: Actor, pin: Pin, person: PersonFactory
) -> None:
    other_juror = person(Role.JURY)
    assign(application, other_juror)
    save_pin(juror, replace(pin, shared=True))
    assert stored_pins(other_juror) == {}
    assert save_pin(other_juror, replace(pin, text="mía")) == 1  # the same name, another person's
    assert "mía" in stored_pins(other_juror)[KEY] and "mía" not in stored_pins(juror)[KEY]


def test_bad_places_words_and_times(juror: Actor, pin: Pin) -> None:
    for wrong in (
        replace(pin, x=10_001),
        replace(pin, y=-1),
        replace(pin, criterion="nada"),
        replace(pin, text="x" * 2_001),
    ):
        with pytest.raises(UserError):
            save_pin(juror, wrong)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    with pytest.raises(ReviewingClosed):
        save_pin(juror, pin)


def test_a_note_outlives_the_document_that_it_was_made_on(juror: Actor, motives: Document, pin: Pin) -> None:
    save_pin(juror, pin)
    with write_session() as session:
        session.delete(motives)
    assert stored_pins(juror) == {KEY: pin.to_json()}
    assert save_pin(juror, replace(pin, text=""), 1) == 2


def test_there_is_an_end_to_notes(juror: Actor, pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PINS >= 100
    monkeypatch.setattr("reviewer.jury.reviews.page_notes.MOST_PINS", 2)
    for number in (1, 2):
        save_pin(juror, pin, key=f"marca-000{number}")
    with pytest.raises(UserError, match="quite alguna"):
        save_pin(juror, pin, key="marca-0003")

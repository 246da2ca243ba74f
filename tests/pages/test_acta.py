"""The acta's page, as coordinators see it."""

import pytest

from reviewer.access.actor import Actor
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies
from reviewer.models import Answer, Call
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES
from tests.factories.decisions import DecidedCall, decide_small_call, hold_meeting
from tests.factories.people import PASSWORD, PersonFactory
from tests.pages.conftest import Screens, page_text, press
from tests.pages.test_deliberacion import page_html


@pytest.fixture
def decided(person: PersonFactory) -> DecidedCall:
    return decide_small_call(person)


@pytest.fixture
def signed(decided: DecidedCall) -> DecidedCall:
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, slug=SLUG)
    signing.sign(decided.coordinator, slug=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    return decided


def test_missing_requirements_are_listed_before_deliberation(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("acta", coordinator)
    text = page_text(page)
    assert "La convocatoria no está en deliberación" in text and "No hay una selección vigente" in text
    assert not page.button
    assert "empiezan con el acta firmada" in page_text(screen("acta", coordinator, parte="Después de publicar"))


def test_signing_needs_the_right_password(screen: Screens, decided: DecidedCall) -> None:
    hold_meeting(decided)
    page = screen("acta", decided.coordinator)
    assert "borrador.pdf" in page_html(page) and FIRST_NAMES not in page_html(page) + page_text(page)
    page.text_input[0].set_value("otra")
    press(page, "Firmar el acta")
    assert "La contraseña no es correcta" in page.error[0].value
    page.text_input[0].set_value(PASSWORD)
    press(page, "Firmar el acta")
    assert "El acta está firmada (versión 1)" in page.success[0].value
    assert "firmada.pdf" in page_html(page) and not page.text_input


def test_lists_and_letters_are_offered_with_their_counts(screen: Screens, signed: DecidedCall) -> None:
    page = screen("acta", signed.coordinator, parte="Lista y cartas")
    assert "lista.pdf" in page_html(page) and "No seleccionadas, 4 (XLSX)" in page_html(page)


def test_an_answer_frees_a_place_and_the_amendment_is_signed(screen: Screens, signed: DecidedCall) -> None:
    leaving_folio = sorted(signed.ranked[:6])[0]
    page = screen("acta", signed.coordinator, parte="Después de publicar")
    assert f"{FIRST_NAMES} {SURNAMES}" in page_html(page)
    person_box = next(widget for widget in page.selectbox if widget.label == "Quién")
    assert person_box.value == leaving_folio
    next(widget for widget in page.selectbox if widget.label == "Qué").set_value(Answer.DECLINED)
    press(page, "Anotar")
    assert f"{leaving_folio} declinó: su lugar" in page_text(page)
    next(widget for widget in page.text_input if widget.label == "Su contraseña").set_value(PASSWORD)
    press(page, "Firmar la adenda")
    assert not page.error
    folios = {person.folio for person in replies.follow_up(signed.coordinator, slug=SLUG).people}
    assert leaving_folio not in folios and signed.ranked[6] in folios
    assert "Adenda 1, firmada por Cora Coordina" in page_text(page)
    press(page, "Anotar que hoy se avisó a 6\N{NO-BREAK SPACE}personas")
    assert "6 de 6 avisadas" in page_text(page)

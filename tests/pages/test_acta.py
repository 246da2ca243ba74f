"""The acta's page, as coordinators see it."""

import pytest

from reviewer.access.actor import Actor
from reviewer.decision.acta import signing
from reviewer.decision.outcome import replies
from reviewer.models import Answer, Call
from tests.conftest import PASSWORD, SLUG, PersonFactory
from tests.decision.decided import Decided, decide_small_call, hold_meeting
from tests.jury.cases import FIRST, LAST
from tests.pages.conftest import Screens, words
from tests.pages.test_deliberacion import html_of


@pytest.fixture
def decided(person: PersonFactory) -> Decided:
    return decide_small_call(person)


@pytest.fixture
def signed(decided: Decided) -> Decided:
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, call=SLUG)
    signing.sign(decided.coordinator, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    return decided


def press(page: object, label: str) -> None:
    [button] = [each for each in page.button if each.label == label]  # type: ignore[attr-defined]
    button.click().run()


def test_early_on_it_says_what_is_missing(screen: Screens, reviewing_call: Call, coordinator: Actor) -> None:
    page = screen("acta", coordinator)
    said = words(page)
    assert "La convocatoria no está en deliberación" in said and "No hay una selección vigente" in said
    assert not page.button
    assert "empiezan con el acta firmada" in words(screen("acta", coordinator, parte="Después de publicar"))


def test_a_wrong_password_first_then_the_signature(screen: Screens, decided: Decided) -> None:
    hold_meeting(decided)
    page = screen("acta", decided.coordinator)
    assert "borrador.pdf" in html_of(page) and FIRST not in html_of(page) + words(page)
    page.text_input[0].set_value("otra")
    press(page, "Firmar el acta")
    assert "La contraseña no es correcta" in page.error[0].value
    page.text_input[0].set_value(PASSWORD)
    press(page, "Firmar el acta")
    assert "El acta está firmada (versión 1)" in page.success[0].value
    assert "firmada.pdf" in html_of(page) and not page.text_input


def test_lists_and_letters_are_offered_with_their_counts(screen: Screens, signed: Decided) -> None:
    page = screen("acta", signed.coordinator, parte="Lista y cartas")
    assert "lista.pdf" in html_of(page) and "No seleccionadas, 4 (XLSX)" in html_of(page)


def test_an_answer_frees_a_place_and_the_amendment_is_signed(screen: Screens, signed: Decided) -> None:
    leaving = sorted(signed.ranked[:6])[0]
    page = screen("acta", signed.coordinator, parte="Después de publicar")
    assert f"{FIRST} {LAST}" in html_of(page)
    quien = next(each for each in page.selectbox if each.label == "Quién")
    assert quien.value == leaving
    next(each for each in page.selectbox if each.label == "Qué").set_value(Answer.DECLINED)
    press(page, "Anotar")
    assert f"{leaving} declinó: su lugar" in words(page)
    next(each for each in page.text_input if each.label == "Su contraseña").set_value(PASSWORD)
    press(page, "Firmar la adenda")
    assert not page.error
    folios = {each.folio for each in replies.follow_up(signed.coordinator, call=SLUG).people}
    assert leaving not in folios and signed.ranked[6] in folios
    assert "Adenda 1, firmada por Cora Coordina" in words(page)
    press(page, "Anotar que hoy se avisó a 6\N{NO-BREAK SPACE}personas")
    assert "6 de 6 avisadas" in words(page)

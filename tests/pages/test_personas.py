"""People, as administrators see them. The dialogs are tried in the browser: AppTest runs no fragments."""

from streamlit.testing.v1 import AppTest

from reviewer.access.actor import Actor
from reviewer.models import Role
from tests.conftest import PersonFactory
from tests.pages.conftest import Screens, words


def press(page: AppTest, label: str) -> AppTest:
    """Clicks the button that says so."""
    return next(each for each in page.button if each.label == label).click().run()


def test_only_admins_see_it(screen: Screens, admin: Actor, juror: Actor, coordinator: Actor) -> None:
    for actor in (juror, coordinator):
        page = screen("personas", actor)
        assert "no es parte de su papel" in words(page) and admin.name not in words(page)


def test_one_person_hundreds_and_a_search(screen: Screens, admin: Actor, person: PersonFactory) -> None:
    page = screen("personas", admin)
    assert "1\N{NO-BREAK SPACE}persona" in words(page) and "Ada Administra (usted)" in words(page)
    for number in range(45):
        person(Role.JURY, name=f"Ñusta {number:02}", email=f"{'a' * (number + 1)}@prueba.example")
    page = screen("personas", admin)
    assert len([each for each in page.button if each.label == "Cambiar"]) == 20
    page.text_input[0].set_value("nusta 44").run()
    assert "Ñusta 44" in words(page) and "Ñusta 43" not in words(page)
    page.text_input[0].set_value("*nadie*").run()
    assert "Nadie coincide" in words(page)


def test_markup_in_a_name_is_a_name(screen: Screens, admin: Actor, person: PersonFactory) -> None:
    person(Role.JURY, name="**Eva** $x$ <b>Rey</b>")
    assert "**Eva** $x$ <b>Rey</b>" in [each.value for each in screen("personas", admin).text]

"""People, as administrators see them. Browser tests cover the dialogs: AppTest runs no fragments."""

from reviewer.access.actor import Actor
from reviewer.models import Role
from tests.factories.people import PersonFactory
from tests.pages.conftest import Screens, page_text


def test_only_admins_see_it(screen: Screens, admin: Actor, juror: Actor, coordinator: Actor) -> None:
    for actor in (juror, coordinator):
        page = screen("personas", actor)
        assert "no es parte de su papel" in page_text(page) and admin.name not in page_text(page)


def test_the_list_is_paged_and_searchable(screen: Screens, admin: Actor, person: PersonFactory) -> None:
    page = screen("personas", admin)
    assert "1\N{NO-BREAK SPACE}persona" in page_text(page) and "Ada Administra (usted)" in page_text(page)
    for number in range(45):
        person(Role.JURY, name=f"Ñusta {number:02}", email=f"{'a' * (number + 1)}@prueba.example")
    page = screen("personas", admin)
    assert len([button for button in page.button if button.label == "Cambiar"]) == 20
    page.text_input[0].set_value("nusta 44").run()
    assert "Ñusta 44" in page_text(page) and "Ñusta 43" not in page_text(page)
    page.text_input[0].set_value("*nadie*").run()
    assert "Nadie coincide" in page_text(page)


def test_markup_in_a_name_is_shown_as_text(screen: Screens, admin: Actor, person: PersonFactory) -> None:
    person(Role.JURY, name="**Eva** $x$ <b>Rey</b>")
    assert "**Eva** $x$ <b>Rey</b>" in [element.value for element in screen("personas", admin).text]

"""The coordinators' flags: what is open, what was resolved, and the committee."""

from reviewer.access.actor import Actor
from reviewer.jury import flags
from reviewer.models import Call, FlagKind
from tests import papers
from tests.conftest import SLUG
from tests.pages.conftest import Screens, words


def test_without_flags_it_says_what_will_be_here(
    screen: Screens, reviewing_call: Call, coordinator: Actor
) -> None:
    page = screen("avisos", coordinator)
    assert "No hay avisos por resolver" in words(page)
    assert "El comité conversa desde que empieza la deliberación" in words(page)


def test_flags_are_shown_as_they_were_written_and_wait_for_a_resolution(
    screen: Screens, reviewing_call: Call, juror: Actor, coordinator: Actor
) -> None:
    application = papers.add_application(reviewing_call, "GUI-0001")
    papers.assign(application, juror)
    said = "Es **otra** carta, ver [aquí](http://x.example)"
    flags.raise_flag(
        juror, call=SLUG, folio="GUI-0001", kind=FlagKind.WRONG_DOCUMENT, document="", words=said
    )
    page = screen("avisos", coordinator)
    assert said in [each.value for each in page.text]
    assert "GUI-0001 · Julia Jurado" in words(page)
    assert [each.label for each in page.button] == ["Resolver"]  # nothing to look at: no document is named
    assert "Esta página no es parte de su papel" in words(screen("avisos", juror))

"""The page of flags: open ones, resolved ones, and the committee's messages."""

from reviewer.access.actor import Actor
from reviewer.jury.discussion import flags
from reviewer.models import Call, FlagKind
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application
from tests.factories.reviews import assign
from tests.pages.conftest import Screens, page_text


def test_the_empty_page_explains_flags(screen: Screens, reviewing_call: Call, coordinator: Actor) -> None:
    page = screen("avisos", coordinator)
    assert "No hay avisos por resolver" in page_text(page)
    assert "El comité conversa desde que empieza la deliberación" in page_text(page)


def test_flags_are_shown_as_plain_text_until_resolved(
    screen: Screens, reviewing_call: Call, juror: Actor, coordinator: Actor
) -> None:
    application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(application, juror)
    message = "Es **otra** carta, ver [aquí](http://x.example)"
    flags.raise_flag(juror, slug=SLUG, folio="HIS-0001", kind=FlagKind.WRONG_DOCUMENT, document="", words=message)
    page = screen("avisos", coordinator)
    assert message in [widget.value for widget in page.text]
    assert "HIS-0001 · Julia Jurado" in page_text(page)
    assert [button.label for button in page.button] == ["Resolver"]  # nothing to look at: no document is named
    assert "Esta página no es parte de su papel" in page_text(screen("avisos", juror))

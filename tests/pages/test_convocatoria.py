"""The call, as administrators see it."""

from reviewer.access.actor import Actor
from reviewer.call import spec
from reviewer.models import Call, Phase
from reviewer.web.screens.convocatoria.labels import MEANINGS, PHASES
from tests.calls import SLUG
from tests.pages.conftest import Screens, page_html, page_text, press


def test_only_admins_see_it(screen: Screens, call: Call, juror: Actor, coordinator: Actor) -> None:
    for actor in (juror, coordinator):
        assert "no es parte de su papel" in page_text(screen("convocatoria", actor))


def test_without_a_call_the_shipped_one_can_be_installed(screen: Screens, admin: Actor) -> None:
    page = screen("convocatoria", admin)
    assert "Todavía no hay ninguna" in page_text(page)
    shipped = spec.parse(spec.uninstalled_call_texts()[0])
    assert f"{shipped.seats}\N{NO-BREAK SPACE}lugares" in page_text(page)
    page = press(page, "Instalar")
    assert spec.get_call(shipped.slug).title in page.title[0].value
    assert not [button for button in page.button if button.label == "Instalar"]


def test_the_whole_call_is_shown(screen: Screens, admin: Actor, call: Call) -> None:
    page = screen("convocatoria", admin)
    text = page_html(page) + page_text(page)
    for expected in (
        "30 sep 2025, 23:59",
        "Casa Norte",
        "Solo administración",
        "3 páginas, 10 MB",
        "De dos a diez personas de cada alcaldía",
        "entre 2 y 10",
        "Cada viñeta pide la siguiente.",
        "18 años cumplidos",
    ):
        assert expected in text, expected


def test_the_next_phase_is_offered_first(screen: Screens, admin: Actor, call: Call) -> None:
    for present, offered in ((Phase.INTAKE, Phase.SCREENING), (Phase.ARCHIVED, Phase.DECIDED)):
        spec.set_phase(admin, slug=SLUG, phase=present)
        page = screen("convocatoria", admin)
        assert page.selectbox[0].value is offered
        assert MEANINGS[present] in page_text(page)


def test_every_phase_has_its_words() -> None:
    assert set(PHASES) == set(MEANINGS) == set(Phase)

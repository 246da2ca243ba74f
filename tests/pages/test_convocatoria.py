"""The call, as administrators see it."""

from reviewer.access.actor import Actor
from reviewer.call import spec
from reviewer.models import Call, Phase
from reviewer.web.screens.convocatoria.labels import MEANINGS, PHASES
from tests.conftest import SLUG
from tests.pages.conftest import Screens, page_html, page_text, press


def test_only_admins_see_it(screen: Screens, call: Call, juror: Actor, coordinator: Actor) -> None:
    for actor in (juror, coordinator):
        assert "no es parte de su papel" in page_text(screen("convocatoria", actor))


def test_without_a_call_the_shipped_one_can_be_installed(screen: Screens, admin: Actor) -> None:
    page = screen("convocatoria", admin)
    assert "Todavía no hay ninguna" in page_text(page) and "60\N{NO-BREAK SPACE}lugares" in page_text(page)
    page = press(page, "Instalar")
    assert spec.get_call(SLUG).title in page.title[0].value
    assert not [button for button in page.button if button.label == "Instalar"]


def test_the_whole_call_is_shown(screen: Screens, admin: Actor, call: Call) -> None:
    page = screen("convocatoria", admin)
    text = page_html(page) + page_text(page)
    for expected in (
        "27 sep 2025, 23:59",
        "Sede Azcapotzalco",
        "Solo administración",
        "3 páginas, 10 MB",
        "Al menos una persona de cada alcaldía",
        "a lo más 12",
        "Une su historia, lo que busca y este taller de un modo concreto y convincente.",
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

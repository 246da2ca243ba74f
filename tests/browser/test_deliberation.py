"""A meeting from its first vote to the amendment of the acta, in a real browser."""

from playwright.sync_api import Page, expect

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.decision.deliberation import meeting
from reviewer.decision.deliberation import queries as deliberation_queries
from reviewer.decision.outcome import replies
from reviewer.models import Ordering, Phase, Resolution, VoteChoice
from reviewer.verification.checks import verify
from tests.browser.conftest import Opener, press, wait_for_script
from tests.browser.test_axe import axe_violations as violations
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES
from tests.factories.decisions import DecidedCall, decide_call
from tests.factories.people import PASSWORD, PersonFactory
from tests.server import Server


def test_deliberate_sign_decline_replace_and_amend(open_page: Opener, server: Server, person: PersonFactory) -> None:
    decided = decide_call(person)  # anew: the server has the database open
    meeting.open_meeting(decided.coordinator, slug=SLUG, place="Sala 2", ordering=Ordering.RANKING, per_side=2)
    for juror in decided.jury:
        meeting.set_present(decided.coordinator, slug=SLUG, person_id=juror.require_person_id(), present=True)
    page = open_page("/deliberacion", decided.coordinator)
    screen = open_page("/deliberacion?vista=sala", decided.coordinator, width=1024, height=768)
    vote_and_decide(page, decided)
    expect(screen.locator("p.verdict")).to_contain_text("Voz propia.", timeout=15_000)
    assert FIRST_NAMES not in page.locator("body").inner_text() + screen.locator("body").inner_text()
    assert not violations(screen)
    for view in ("Orden del día", "Asistencia", "Una por una"):
        page.get_by_role("radio", name=view).click()
        assert not violations(page), view
    server.kill()
    server.start()
    page.reload()
    wait_for_script(page)
    expect(page.locator("p.verdict")).to_contain_text("Voz propia.")
    press(page, "Cerrar la sesión…")
    assert not violations(page)
    page.get_by_role("dialog").get_by_role("button", name="Cerrar la sesión", exact=True).click()
    expect(page.get_by_text("Antes de la sesión")).to_be_visible()
    sign(page, server)
    decline_and_amend(page, server, decided)
    for view in ("Después de publicar", "Lista y cartas", "Acta"):
        page.get_by_role("radio", name=view, exact=True).click()
        assert not violations(page), view
    assert not [check.problems for check in verify(OPERATOR) if check.problems]


def vote_and_decide(page: Page, decided: DecidedCall) -> None:
    page.get_by_role("radio", name="A favor").or_(page.get_by_role("button", name="A favor")).first.click()
    expect(page.locator("dl.tally dd").first).to_have_text("1")
    page.get_by_label("Motivo").fill("Voz propia.")
    press(page, "Queda seleccionada")
    expect(page.locator("p.verdict")).to_contain_text("Voz propia.")
    current_meeting = deliberation_queries.current_meeting(decided.coordinator, slug=SLUG)
    assert current_meeting is not None and current_meeting.items[0].verdict is Resolution.SELECT
    assert current_meeting.items[0].tally == {VoteChoice.FAVOUR: 1}


def sign(page: Page, server: Server) -> None:
    """A wrong password is refused; the right one signs, and only the coordinator may get the document."""
    page.goto(f"{server.url}/acta")
    assert not violations(page)
    for password, message in (("otra cosa", "La contraseña no es correcta"), (PASSWORD, "ya no cambia")):
        page.get_by_label("Su contraseña").fill(password)
        press(page, "Firmar el acta")
        expect(page.get_by_text(message)).to_be_visible()
    assert spec.get_call(SLUG).phase is Phase.DECIDED
    address = page.get_by_role("link", name="Abrir el acta (PDF)").get_attribute("href")
    answer = page.request.get(f"{server.url}{address}")
    assert answer.status == 200 and answer.body().startswith(b"%PDF") and answer.headers["cache-control"]
    stranger = page.context.browser
    assert stranger is not None
    context = stranger.new_context()
    assert context.request.get(f"{server.url}{address}").status == 403
    context.close()


def decline_and_amend(page: Page, server: Server, decided: DecidedCall) -> None:
    folio = sorted(decided.ranked[:6])[0]
    page.goto(f"{server.url}/acta?parte=despues")
    wait_for_script(page)
    page.get_by_role("combobox", name="Qué").click()
    page.get_by_role("option", name="Declinó").click()
    page.get_by_role("button", name="Anotar", exact=True).click()
    expect(page.get_by_text(f"{folio} declinó: su lugar")).to_be_visible()
    page.get_by_label("Su contraseña").fill(PASSWORD)
    press(page, "Firmar la adenda")
    expect(page.get_by_text("Adenda 1, firmada por Cora Coordina")).to_be_visible()
    seated = {person.folio for person in replies.follow_up(OPERATOR, slug=SLUG).people}
    assert folio not in seated and len(seated) == 6

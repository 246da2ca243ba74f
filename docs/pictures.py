"""Makes the guides' pictures from the demo: ``python -m docs.pictures [NAME …]`` (``make guide``).

An installation of its own is filled, a server is started and a Chromium looks at it, each page as its role
does. Every picture says that its data are invented. WebP, some 40 kB each.
"""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.browser import launch, serving
from benchmarks.place import command, installation
from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.core.paths import ROOT
from reviewer.decision.deliberation import meeting
from reviewer.demo.fill import SLUG
from reviewer.demo.logins import DEMO_LOGINS
from reviewer.models import Ordering, Phase, RequestKind, Role
from reviewer.privacy import requests, retention
from reviewer.privacy.requests import NewRequest

FOLDER = ROOT / "docs" / "guia" / "img"
VIEWPORT = {"width": 1280, "height": 800}
WIDTH, STRIP_HEIGHT = 960, 26  # pixels of a picture, and of the strip below it
FONT = ROOT / "reviewer" / "decision" / "acta" / "fonts" / "dictamen-serif-bold.ttf"
STAMP = "DATOS FICTICIOS"
LOGINS = {login.role: login for login in DEMO_LOGINS}


@dataclass(frozen=True)
class Picture:
    """A screenshot of an address as a role sees it in ``phase``, after a click on the text ``click`` if given."""

    name: str
    role: Role
    address: str
    phase: Phase = Phase.REVIEWING
    click: str = ""


PICTURES = (
    Picture("mesa", Role.JURY, "mesa"),
    Picture("revisar", Role.JURY, "revisar"),
    Picture("conflictos", Role.JURY, "conflictos"),
    Picture("avance", Role.COORDINATOR, "avance"),
    Picture("asignacion", Role.COORDINATOR, "asignacion", click="Previsualizar"),
    Picture("cotejo", Role.COORDINATOR, "cotejo"),
    Picture("cohorte", Role.COORDINATOR, "cohorte"),
    Picture("recorrido", Role.COORDINATOR, "cohorte?vista=recorrido"),
    Picture("avisos", Role.COORDINATOR, "avisos"),
    Picture("ranking", Role.COORDINATOR, "ranking"),
    Picture("seleccion", Role.COORDINATOR, "seleccion"),
    Picture("lotes", Role.ADMIN, "lotes"),
    Picture("personas", Role.ADMIN, "personas"),
    Picture("convocatoria", Role.ADMIN, "convocatoria"),
    Picture("privacidad", Role.ADMIN, "privacidad"),
    Picture("bitacora", Role.ADMIN, "bitacora"),
    Picture("sistema", Role.ADMIN, "sistema"),
    Picture("deliberacion", Role.COORDINATOR, "deliberacion", Phase.DELIBERATION, "Una por una"),
    Picture("acta", Role.COORDINATOR, "acta", Phase.DELIBERATION),
)


def main(names: Sequence[str]) -> None:
    """Makes the named pictures, or all."""
    FOLDER.mkdir(exist_ok=True)
    pictures = [picture for picture in PICTURES if not names or picture.name in names]
    with installation() as folder, sync_playwright() as playwright:
        command("demo")
        command("rank", "--call", SLUG)
        command("select", "--call", SLUG, "--propose")
        _register_requests()
        browser = launch(playwright)
        with serving(folder) as server:
            for phase in (Phase.REVIEWING, Phase.DELIBERATION):
                if phase is Phase.DELIBERATION:
                    _open_deliberation()
                for role in Role:
                    role_pictures = [picture for picture in pictures if (picture.role, picture.phase) == (role, phase)]
                    if role_pictures:
                        _capture(browser, server.url, role, role_pictures)
        browser.close()
    print(f"{sum(path.stat().st_size for path in FOLDER.glob('*.webp')) // 1000} kB")


def _register_requests() -> None:
    """Registers two requests about personal data."""
    today = retention.today_of(spec.get_call(SLUG))
    for kind, requester, folio in (
        (RequestKind.ACCESS, "Persona solicitante", "GUI-0042"),
        (RequestKind.CANCELLATION, "Otra persona solicitante", "GUI-0107"),
    ):
        request = NewRequest(
            kind=kind,
            requester=requester,
            contact="correo@demo.example",
            identity="Credencial para votar, en persona",
            wanted="",
            folios=(folio,),
            received_on=today,
            due_on=requests.due_date(today),
        )
        requests.register(OPERATOR, slug=SLUG, new_request=request)


def _open_deliberation() -> None:
    """Moves the call to deliberation and opens a meeting."""
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    meeting.open_meeting(OPERATOR, slug=SLUG, place="Sala de juntas", ordering=Ordering.RANKING, per_side=5)


def _capture(browser: Browser, url: str, role: Role, pictures: Sequence[Picture]) -> None:
    page = browser.new_page(viewport=VIEWPORT, locale="es-MX", timezone_id="America/Mexico_City")  # type: ignore[arg-type]
    page.goto(url)
    page.get_by_label("Correo").fill(LOGINS[role].email)
    page.get_by_label("Contraseña", exact=True).fill(LOGINS[role].password)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("link", name="Cuenta").wait_for()
    for picture in pictures:
        page.goto(f"{url}/{picture.address}")
        _wait_until_idle(page)
        if picture.click:
            page.get_by_text(picture.click, exact=True).first.click()
            page.wait_for_timeout(1000)  # until the click has reached the script
            _wait_until_idle(page)
        _save(page.screenshot(), FOLDER / f"{picture.name}.webp")
        print(picture.name, flush=True)
    page.close()


def _wait_until_idle(page: Page) -> None:
    """Waits until the script has run and its elements are visible."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    expect(page.locator('[data-testid="stMain"] h1').or_(page.get_by_text("GUI-")).first).to_be_visible()
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(2000)


def _save(screenshot: bytes, path: Path) -> None:
    """Stores a screenshot without its empty end, scaled to ``WIDTH``, with the stamp below it."""
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    image = image.crop((0, 0, image.width, _content_end(image)))
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (WIDTH, image.height + STRIP_HEIGHT), "#7A1F4B")
    sheet.paste(image)
    font = ImageFont.truetype(str(FONT), 15)
    ImageDraw.Draw(sheet).text((WIDTH - 12, sheet.height - STRIP_HEIGHT / 2), STAMP, "#FFFFFF", font, anchor="rm")
    sheet.save(path, "WEBP", quality=62, method=6)


def _content_end(image: Image.Image) -> int:
    """Returns the height at which the contents of the page end, with a margin."""
    ground = Image.new("RGB", image.size, image.getpixel((2, image.height - 3)))  # type: ignore[arg-type]
    content_box = ImageChops.difference(image, ground).getbbox()
    return image.height if content_box is None else min(image.height, content_box[3] + 16)


if __name__ == "__main__":
    main(sys.argv[1:])

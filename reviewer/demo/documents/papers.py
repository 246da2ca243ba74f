"""Letters, semblanzas and writing samples as PDFs."""

import io
import random
import textwrap
from dataclasses import replace

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewer.demo.documents.letters import Letter
from reviewer.demo.documents.profiles import Profile
from reviewer.demo.documents.scripts import Script
from reviewer.demo.documents.sheets import BOLD, ITALIC, PageStyle, Sheet, random_style

_SCRIPT = PageStyle(font="Courier", size=12, spacing=1.0, margin=72, justified=False, gap=12)
_CUE, _ASIDE, _SPEECH = 158, 115, 72  # a script's indents from its left margin, in points
_SCRIPT_LEFT = 36  # added to the left margin, which is an inch and a half for the binding
_SPEECH_WIDTH, _ACTION_WIDTH = 34, 60  # in characters, which are 7.2 points wide


def letter_pdf(letter: Letter, rng: random.Random, *, pages: int = 1) -> bytes:
    """Returns the letter as PDF, with ever wider spacing until it fills ``pages``."""
    style = random_style(rng)
    while True:
        sheet = _letter(letter, style, rng)
        if sheet.page >= pages:
            return sheet.finish()
        style = replace(style, size=13, margin=92, spacing=style.spacing + 0.5, gap=style.gap + 6)


def _letter(letter: Letter, style: PageStyle, rng: random.Random) -> Sheet:
    sheet = Sheet(style, "Exposición de motivos")
    _head(sheet, letter, rng)
    for paragraph in letter.paragraphs:
        sheet.paragraph(paragraph)
    _sign(sheet, letter, rng)
    return sheet


def profile_pdf(profile: Profile, rng: random.Random, *, picture: bytes | None = None) -> bytes:
    """Returns the semblanza as PDF, with a picture (a JPEG) in the corner if there is one."""
    style = replace(random_style(rng), indent=0, gap=9, spacing=rng.choice((1.3, 1.45, 1.5)))
    sheet = Sheet(style, "Semblanza")
    if picture:
        _corner(sheet, picture)
    bold = BOLD[style.font]
    sheet.line(profile.title, font=bold, size=style.size + rng.choice((1, 3, 5)))
    sheet.line(profile.name, font=ITALIC[style.font] if rng.random() < 0.5 else bold)
    if profile.contact:
        sheet.line(profile.contact, size=9)
    sheet.y = min(sheet.y, style.paper[1] - style.margin - 130) if picture else sheet.y
    sheet.space(14)
    for heading, paragraphs in profile.sections:
        if heading:
            sheet.ensure_space(3 * style.leading)
            sheet.line(heading, font=bold)
            sheet.space(3)
        for paragraph in paragraphs:
            sheet.paragraph(paragraph)
    return sheet.finish()


def script_pdf(script: Script) -> bytes:
    """Returns the sample in the format of a screenplay, with a title page."""
    sheet = Sheet(_SCRIPT, f"Muestra de escritura: {script.title}")
    sheet.space(200)
    sheet.line(f"«{script.title.upper()}»", font="Courier-Bold", align="center")
    for text in ("", script.kind, "", "Escrito por", script.author):
        sheet.line(text, align="center")
    sheet.space(230)
    sheet.lines(["Fragmento", script.dated, *([script.contact] if script.contact else [])])
    sheet.new_page()
    for role, text in script.lines:
        _script_line(sheet, role, text)
    return sheet.finish()


def _head(sheet: Sheet, letter: Letter, rng: random.Random) -> None:
    bold = BOLD[sheet.style.font]
    if letter.contact and rng.random() < 0.5:
        sheet.line(letter.signature, font=bold)
        sheet.line(letter.contact, size=9)
        sheet.space(10)
    if letter.place_and_date:
        sheet.line(letter.place_and_date, align="right")
        sheet.space(10)
    if letter.title:
        sheet.line(letter.title, font=bold, size=sheet.style.size + 2, align=rng.choice(("left", "center")))
        sheet.space(10)
    for line in letter.greeting.splitlines():
        sheet.line(line)
    sheet.space(8)


def _sign(sheet: Sheet, letter: Letter, rng: random.Random) -> None:
    sheet.ensure_space(sheet.style.leading * 3 + 60)
    align = rng.choice(("left", "center"))
    sheet.line(letter.farewell, align=align)
    if rng.random() < 0.6:
        middle = sheet.style.paper[0] / 2 if align == "center" else sheet.style.margin + 70
        scribble(sheet.canvas, rng, middle, sheet.y - 34)
        sheet.space(44)
    sheet.space(6)
    sheet.line(letter.signature, align=align)
    if letter.contact:
        sheet.line(letter.contact, size=9, align=align)


def scribble(canvas: Canvas, rng: random.Random, x: float, y: float) -> None:
    """Draws a meaningless signature, about 120 points wide, around ``x``."""
    path = canvas.beginPath()
    left = x - 60
    path.moveTo(left, y + rng.uniform(0, 14))
    for _ in range(rng.randint(5, 8)):
        step = rng.uniform(12, 24)
        path.curveTo(
            left + rng.uniform(-8, step),
            y + rng.uniform(14, 34),
            left + rng.uniform(0, step + 10),
            y - rng.uniform(2, 16),
            left + step,
            y + rng.uniform(0, 16),
        )
        left += step
    path.curveTo(left + 10, y + 22, x - 30, y - 14, x + rng.uniform(20, 70), y - 6)
    canvas.saveState()
    canvas.setStrokeColorRGB(0.08, 0.12, rng.choice((0.15, 0.45, 0.5)))
    canvas.setLineWidth(rng.uniform(0.8, 1.5))
    canvas.drawPath(path)
    canvas.restoreState()


def _corner(sheet: Sheet, picture: bytes) -> None:
    style = sheet.style
    image = ImageReader(io.BytesIO(picture))
    sheet.canvas.drawImage(image, style.paper[0] - style.margin - 96, style.paper[1] - style.margin - 122, 96, 120)


def _script_line(sheet: Sheet, line_kind: str, text: str) -> None:
    indent, width = {
        "cue": (_CUE, _SPEECH_WIDTH),
        "aside": (_ASIDE, 28),
        "speech": (_SPEECH, _SPEECH_WIDTH),
    }.get(line_kind, (0, _ACTION_WIDTH))
    if line_kind == "heading":
        sheet.space(12)
    if line_kind in ("heading", "cue"):
        sheet.ensure_space(48)
    for line in _wrap(text, width):
        sheet.line(line, font="Courier-Bold" if line_kind == "heading" else "Courier", x=_SCRIPT_LEFT + indent)
    if line_kind in ("heading", "action", "end"):
        sheet.space(12)


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]

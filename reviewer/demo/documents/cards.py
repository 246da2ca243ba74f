"""Identifications and proofs of address, of institutions that do not exist and marked as invented."""

import io
import random

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewer.demo.cohort.people import Person
from reviewer.demo.documents.papers import scribble
from reviewer.demo.documents.portraits import as_jpeg, portrait
from reviewer.demo.documents.sheets import MARK, MARK_LINE

_CARD = (330.0, 208.0)  # points; larger than a real card
_COMPANIES = (
    ("Luz y Fuerza del Lago", "Servicio de energía eléctrica", "kWh", (0.93, 0.96, 0.9), (0.1, 0.42, 0.28)),
    ("Aguas de Anáhuac", "Servicio de agua potable y drenaje", "m³", (0.9, 0.95, 0.98), (0.08, 0.32, 0.55)),
    ("Teléfonos del Valle", "Telefonía fija e internet", "min", (0.98, 0.94, 0.88), (0.66, 0.3, 0.06)),
    ("Gas Popocatépetl", "Gas natural a domicilio", "m³", (0.97, 0.92, 0.92), (0.55, 0.1, 0.12)),
)
_MONTHS = ("NOV", "DIC", "ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO")


def identification_pdf(person: Person, rng: random.Random) -> bytes:
    """Returns front and back of a card on one sheet, as copied."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    left = rng.uniform(70, 180)
    _front(canvas, person, rng, left, 470 + rng.uniform(-10, 40))
    _back(canvas, person, rng, left + rng.uniform(-12, 12), 190 + rng.uniform(-30, 20))
    _large_mark(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def bill_pdf(person: Person, rng: random.Random) -> bytes:
    """Returns a bill for the person's home, one page with text."""
    name, service, unit, light, dark = rng.choice(_COMPANIES)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    canvas.setTitle(f"Comprobante de domicilio ({MARK})")
    canvas.setFillColorRGB(*dark)
    canvas.rect(0, 700, LETTER[0], 92, stroke=0, fill=1)
    canvas.setFillGray(1)
    _text(canvas, 54, 748, name, "Helvetica-Bold", 21)
    _text(canvas, 54, 728, f"{service} · empresa ficticia", "Helvetica", 10)
    _text(canvas, 420, 748, "AVISO RECIBO", "Helvetica-Bold", 12)
    _text(canvas, 420, 730, MARK, "Helvetica-Bold", 10)
    _address(canvas, person, light)
    amount = _account(canvas, rng, dark)
    _history(canvas, rng, unit, light, dark)
    _stub(canvas, rng, name, amount)
    _text(canvas, 54, 28, MARK_LINE, "Helvetica", 7)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _front(canvas: Canvas, person: Person, rng: random.Random, x: float, y: float) -> None:
    _plate(canvas, x, y, (0.93, 0.95, 0.9))
    canvas.setFillColorRGB(0.35, 0.2, 0.35)
    canvas.rect(x, y + _CARD[1] - 34, _CARD[0], 26, stroke=0, fill=1)
    canvas.setFillGray(1)
    title = "REPÚBLICA DE MUESTRA · CREDENCIAL DE PRÁCTICA"
    _text(canvas, x + 12, y + _CARD[1] - 22, title, "Helvetica-Bold", 9)
    face = as_jpeg(portrait(rng))
    canvas.drawImage(ImageReader(io.BytesIO(face)), x + 14, y + 42, 92, 115)
    canvas.setFillGray(0.1)
    home = person.home
    rows = (
        ("NOMBRE", " ".join(person.surnames).upper(), person.first_names.upper()),
        ("DOMICILIO", f"{home.street}, {home.postal_code}".upper(), home.colonia.upper()[:36]),
        ("CURP", person.curp, ""),
        ("FECHA DE NACIMIENTO", f"{person.born:%d/%m/%Y}", f"SEXO {person.curp[10]}"),
    )
    top = y + _CARD[1] - 50
    for label, first, second in rows:
        _text(canvas, x + 120, top, label, "Helvetica", 5.5)
        _text(canvas, x + 120, top - 10, first, "Helvetica-Bold", 8)
        _text(canvas, x + 120, top - 19, second, "Helvetica-Bold", 8)
        top -= 36
    scribble(canvas, rng, x + 62, y + 16)
    _text(canvas, x + 120, y + 10, "SIN VALIDEZ OFICIAL", "Helvetica-Bold", 9)


def _back(canvas: Canvas, person: Person, rng: random.Random, x: float, y: float) -> None:
    _plate(canvas, x, y, (0.92, 0.92, 0.94))
    canvas.setFillGray(0.15)
    canvas.rect(x, y + 150, _CARD[0], 30, stroke=0, fill=1)
    canvas.setFillGray(0.1)
    _bars(canvas, rng, x + 20, y + 92, 190, 40)
    _text(canvas, x + 230, y + 110, "NO ES UN", "Helvetica-Bold", 10)
    _text(canvas, x + 230, y + 96, "DOCUMENTO", "Helvetica-Bold", 10)
    filler = "<" * 12
    lines = (f"MUESTRA{filler}{person.born:%y%m%d}{filler}", f"DATOS<FICTICIOS{filler}<<<")
    for row, line in enumerate(lines):
        _text(canvas, x + 20, y + 50 - 18 * row, line[:36], "Courier-Bold", 12)


def _plate(canvas: Canvas, x: float, y: float, fill: tuple[float, float, float]) -> None:
    canvas.setFillColorRGB(*fill)
    canvas.setStrokeGray(0.4)
    canvas.setLineWidth(0.8)
    canvas.roundRect(x, y, *_CARD, 10, stroke=1, fill=1)


def _large_mark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.55)
    for x, y in ((306, 430), (306, 720)):
        canvas.setFont("Helvetica-Bold", 30)
        canvas.drawCentredString(x, y, MARK)
    canvas.setFillGray(0.2)
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(306, 60, MARK_LINE)
    canvas.restoreState()


def _address(canvas: Canvas, person: Person, light: tuple[float, float, float]) -> None:
    home = person.home
    canvas.setFillColorRGB(*light)
    canvas.roundRect(54, 580, 300, 96, 6, stroke=0, fill=1)
    canvas.setFillGray(0.1)
    lines = (
        person.name.upper(),
        home.street,
        f"Col. {home.colonia}",
        f"C.P. {home.postal_code}, {home.alcaldia}",
    )
    for row, line in enumerate((*lines, "Ciudad de México")):
        _text(canvas, 66, 656 - 16 * row, line, "Helvetica-Bold" if row == 0 else "Helvetica", 10.5)


def _account(canvas: Canvas, rng: random.Random, dark: tuple[float, float, float]) -> str:
    amount = f"${rng.randint(120, 980):,}.{rng.randrange(100):02d}"
    canvas.setFillGray(0.1)
    rows = (
        ("No. de servicio", f"000 {rng.randrange(10**6):06d} 000"),
        ("Periodo", "01 JUN 25 al 31 JUL 25"),
        ("Límite de pago", "22 AGO 2025"),
    )
    for row, (label, value) in enumerate(rows):
        _text(canvas, 380, 660 - 30 * row, label, "Helvetica", 8)
        _text(canvas, 380, 647 - 30 * row, value, "Helvetica-Bold", 11)
    canvas.setFillColorRGB(*dark)
    _text(canvas, 54, 535, "Total a pagar", "Helvetica", 11)
    _text(canvas, 54, 505, amount, "Helvetica-Bold", 28)
    return amount


def _history(
    canvas: Canvas,
    rng: random.Random,
    unit: str,
    light: tuple[float, float, float],
    dark: tuple[float, float, float],
) -> None:
    canvas.setFillGray(0.1)
    _text(canvas, 54, 455, f"Su consumo de los últimos diez meses ({unit})", "Helvetica-Bold", 11)
    usual = rng.randint(40, 110)
    for column, month in enumerate(_MONTHS):
        height = usual * rng.uniform(0.6, 1.25)
        x = 60 + column * 49
        canvas.setFillColorRGB(*(dark if column == len(_MONTHS) - 1 else light))
        canvas.setStrokeGray(0.6)
        canvas.rect(x, 300, 32, height, stroke=1, fill=1)
        canvas.setFillGray(0.15)
        _text(canvas, x + 4, 288, month, "Helvetica", 8)
        _text(canvas, x + 6, 304 + height, f"{height:.0f}", "Helvetica", 8)
    advice = (
        "Conserve este recibo. Documento de práctica: ninguna oficina lo emite ni lo recibe.",
        "Si detecta una fuga o una falla, imagine que llama y que le contestan pronto.",
    )
    for row, line in enumerate(advice):
        _text(canvas, 54, 250 - 14 * row, line, "Helvetica", 9)


def _stub(canvas: Canvas, rng: random.Random, company: str, amount: str) -> None:
    canvas.setStrokeGray(0.5)
    canvas.setDash(4, 3)
    canvas.line(40, 190, LETTER[0] - 40, 190)
    canvas.setDash()
    _text(canvas, 54, 165, f"{company} · talón de pago · {amount}", "Helvetica-Bold", 10)
    _bars(canvas, rng, 54, 100, 300, 48)
    _text(canvas, 54, 86, "0000 0000 0000 0000 0000 · SIN VALOR", "Courier", 9)
    _text(canvas, 400, 120, MARK, "Helvetica-Bold", 16)


def _bars(canvas: Canvas, rng: random.Random, x: float, y: float, width: float, height: float) -> None:
    """Draws a meaningless barcode as one thick dashed line, which is faster than drawing bars."""
    dashes: list[float] = [size for _ in range(40) for size in (rng.choice((1, 1, 2, 3)), rng.choice((1, 2, 3)))]
    canvas.saveState()
    canvas.setStrokeGray(0.1)
    canvas.setLineWidth(height)
    canvas.setDash(dashes)
    canvas.line(x, y + height / 2, x + width, y + height / 2)
    canvas.restoreState()


def _text(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)

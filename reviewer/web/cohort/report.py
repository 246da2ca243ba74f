"""The cohort in print: a few pages, letter size, with the same figures as the screen."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.cohort import counts, release
from reviewer.cohort.part import Counting, Part, counting
from reviewer.cohort.stages import LABELS
from reviewer.cohort.traits import AGE, ALCALDIA, GATHERED, GENDER, TRAITS
from reviewer.errors import Refused
from reviewer.web.charts import paper
from reviewer.web.charts.card import Card
from reviewer.web.charts.drawing import BOLD, REGULAR, register_fonts, wrapped
from reviewer.web.charts.palette import PAPER
from reviewer.web.cohort import public
from reviewer.web.cohort.figures import MAKERS, Params, choices_in, part_in
from reviewer.words import MONTHS, number

PAGE = (612.0, 792.0)  # letter, as printers in Mexico hold it; points
MARGIN, GUTTER = 42.0, 20.0
WIDTH = PAGE[0] - 2 * MARGIN
HALF = (WIDTH - GUTTER) / 2
HEADING, BODY, SMALL = 11.5, 9.2, 7.6
ROOM = PAGE[1] - MARGIN - 30
TIME = ("dias", "horas", "dictamenes")


def report(viewer: Actor, params: Params, *, is_public: bool) -> bytes:
    """The report as PDF: of the part that the address names, or what may be published."""
    part = Part(params.get("convocatoria", "")) if is_public else part_in(params)
    with counting(viewer, part) as open_:
        if is_public:
            return _printed(open_, _public_cards(open_), _public_lines(open_), public.NOTE)
        return _printed(
            open_, _cards(open_, params), _lines(open_), "Para uso interno: muestra todas las cuentas."
        )


def _cards(open_: Counting, params: Params) -> Iterator[Card]:
    choices = choices_in(params)
    if not open_.total():
        return
    for name in ("mapa", *(GENDER.key, AGE.key), *(each.key for each in GATHERED if each != GENDER)):
        yield MAKERS[name](open_, choices)
    yield MAKERS["alcaldias"](open_, choices)
    for trait in (choices.way_of, ALCALDIA):
        yield MAKERS["recorrido"](open_, choices_in({**params, "por": trait.key}))
    for name in TIME:
        with suppress(Refused):  # no reading was sent yet
            yield MAKERS[name](open_, choices)


def _public_cards(open_: Counting) -> Iterator[Card]:
    for name in public.NAMES:
        yield public.card(open_, name)


def _lines(open_: Counting) -> list[str]:
    totals = counts.totals(open_)
    said = [
        f"{number(totals.received)} recibidas · {number(totals.eligible)} elegibles · "
        f"{number(totals.to_check)} por cotejar · {number(totals.ineligible)} no elegibles"
    ]
    if not open_.part.whole:
        named = [f"{TRAITS[key].label}: {label}" for key, label in open_.part.groups]
        if open_.part.alcaldia:
            named.insert(0, open_.label(ALCALDIA, open_.part.alcaldia))
        said.append(f"Solo: {'; '.join(named)}")
    return [*said, f"Se cuentan: {LABELS[open_.part.stage].lower()}"]


def _public_lines(open_: Counting) -> list[str]:
    total = release.by_eligibility(open_).published.totals[0]
    return ["Menos de cinco postulaciones." if total is None else f"{number(total)} postulaciones recibidas"]


def _printed(open_: Counting, cards: Iterator[Card], lines: Sequence[str], note: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, lang="es-MX")
    canvas.setTitle(f"Cohorte: {open_.call.title}")
    sheet = _Sheet(canvas, note)
    sheet.title(open_.call.title, lines, open_)
    for card in cards:
        sheet.add(card)
    sheet.end()
    canvas.save()
    return out.getvalue()


class _Sheet:
    """Where the next figure goes: two columns, wide ones across both."""

    def __init__(self, canvas: Any, note: str) -> None:
        self._canvas, self._note = canvas, note
        self._number = 1
        self._free = [ROOM, ROOM]  # from below, in each column
        self._top = ROOM

    def title(self, title: str, lines: Sequence[str], open_: Counting) -> None:
        """The head of the first page."""
        y = PAGE[1] - MARGIN - 14
        for words in wrapped(title, WIDTH, 17):
            self._words(MARGIN, y, words, 17, bold=True)
            y -= 21
        now = open_.spec.local(clock.now())
        said = f"Cohorte al {now.day} {MONTHS[now.month - 1]} {now.year}, {now:%H:%M}"
        for words in (said, *lines):
            self._words(MARGIN, y, words, 10)
            y -= 14
        self._free = [y - 6, y - 6]
        self._top = y - 6

    def add(self, card: Card) -> None:
        """Sets a card where it fits, else on the next page."""
        width = WIDTH if card.wide else HALF
        high = self._height(card, width)
        column = 0 if card.wide else max((0, 1), key=lambda each: (self._free[each], -each))
        y = min(self._free) if card.wide else self._free[column]
        if y - high < MARGIN + 12 and y < ROOM:
            self._next_page()
            column, y = 0, self._free[0]
        self._card(card, MARGIN + column * (HALF + GUTTER), y, width)
        below = y - high - 14
        self._free = (
            [below, below]
            if card.wide
            else [below if each == column else free for each, free in enumerate(self._free)]
        )

    def end(self) -> None:
        """The foot of the last page."""
        self._foot()

    def _card(self, card: Card, x: float, y: float, width: float) -> None:
        y -= HEADING
        self._words(x, y, card.heading, HEADING, bold=True)
        for words in wrapped(card.sentence, width, BODY):
            y -= BODY * 1.32
            self._words(x, y, words, BODY)
        paper.draw(self._canvas, card.drawing, x=x, y=y - 8, width=self._figure_width(card, width))

    def _height(self, card: Card, width: float) -> float:
        lines = len(wrapped(card.sentence, width, BODY))
        figure = card.drawing.height * self._figure_width(card, width) / card.drawing.width
        return HEADING + lines * BODY * 1.32 + 8 + figure

    def _figure_width(self, card: Card, width: float) -> float:
        """No wider than its place, and no higher than a page."""
        return float(min(width, card.drawing.width * (ROOM - MARGIN - 90) / card.drawing.height))

    def _next_page(self) -> None:
        self._foot()
        self._canvas.showPage()
        self._number += 1
        self._free = [ROOM + 20, ROOM + 20]

    def _foot(self) -> None:
        self._canvas.setFillColor(PAPER.quiet)
        self._canvas.setFont(REGULAR, SMALL)
        for place, words in enumerate(wrapped(self._note, WIDTH - 40, SMALL)[:2]):
            self._canvas.drawString(MARGIN, 26 - place * 9, words)
        self._canvas.drawRightString(PAGE[0] - MARGIN, 26, f"Página {self._number}")

    def _words(self, x: float, y: float, words: str, size: float, *, bold: bool = False) -> None:
        self._canvas.setFillColor(PAPER.text)
        self._canvas.setFont(BOLD if bold else REGULAR, size)
        self._canvas.drawString(x, y, words)

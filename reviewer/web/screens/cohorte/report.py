"""The cohort in print: a few pages, letter size, with the same figures as the screen."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from reviewer.access.actor import Actor
from reviewer.cohort import counts
from reviewer.cohort import publication as cohort_publication
from reviewer.cohort.filters import CohortSession, Subset, open_cohort
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.cohort.stages import LABELS
from reviewer.core import clock
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_date_and_time, format_number
from reviewer.demographics.questions import AGE, ALCALDIA, COHORT, GENDER
from reviewer.web.charts import pdf
from reviewer.web.charts.card import Card
from reviewer.web.charts.drawing import BOLD, REGULAR, register_fonts, wrap
from reviewer.web.charts.palette import PAPER
from reviewer.web.screens.cohorte import publication as cohorte_publication
from reviewer.web.screens.cohorte.figure_registry import (
    CARD_BUILDERS,
    Params,
    choices_from_params,
    subset_from_params,
)

PAGE = (612.0, 792.0)  # letter, as printers in Mexico hold it; points
MARGIN, GUTTER = 42.0, 20.0
WIDTH = PAGE[0] - 2 * MARGIN
HALF_WIDTH = (WIDTH - GUTTER) / 2
HEADING, BODY, SMALL = 11.5, 9.2, 7.6
PAGE_TOP = PAGE[1] - MARGIN - 30
TIME_FIGURES = ("dias", "horas", "dictamenes")


def render_report(viewer: Actor, params: Params, *, is_public: bool) -> bytes:
    """The report as PDF: of the part that the address names, or what may be published."""
    subset = Subset(params.get("convocatoria", "")) if is_public else subset_from_params(params)
    with open_cohort(viewer, subset) as cohort:
        if is_public:
            return _render(
                cohort, _public_cards(cohort), _public_header_lines(cohort), cohorte_publication.NOTE
            )
        return _render(
            cohort,
            _cards(cohort, params),
            _header_lines(cohort),
            "Para uso interno: muestra todas las cuentas.",
        )


def _cards(cohort: CohortSession, params: Params) -> Iterator[Card]:
    choices = choices_from_params(params)
    if not cohort.total():
        return
    for name in (
        "mapa",
        *(GENDER.key, AGE.key),
        *(question.key for question in GROUPED_QUESTIONS if question != GENDER),
    ):
        yield CARD_BUILDERS[name](cohort, choices)
    yield CARD_BUILDERS["alcaldias"](cohort, choices)
    for question in (choices.funnel_question, ALCALDIA):
        yield CARD_BUILDERS["recorrido"](cohort, choices_from_params({**params, "por": question.key}))
    for name in TIME_FIGURES:
        with suppress(UserError):  # no reading was sent yet
            yield CARD_BUILDERS[name](cohort, choices)


def _public_cards(cohort: CohortSession) -> Iterator[Card]:
    for name in cohorte_publication.PUBLIC_FIGURES:
        yield cohorte_publication.public_card(cohort, name)


def _header_lines(cohort: CohortSession) -> list[str]:
    totals = counts.totals(cohort)
    header_lines = [
        f"{format_number(totals.received)} recibidas · {format_number(totals.eligible)} elegibles · "
        f"{format_number(totals.to_check)} por cotejar · {format_number(totals.ineligible)} no elegibles"
    ]
    if not cohort.subset.is_whole_cohort:
        filters = [f"{COHORT[key].label}: {label}" for key, label in cohort.subset.groups]
        if cohort.subset.alcaldia:
            filters.insert(0, cohort.label(ALCALDIA, cohort.subset.alcaldia))
        header_lines.append(f"Solo: {'; '.join(filters)}")
    return [*header_lines, f"Se cuentan: {LABELS[cohort.subset.stage].lower()}"]


def _public_header_lines(cohort: CohortSession) -> list[str]:
    total = cohort_publication.by_eligibility(cohort).counts.totals[0]
    return [
        "Menos de cinco postulaciones."
        if total is None
        else f"{format_number(total)} postulaciones recibidas"
    ]


def _render(cohort: CohortSession, cards: Iterator[Card], lines: Sequence[str], note: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, lang="es-MX")
    canvas.setTitle(f"Cohorte: {cohort.call.title}")
    layout = _PageLayout(canvas, note)
    layout.draw_title(cohort.call.title, lines, cohort)
    for card in cards:
        layout.add_card(card)
    layout.finish()
    canvas.save()
    return out.getvalue()


class _PageLayout:
    """Where the next figure goes: two columns, wide ones across both."""

    def __init__(self, canvas: Any, note: str) -> None:
        self._canvas, self._note = canvas, note
        self._page_number = 1
        self._column_y = [PAGE_TOP, PAGE_TOP]  # from below, in each column
        self._top = PAGE_TOP

    def draw_title(self, title: str, lines: Sequence[str], cohort: CohortSession) -> None:
        """The head of the first page."""
        y = PAGE[1] - MARGIN - 14
        for line in wrap(title, WIDTH, 17):
            self._draw_text(MARGIN, y, line, 17, bold=True)
            y -= 21
        now = cohort.spec.local(clock.now())
        date_line = f"Cohorte al {format_date_and_time(now)}"
        for line in (date_line, *lines):
            self._draw_text(MARGIN, y, line, 10)
            y -= 14
        self._column_y = [y - 6, y - 6]
        self._top = y - 6

    def add_card(self, card: Card) -> None:
        """Sets a card where it fits, else on the next page."""
        width = WIDTH if card.wide else HALF_WIDTH
        height = self._card_height(card, width)
        column = 0 if card.wide else max((0, 1), key=lambda index: (self._column_y[index], -index))
        y = min(self._column_y) if card.wide else self._column_y[column]
        if y - height < MARGIN + 12 and y < PAGE_TOP:
            self._next_page()
            column, y = 0, self._column_y[0]
        self._draw_card(card, MARGIN + column * (HALF_WIDTH + GUTTER), y, width)
        below = y - height - 14
        self._column_y = (
            [below, below]
            if card.wide
            else [below if index == column else y_position for index, y_position in enumerate(self._column_y)]
        )

    def finish(self) -> None:
        """The foot of the last page."""
        self._draw_footer()

    def _draw_card(self, card: Card, x: float, y: float, width: float) -> None:
        y -= HEADING
        self._draw_text(x, y, card.heading, HEADING, bold=True)
        for line in wrap(card.sentence, width, BODY):
            y -= BODY * 1.32
            self._draw_text(x, y, line, BODY)
        pdf.draw(self._canvas, card.drawing, x=x, y=y - 8, width=self._figure_width(card, width))

    def _card_height(self, card: Card, width: float) -> float:
        lines = len(wrap(card.sentence, width, BODY))
        figure = card.drawing.height * self._figure_width(card, width) / card.drawing.width
        return HEADING + lines * BODY * 1.32 + 8 + figure

    def _figure_width(self, card: Card, width: float) -> float:
        """No wider than its place, and no higher than a page."""
        return float(min(width, card.drawing.width * (PAGE_TOP - MARGIN - 90) / card.drawing.height))

    def _next_page(self) -> None:
        self._draw_footer()
        self._canvas.showPage()
        self._page_number += 1
        self._column_y = [PAGE_TOP + 20, PAGE_TOP + 20]

    def _draw_footer(self) -> None:
        self._canvas.setFillColor(PAPER.quiet)
        self._canvas.setFont(REGULAR, SMALL)
        for index, line in enumerate(wrap(self._note, WIDTH - 40, SMALL)[:2]):
            self._canvas.drawString(MARGIN, 26 - index * 9, line)
        self._canvas.drawRightString(PAGE[0] - MARGIN, 26, f"Página {self._page_number}")

    def _draw_text(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        self._canvas.setFillColor(PAPER.text)
        self._canvas.setFont(BOLD if bold else REGULAR, size)
        self._canvas.drawString(x, y, text)

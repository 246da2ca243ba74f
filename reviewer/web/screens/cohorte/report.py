"""The cohort in print: which figures the report holds, drawn by matplotlib in a worker process."""

from collections.abc import Iterator

from reviewer.access.actor import Actor
from reviewer.cohort import counts, publication
from reviewer.cohort.filters import CohortSession, Subset, open_cohort
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.cohort.stages import LABELS
from reviewer.core import clock
from reviewer.core.spanish import format_date_and_time, format_number
from reviewer.demographics.questions import AGE, ALCALDIA, COHORT, GENDER
from reviewer.figures import published
from reviewer.figures.figure import Figure
from reviewer.figures.registry import FIGURES
from reviewer.web.screens.cohorte.address import Params, choices_from_params, subset_from_params
from reviewer.web.server.pdf_pool import pdf_workers

FIRST_FIGURES = ("mapa", GENDER.key, AGE.key)
WIDE_FIGURES = ("alcaldias", "seleccionadas", "recorrido")
LAST_FIGURES = ("dias", "horas", "dictamenes", "puntajes")


def render_report(viewer: Actor, params: Params, *, is_public: bool) -> bytes:
    """Returns the report as PDF: of the part that the address names, or what may be published."""
    subset = Subset(params.get("convocatoria", "")) if is_public else subset_from_params(params)
    with open_cohort(viewer, subset) as cohort:
        figures = tuple(_public_figures(cohort) if is_public else _figures(cohort, params))
        lines = [_date_line(cohort), *(_public_lines(cohort) if is_public else _lines(cohort))]
        title = cohort.call.title
    note = published.NOTE if is_public else "Para uso interno: muestra todas las cuentas."
    return pdf_workers().run(_draw, title, lines, figures, note).result()


def _draw(title: str, lines: list[str], figures: tuple[Figure, ...], note: str) -> bytes:
    from reviewer.web.charts import paper

    return paper.report(title, lines, figures, note)


def _figures(cohort: CohortSession, params: Params) -> Iterator[Figure]:
    choices = choices_from_params(params)
    if not cohort.total():
        return
    questions = (question.key for question in GROUPED_QUESTIONS if question != GENDER)
    by_alcaldia = choices_from_params({**params, "por": ALCALDIA.key})
    named = [(name, choices) for name in (*FIRST_FIGURES, *questions, *WIDE_FIGURES)]
    named += [("recorrido", by_alcaldia), *((name, choices) for name in LAST_FIGURES)]
    for name, its_choices in named:
        figure = FIGURES[name](cohort, its_choices)
        if figure is not None:
            yield figure


def _public_figures(cohort: CohortSession) -> Iterator[Figure]:
    for name in published.PUBLIC_FIGURES:
        yield published.published(cohort, name)


def _date_line(cohort: CohortSession) -> str:
    now = cohort.spec.local(clock.now())
    return f"Cohorte al {format_date_and_time(now)}"


def _lines(cohort: CohortSession) -> list[str]:
    totals = counts.totals(cohort)
    lines = [
        f"{format_number(totals.received)} recibidas · {format_number(totals.eligible)} elegibles · "
        f"{format_number(totals.to_check)} por cotejar · {format_number(totals.ineligible)} no elegibles"
        + (f" · {format_number(totals.withdrawn)} retiradas" if totals.withdrawn else "")
    ]
    if not cohort.subset.is_whole_cohort:
        filters = [f"{COHORT[key].label}: {label}" for key, label in cohort.subset.groups]
        filters[:0] = [cohort.label(ALCALDIA, code) for code in cohort.subset.alcaldias]
        lines.append(f"Solo: {'; '.join(filters)}")
    return [*lines, f"Se cuentan: {LABELS[cohort.subset.stage].lower()}"]


def _public_lines(cohort: CohortSession) -> list[str]:
    total = publication.by_eligibility(cohort).counts.totals[0]
    few = "Menos de cinco postulaciones."
    return [few if total is None else f"{format_number(total)} postulaciones recibidas"]

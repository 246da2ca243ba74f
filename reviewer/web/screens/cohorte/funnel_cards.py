"""The way through, by any question: who came to each stage, and where a gap is more than chance."""

from reviewer.cohort import tables
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.significance import MIN_FOR_SHARES
from reviewer.cohort.stages import DESCRIPTIONS, LABELS
from reviewer.core.spanish import format_count, format_number, format_percent
from reviewer.web.charts.card import Card
from reviewer.web.charts.funnel import FunnelCell, funnel_chart
from reviewer.web.charts.palette import Palette
from reviewer.web.screens.cohorte import sentences_gaps

METHOD = (
    "La línea fina es lo que cabe en el azar (Wilson, al 95 % para todos los grupos y etapas juntos); la "
    "raya, la tasa de todas las postulaciones. Se compara a cada grupo con los demás: prueba exacta de "
    "Fisher, con la corrección de Holm para todos los grupos y etapas de esta figura. La tasa de elegibles "
    "es de las recibidas; las de las demás etapas, de las elegibles. "
)


def of_funnel(funnel: Funnel, palette: Palette) -> Card:
    """Groups through the stages that the call has come to."""
    totals = funnel.totals
    comparisons = max(1, len(funnel.groups) * (len(funnel.stages) - 1))
    gap_cells = set(funnel.gaps)
    cells = [
        [
            _cell(funnel, group, stage, comparisons, (group, stage) in gap_cells)
            for stage in range(len(funnel.stages))
        ]
        for group in range(len(funnel.groups))
    ]
    compared = funnel.compared_totals
    overall = [
        None,
        *(_share(compared[stage], compared[min(1, stage - 1)]) for stage in range(1, len(compared))),
    ]
    stage_heads = [
        f"{LABELS[stage]}: {format_number(total)}" for stage, total in zip(funnel.stages, totals, strict=True)
    ]
    descriptions = "; ".join(
        f"«{LABELS[stage]}», {DESCRIPTIONS[stage]}" for stage in funnel.stages if stage in DESCRIPTIONS
    )
    return Card(
        name="recorrido",
        heading=f"De recibidas a {LABELS[funnel.stages[-1]].lower()}, por {funnel.question.label.lower()}",
        sentence=sentences_gaps.about_gaps(funnel),
        drawing=funnel_chart(funnel.groups, stage_heads, cells, overall, palette),
        table=tables.of_funnel(funnel),
        note=METHOD + (f"Etapas: {descriptions}." if descriptions else ""),
        wide=True,
    )


def _cell(funnel: Funnel, group: int, stage: int, comparisons: int, has_gap: bool) -> FunnelCell:
    count = funnel.counts[group][stage]
    name, label = funnel.groups[group], LABELS[funnel.stages[stage]]
    summary = f"{name}\n{label}: {format_count(count, 'postulación', 'postulaciones')}"
    if not stage:
        return FunnelCell(format_number(count), summary)
    step = funnel.step(group, stage)
    rate = step.rate
    if rate is None or rate > 1 or funnel.totals[min(1, stage - 1)] < MIN_FOR_SHARES:
        return FunnelCell(format_number(count), summary)
    low, high = step.interval(comparisons=comparisons)
    interval_text = f"caben en el azar: de {format_percent(low)} a {format_percent(high)}"
    tip = f"{summary}\n{format_percent(rate)} de {format_number(step.entered)}; {interval_text}"
    others_rate = step.others_rate
    rising = None if not has_gap or others_rate is None else rate > others_rate
    return FunnelCell(f"{format_number(count)} · {format_percent(rate)}", tip, rate, low, high, rising)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

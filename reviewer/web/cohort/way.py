"""The way through, by any question: who came to each stage, and where a gap is more than chance."""

from reviewer.cohort import tables
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.shares import FEW
from reviewer.cohort.stages import EXPLAINED, LABELS
from reviewer.web.charts.card import Card
from reviewer.web.charts.palette import Palette
from reviewer.web.charts.ways import Measure, ways
from reviewer.web.cohort import gaps
from reviewer.words import counted, number, percent

METHOD = (
    "La línea fina es lo que cabe en el azar (Wilson, al 95 % para todos los grupos y etapas juntos); la "
    "raya, la tasa de todas las postulaciones. Se compara a cada grupo con los demás: prueba exacta de "
    "Fisher, con la corrección de Holm para todos los grupos y etapas de esta figura. La tasa de elegibles "
    "es de las recibidas; las de las demás etapas, de las elegibles. "
)


def of_funnel(found: Funnel, palette: Palette) -> Card:
    """Groups through the stages that the call has come to."""
    totals = found.totals
    together = max(1, len(found.groups) * (len(found.stages) - 1))
    beyond = set(found.gaps)
    measures = [
        [
            _measure(found, group, stage, together, (group, stage) in beyond)
            for stage in range(len(found.stages))
        ]
        for group in range(len(found.groups))
    ]
    all_ = found.compared
    everybody = [None, *(_share(all_[s], all_[min(1, s - 1)]) for s in range(1, len(all_)))]
    heads = [f"{LABELS[each]}: {number(total)}" for each, total in zip(found.stages, totals, strict=True)]
    stages = "; ".join(f"«{LABELS[each]}», {EXPLAINED[each]}" for each in found.stages if each in EXPLAINED)
    return Card(
        name="recorrido",
        heading=f"De recibidas a {LABELS[found.stages[-1]].lower()}, por {found.trait.label.lower()}",
        sentence=gaps.about_gaps(found),
        drawing=ways(found.groups, heads, measures, everybody, palette),
        table=tables.of_funnel(found),
        note=METHOD + (f"Etapas: {stages}." if stages else ""),
        wide=True,
    )


def _measure(found: Funnel, group: int, stage: int, together: int, gap: bool) -> Measure:
    count = found.counts[group][stage]
    name, label = found.groups[group], LABELS[found.stages[stage]]
    said = f"{name}\n{label}: {counted(count, 'postulación', 'postulaciones')}"
    if not stage:
        return Measure(number(count), said)
    step = found.step(group, stage)
    rate = step.rate
    if rate is None or rate > 1 or found.totals[min(1, stage - 1)] < FEW:
        return Measure(number(count), said)
    low, high = step.bounds(together=together)
    fits = f"caben en el azar: de {percent(low)} a {percent(high)}"
    tip = f"{said}\n{percent(rate)} de {number(step.entered)}; {fits}"
    others = step.others_rate
    rising = None if not gap or others is None else rate > others
    return Measure(f"{number(count)} · {percent(rate)}", tip, rate, low, high, rising)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

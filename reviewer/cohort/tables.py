"""The table behind each figure: what the page shows on request and the CSV holds."""

from collections.abc import Sequence

from reviewer import geography
from reviewer.answers import Group
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Crossing, Totals
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.readings import Readings
from reviewer.cohort.shares import FEW, Verdict
from reviewer.cohort.stages import LABELS
from reviewer.cohort.territory import Territory
from reviewer.cohort.traits import Trait
from reviewer.tables import Cell, Table

APPLICATIONS, PART = "Postulaciones", "% de las postulaciones"
ALCALDIA, READING = "Alcaldía", "Frente a su población"
LOW, HIGH = "Cabe en el azar desde %", "Cabe en el azar hasta %"
POPULATION, ITS_PART, RATE = "Población total 2020", "% de la población", "Por cada 10 mil habitantes"
VENUE, KILOMETRES = "Sede más cercana", "Km en línea recta"
MAP_COLUMNS = (ALCALDIA, APPLICATIONS, PART, READING)
READING_COLUMNS = (RATE, VENUE, KILOMETRES)
BARS_COLUMNS = (ALCALDIA, PART, LOW, HIGH, ITS_PART, POPULATION)
WORDS_SHOWN = 12
READINGS = {
    Verdict.MORE: "Más",
    Verdict.PERHAPS_MORE: "Algo más, puede ser azar",
    Verdict.EVEN: "Parejo, o muy pocas",
    Verdict.PERHAPS_LESS: "Algo menos, puede ser azar",
    Verdict.LESS: "Menos",
}


def of_totals(totals: Totals) -> Table:
    """Applications by eligibility."""
    counts = (
        ("Elegibles", totals.eligible),
        ("Por cotejar", totals.to_check),
        ("No elegibles", totals.ineligible),
    )
    return _counted("Postulaciones por elegibilidad", "Elegibilidad", counts)


def of_territory(territory: Territory) -> Table:
    """A row an alcaldía, and those from elsewhere or from nowhere said; percentages are of the city's."""
    inhabitants = sum(each.population for each in geography.alcaldias())
    enough = territory.comparable
    rows: list[tuple[Cell, ...]] = [
        (
            each.alcaldia.code,
            each.alcaldia.name,
            each.count,
            _percent(each.share) if enough else None,
            _percent(each.low) if enough else None,
            _percent(each.high) if enough else None,
            each.alcaldia.population,
            _percent(each.population_share),
            round(each.rate, 2),
            READINGS[each.verdict] if enough else None,
            each.nearest.label if each.nearest else None,
            round(each.kilometres, 1) if each.nearest else None,
        )
        for each in territory.alcaldias
    ]
    rows.append(("", "Ciudad de México", territory.total, *[None] * 3, inhabitants, *[None] * 5))
    if territory.elsewhere:
        rows.append(("", "Fuera de la ciudad o sin reconocer", territory.elsewhere, *[None] * 9))
    if territory.unknown:
        rows.append(("", "Sin respuesta", territory.unknown, *[None] * 9))
    columns = (
        *("Clave INEGI", ALCALDIA, APPLICATIONS, PART, LOW, HIGH, POPULATION, ITS_PART, RATE, READING),
        *(VENUE, KILOMETRES),
    )
    return Table("Postulaciones por alcaldía", columns, tuple(rows))


def of_arrivals(arrivals: Arrivals) -> Table:
    """A row a day, and those outside the window."""
    rows: list[tuple[Cell, ...]] = [(value, count) for value, count in arrivals.days]
    if arrivals.before:
        rows.insert(0, ("Antes de abrir", arrivals.before))
    if arrivals.after:
        rows.append(("Después del cierre", arrivals.after))
    if arrivals.undated:
        rows.append(("Sin fecha de envío", arrivals.undated))
    return Table("Postulaciones por día", ("Día", APPLICATIONS), tuple(rows))


def of_hours(arrivals: Arrivals) -> Table:
    """A row a day of the window, a column an hour."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (value, *counts) for (value, _), counts in zip(arrivals.days, arrivals.hours, strict=True)
    )
    return Table("Postulaciones por día y hora", ("Día", *(f"{hour} h" for hour in range(24))), rows)


def of_arrivals_by_place(arrivals: Arrivals) -> Table:
    """A row an alcaldía, a column a day of the window."""
    names = geography.by_code()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[code].name, *counts) for code, counts in arrivals.by_place
    )
    days = tuple(value.isoformat() for value, _ in arrivals.days)
    return Table("Postulaciones por alcaldía y día", (ALCALDIA, *days), rows)


def of_readings(readings: Readings) -> Table:
    """A row a day."""
    return Table("Dictámenes enviados por día", ("Día", "Dictámenes"), tuple(readings.days))


def of_ages(ages: Ages) -> Table:
    """A row a year of age, and those without a birth date or with one that can't be."""
    counts: list[tuple[Cell, int]] = [(age, count) for age, count in ages.years]
    if ages.implausible:
        counts.append(("Fecha de nacimiento por revisar", ages.implausible))
    if ages.missing:
        counts.append(("Sin fecha de nacimiento", ages.missing))
    return _counted("Postulaciones por edad al cierre", "Edad", counts)


def of_groups(trait: Trait, groups: tuple[Group, ...]) -> Table:
    """A row a group, with the words that it gathers where they may be told."""
    title = f"Postulaciones por {trait.label.lower()}"
    table = _counted(title, trait.label, [(group.label, group.count) for group in groups])
    if not any(group.words for group in groups):
        return table
    rows = tuple((*row, _words(group)) for row, group in zip(table.rows, groups, strict=True))
    return Table(title, (*table.columns, "Respuestas que reúne"), rows)


def of_crossing(crossing: Crossing) -> Table:
    """A row a group of the one, a column a group of the other, and their totals."""
    rows: list[tuple[Cell, ...]] = [
        (name, *counts, sum(counts)) for name, counts in zip(crossing.rows, crossing.counts, strict=True)
    ]
    rows.append(("Total", *(sum(each) for each in zip(*crossing.counts, strict=True)), crossing.total))
    title = f"{crossing.one.label} por {crossing.other.label.lower()}"
    return Table(title, (crossing.one.label, *crossing.columns, "Total"), tuple(rows))


def of_funnel(funnel: Funnel) -> Table:
    """A row a group: counts by stage, and each rate in percent with what it is compatible with."""
    columns = [funnel.trait.label, *(LABELS[each] for each in funnel.stages)]
    for stage in funnel.stages[1:]:
        columns += [f"{LABELS[stage]} %", f"{LABELS[stage]} desde %", f"{LABELS[stage]} hasta %"]
    rows: list[tuple[Cell, ...]] = [
        (name, *funnel.counts[group], *_rates(funnel, group)) for group, name in enumerate(funnel.groups)
    ]
    rows.append(("Total", *funnel.totals, *[None] * (3 * (len(funnel.stages) - 1))))
    return Table(f"De etapa en etapa, por {funnel.trait.label.lower()}", tuple(columns), tuple(rows))


def _rates(funnel: Funnel, group: int) -> list[Cell]:
    together = len(funnel.groups) * (len(funnel.stages) - 1)
    cells: list[Cell] = []
    for stage in range(1, len(funnel.stages)):
        step = funnel.step(group, stage)
        if step.rate is None or step.rate > 1:
            cells += [None, None, None]
        else:
            cells += [_percent(each) for each in (step.rate, *step.bounds(together=together))]
    return cells


def _words(group: Group) -> str:
    more = len(group.words) - WORDS_SHOWN
    return "; ".join(group.words[:WORDS_SHOWN]) + (f"; y {more} más" if more > 0 else "")


def _counted(title: str, column: str, counts: Sequence[tuple[Cell, int]]) -> Table:
    total = sum(count for _, count in counts)
    rows = tuple((name, count, _percent(count / total) if total >= FEW else None) for name, count in counts)
    return Table(title, (column, APPLICATIONS, PART), rows)


def _percent(share: float) -> float:
    return round(100 * share, 1)

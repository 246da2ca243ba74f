"""The table behind each figure: what the page shows on request and the CSV holds."""

from collections.abc import Sequence

from reviewer import geography
from reviewer.answers import Group
from reviewer.cohort.counts import Ages, Arrivals, Territory, Totals
from reviewer.cohort.shares import FEW, Verdict
from reviewer.tables import Cell, Table

APPLICATIONS, PART = "Postulaciones", "% de las postulaciones"
ALCALDIA, READING = "Alcaldía", "Frente a su población"
LOW, HIGH = "Cabe en el azar desde %", "Cabe en el azar hasta %"
POPULATION, ITS_PART, RATE = "Población total 2020", "% de la población", "Por cada 10 mil habitantes"
MAP_COLUMNS = (ALCALDIA, APPLICATIONS, PART, READING)
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
            round(10_000 * each.count / each.alcaldia.population, 2),
            READINGS[each.verdict] if enough else None,
        )
        for each in territory.alcaldias
    ]
    rows.append(("", "Ciudad de México", territory.total, *[None] * 3, inhabitants, *[None] * 3))
    if territory.elsewhere:
        rows.append(("", "Fuera de la ciudad o sin reconocer", territory.elsewhere, *[None] * 7))
    if territory.unknown:
        rows.append(("", "Sin respuesta", territory.unknown, *[None] * 7))
    columns = ("Clave INEGI", ALCALDIA, APPLICATIONS, PART, LOW, HIGH, POPULATION, ITS_PART, RATE, READING)
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


def of_ages(ages: Ages) -> Table:
    """A row a year of age, and those without a birth date or with one that can't be."""
    counts: list[tuple[Cell, int]] = [(age, count) for age, count in ages.years]
    if ages.implausible:
        counts.append(("Fecha de nacimiento por revisar", ages.implausible))
    if ages.missing:
        counts.append(("Sin fecha de nacimiento", ages.missing))
    return _counted("Postulaciones por edad al cierre", "Edad", counts)


def of_gender(groups: tuple[Group, ...]) -> Table:
    """A row a group, with the words that it gathers."""
    return _gathered("Postulaciones por género", "Género", groups)


def of_schooling(groups: tuple[Group, ...]) -> Table:
    """A row a level, with the words that it gathers."""
    return _gathered("Postulaciones por escolaridad", "Escolaridad", groups)


def _gathered(title: str, column: str, groups: tuple[Group, ...]) -> Table:
    table = _counted(title, column, [(group.label, group.count) for group in groups])
    rows = tuple((*row, _words(group)) for row, group in zip(table.rows, groups, strict=True))
    return Table(title, (*table.columns, "Respuestas que reúne"), rows)


def _words(group: Group) -> str:
    more = len(group.words) - WORDS_SHOWN
    return "; ".join(group.words[:WORDS_SHOWN]) + (f"; y {more} más" if more > 0 else "")


def _counted(title: str, column: str, counts: Sequence[tuple[Cell, int]]) -> Table:
    total = sum(count for _, count in counts)
    rows = tuple((name, count, _percent(count / total) if total >= FEW else None) for name, count in counts)
    return Table(title, (column, APPLICATIONS, PART), rows)


def _percent(share: float) -> float:
    return round(100 * share, 1)

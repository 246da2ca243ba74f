"""The table of each figure, as the page shows it on request and the CSV holds it."""

from collections.abc import Sequence

from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, CrossTabulation, Totals
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.review_pace import ReviewPace
from reviewer.cohort.significance import MIN_FOR_SHARES, Representation
from reviewer.cohort.stages import LABELS
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.core.csv_files import Cell, Table
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import Question

APPLICATIONS, SHARE = "Postulaciones", "% de las postulaciones"
ALCALDIA, REPRESENTATION = "Alcaldía", "Frente a su población"
LOW, HIGH = "Cabe en el azar desde %", "Cabe en el azar hasta %"
POPULATION, POPULATION_SHARE, RATE = "Población total 2020", "% de la población", "Por cada 10 mil habitantes"
VENUE, KILOMETRES = "Sede más cercana", "Km en línea recta"
MAP_COLUMNS = (ALCALDIA, APPLICATIONS, SHARE, REPRESENTATION)
MAP_DETAIL_COLUMNS = (RATE, VENUE, KILOMETRES)
BARS_COLUMNS = (ALCALDIA, SHARE, LOW, HIGH, POPULATION_SHARE, POPULATION)
MAX_ANSWERS = 12
REPRESENTATION_LABELS = {
    Representation.MORE: "Más",
    Representation.PERHAPS_MORE: "Algo más, puede ser azar",
    Representation.EVEN: "Parejo, o muy pocas",
    Representation.PERHAPS_LESS: "Algo menos, puede ser azar",
    Representation.LESS: "Menos",
}


def of_totals(totals: Totals) -> Table:
    """Returns the table of applications by eligibility."""
    return _count_table("Postulaciones por elegibilidad", "Elegibilidad", tuple(totals.by_label.items()))


def of_territory(territory: Territory) -> Table:
    """Returns a row for each alcaldía and for other places; percentages are of the city's applications."""
    inhabitants = sum(alcaldia.population for alcaldia in geography.alcaldias())
    rows = [_territory_row(place, territory.is_comparable) for place in territory.alcaldias]
    rows.append(("", "Ciudad de México", territory.total, *[None] * 3, inhabitants, *[None] * 5))
    if territory.elsewhere:
        rows.append(("", "Fuera de la ciudad o sin reconocer", territory.elsewhere, *[None] * 9))
    if territory.unknown:
        rows.append(("", "Sin respuesta", territory.unknown, *[None] * 9))
    columns = (
        *("Clave INEGI", ALCALDIA, APPLICATIONS, SHARE, LOW, HIGH, POPULATION, POPULATION_SHARE),
        *(RATE, REPRESENTATION, VENUE, KILOMETRES),
    )
    return Table("Postulaciones por alcaldía", columns, tuple(rows))


def of_arrivals(arrivals: Arrivals) -> Table:
    """Returns a row for each day, and for applications outside the window."""
    rows: list[tuple[Cell, ...]] = [(day, count) for day, count in arrivals.days]
    if arrivals.before:
        rows.insert(0, ("Antes de abrir", arrivals.before))
    if arrivals.after:
        rows.append(("Después del cierre", arrivals.after))
    if arrivals.undated:
        rows.append(("Sin fecha de envío", arrivals.undated))
    return Table("Postulaciones por día", ("Día", APPLICATIONS), tuple(rows))


def of_hours(arrivals: Arrivals) -> Table:
    """Returns a row for each day of the window and a column for each hour."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (day, *counts) for (day, _), counts in zip(arrivals.days, arrivals.hours, strict=True)
    )
    return Table("Postulaciones por día y hora", ("Día", *(f"{hour} h" for hour in range(24))), rows)


def of_arrivals_by_alcaldia(arrivals: Arrivals) -> Table:
    """Returns a row for each alcaldía and a column for each day of the window."""
    names = geography.by_code()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[code].name, *counts) for code, counts in arrivals.by_alcaldia
    )
    days = tuple(day.isoformat() for day, _ in arrivals.days)
    return Table("Postulaciones por alcaldía y día", (ALCALDIA, *days), rows)


def of_review_pace(pace: ReviewPace) -> Table:
    """Returns a row for each day."""
    return Table("Dictámenes enviados por día", ("Día", "Dictámenes"), tuple(pace.days))


def of_ages(ages: Ages) -> Table:
    """Returns a row for each year of age, and for missing or implausible birth dates."""
    counts: list[tuple[Cell, int]] = [(age, count) for age, count in ages.years]
    if ages.implausible:
        counts.append(("Fecha de nacimiento por revisar", ages.implausible))
    if ages.missing:
        counts.append(("Sin fecha de nacimiento", ages.missing))
    return _count_table("Postulaciones por edad al cierre", "Edad", counts)


def of_groups(question: Question, groups: tuple[Group, ...]) -> Table:
    """Returns a row for each group, with the answers that it gathers where they may be shown."""
    title = f"Postulaciones por {question.label.lower()}"
    table = _count_table(title, question.label, [(group.label, group.count) for group in groups])
    if not any(group.words for group in groups):
        return table
    rows = tuple((*row, _answers_text(group)) for row, group in zip(table.rows, groups, strict=True))
    return Table(title, (*table.columns, "Respuestas que reúne"), rows)


def of_cross_tabulation(cross_tabulation: CrossTabulation) -> Table:
    """Returns a row for each group of one question, a column for each of the other, and totals."""
    rows: list[tuple[Cell, ...]] = [
        (name, *counts, sum(counts))
        for name, counts in zip(cross_tabulation.rows, cross_tabulation.counts, strict=True)
    ]
    rows.append(
        (
            "Total",
            *(sum(column) for column in zip(*cross_tabulation.counts, strict=True)),
            cross_tabulation.total,
        )
    )
    title = f"{cross_tabulation.row_question.label} por {cross_tabulation.column_question.label.lower()}"
    return Table(
        title, (cross_tabulation.row_question.label, *cross_tabulation.columns, "Total"), tuple(rows)
    )


def of_funnel(funnel: Funnel) -> Table:
    """Returns a row for each group: counts by stage, and rates in percent with their intervals."""
    columns = [funnel.question.label, *(LABELS[stage] for stage in funnel.stages)]
    for stage in funnel.stages[1:]:
        columns += [f"{LABELS[stage]} %", f"{LABELS[stage]} desde %", f"{LABELS[stage]} hasta %"]
    rows: list[tuple[Cell, ...]] = [
        (name, *funnel.counts[group], *_rates(funnel, group)) for group, name in enumerate(funnel.groups)
    ]
    rows.append(("Total", *funnel.totals, *[None] * (3 * (len(funnel.stages) - 1))))
    return Table(f"De etapa en etapa, por {funnel.question.label.lower()}", tuple(columns), tuple(rows))


def _territory_row(place: AlcaldiaShare, is_comparable: bool) -> tuple[Cell, ...]:
    shares = [_percentage(share) if is_comparable else None for share in (place.share, place.low, place.high)]
    return (
        *(place.alcaldia.code, place.alcaldia.name, place.count, *shares, place.alcaldia.population),
        *(_percentage(place.population_share), round(place.rate, 2)),
        REPRESENTATION_LABELS[place.representation] if is_comparable else None,
        place.nearest_venue.label if place.nearest_venue else None,
        round(place.kilometres, 1) if place.nearest_venue else None,
    )


def _rates(funnel: Funnel, group: int) -> list[Cell]:
    comparisons = len(funnel.groups) * (len(funnel.stages) - 1)
    cells: list[Cell] = []
    for stage in range(1, len(funnel.stages)):
        step = funnel.step(group, stage)
        if step.rate is None or step.rate > 1:
            cells += [None, None, None]
        else:
            cells += [_percentage(share) for share in (step.rate, *step.interval(comparisons=comparisons))]
    return cells


def _answers_text(group: Group) -> str:
    more = len(group.words) - MAX_ANSWERS
    return "; ".join(group.words[:MAX_ANSWERS]) + (f"; y {more} más" if more > 0 else "")


def _count_table(title: str, column: str, counts: Sequence[tuple[Cell, int]]) -> Table:
    total = sum(count for _, count in counts)
    rows = tuple(
        (name, count, _percentage(count / total) if total >= MIN_FOR_SHARES else None)
        for name, count in counts
    )
    return Table(title, (column, APPLICATIONS, SHARE), rows)


def _percentage(share: float) -> float:
    return round(100 * share, 1)

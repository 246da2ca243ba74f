"""The people's cards: a figure a question, and any two of them crossed."""

from reviewer.cohort import tables
from reviewer.cohort.counts import Ages, CrossTabulation
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import age_band
from reviewer.cohort.significance import MIN_FOR_SHARES
from reviewer.core.spanish import format_count, format_number, format_percent
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import AGE, GENDER, SCHOOLING, Question
from reviewer.web.charts.bars import Bar, columns, group_bars
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import HeatmapCell, heatmap
from reviewer.web.charts.palette import Palette
from reviewer.web.screens.cohorte import sentences, sentences_gaps

APPLICATIONS = ("postulación", "postulaciones")
SENSITIVE_NOTE = (
    "Dato sensible: se lee solo en conjunto, no filtra la página y no muestra las palabras de nadie."
)


def of_groups(cohort: CohortSession, question: Question, groups: tuple[Group, ...], palette: Palette) -> Card:
    """A question's answers, gathered into groups."""
    total = sum(group.count for group in groups)
    chosen_group = cohort.subset.group_filter(question)
    bars = [
        Bar(
            label=group.label,
            count=group.count,
            value_text=count_with_share(group.count, total),
            tip=f"{group.label}\n{format_count(group.count, *APPLICATIONS)}",
            pick="" if question.is_sensitive else f"{question.key}={group.label}",
            tone="missing" if group.is_missing else "bar",
            chosen=group.label == chosen_group,
        )
        for group in groups
    ]
    explained = cohort.groupings[question.key].explanation
    return Card(
        name=question.key,
        heading=question.label,
        sentence=_sentence(question, groups),
        drawing=group_bars(bars, palette),
        table=tables.of_groups(question, groups),
        note=f"{explained} {SENSITIVE_NOTE}" if question.is_sensitive else explained,
    )


def of_ages(cohort: CohortSession, age_counts: Ages, palette: Palette) -> Card:
    """A column a year of age from the minimum on, and one for all who are under it."""
    counts_by_age = {age: count for age, count in age_counts.years if age >= age_counts.minimum}
    chosen_group = cohort.subset.group_filter(AGE)
    ages = range(age_counts.minimum, max(counts_by_age, default=age_counts.minimum) + 1)
    bars = [_age_bar(age, counts_by_age.get(age, 0), cohort, chosen_group) for age in ages]
    ticks = {index: f"{age}" for index, age in enumerate(ages) if age % 10 == 0 or index == 0}
    if age_counts.under_age:
        under_age_band = age_band(0, cohort.spec)
        tip = f"{under_age_band} años\n{format_count(age_counts.under_age, *APPLICATIONS)}"
        bars.insert(
            0,
            Bar(
                "",
                age_counts.under_age,
                "",
                tip,
                f"edad={under_age_band}",
                "alarm",
                chosen_group == under_age_band,
            ),
        )
        ticks = {0: f"< {age_counts.minimum}"} | {
            index + 1: label for index, label in ticks.items() if index > 2
        }
    return Card(
        name="edad",
        heading="Edad al cierre",
        sentence=sentences.about_ages(age_counts),
        drawing=columns(bars, palette, ticks=ticks),
        table=tables.of_ages(age_counts),
        note="Años cumplidos el día del cierre. Un clic en una edad muestra su grupo de edades.",
    )


def of_cross_tabulation(cross_tabulation: CrossTabulation, palette: Palette) -> Card:
    """Two questions at once."""
    column_labels = cross_tabulation.columns
    cells = [
        [
            HeatmapCell(
                count, format_number(count), f"{row} · {column}\n{format_count(count, *APPLICATIONS)}"
            )
            for column, count in zip(column_labels, counts, strict=True)
        ]
        for row, counts in zip(cross_tabulation.rows, cross_tabulation.counts, strict=True)
    ]
    return Card(
        name="cruce",
        heading=f"{cross_tabulation.row_question.label} por {cross_tabulation.column_question.label.lower()}",
        sentence=sentences_gaps.about_cross_tabulation(cross_tabulation),
        drawing=heatmap(cross_tabulation.rows, column_labels, cells, palette),
        table=tables.of_cross_tabulation(cross_tabulation),
        note="Quien no contestó está en «Sin respuesta». "
        + (
            SENSITIVE_NOTE
            if cross_tabulation.row_question.is_sensitive or cross_tabulation.column_question.is_sensitive
            else ""
        ),
        wide=True,
    )


def count_with_share(count: int, total: int) -> str:
    """«12 · 60 %»; of few only «3»."""
    return (
        format_number(count)
        if total < MIN_FOR_SHARES
        else f"{format_number(count)} · {format_percent(count / total)}"
    )


def _age_bar(age: int, count: int, cohort: CohortSession, chosen_group: str | None) -> Bar:
    band = age_band(age, cohort.spec)
    tip = f"{age} años\n{format_count(count, *APPLICATIONS)}"
    return Bar(f"{age}", count, "", tip, f"edad={band}", "bar", chosen_group == band)


def _sentence(question: Question, groups: tuple[Group, ...]) -> str:
    if question == GENDER:
        return sentences.about_gender(groups)
    if question == SCHOOLING:
        return sentences.about_schooling(groups)
    return sentences.about_groups(question, groups)

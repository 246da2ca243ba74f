"""The people's cards: a figure a question, and any two of them crossed."""

from reviewer.answers import Group
from reviewer.cohort import tables
from reviewer.cohort.counts import Ages, Crossing
from reviewer.cohort.part import Counting
from reviewer.cohort.shares import FEW
from reviewer.cohort.traits import AGE, GENDER, SCHOOLING, Trait, band_of
from reviewer.web.charts.bars import Bar, columns, group_bars
from reviewer.web.charts.card import Card
from reviewer.web.charts.grids import Cell, grid
from reviewer.web.charts.palette import Palette
from reviewer.web.cohort import gaps, sentences
from reviewer.words import counted, number, percent

APPLICATIONS = ("postulación", "postulaciones")
SENSITIVE_NOTE = (
    "Dato sensible: se lee solo en conjunto, no filtra la página y no muestra las palabras de nadie."
)


def of_groups(counting: Counting, trait: Trait, found: tuple[Group, ...], palette: Palette) -> Card:
    """A question's answers, gathered into groups."""
    total = sum(group.count for group in found)
    wanted = counting.part.wanted(trait)
    bars = [
        Bar(
            label=group.label,
            count=group.count,
            words=with_share(group.count, total),
            tip=f"{group.label}\n{counted(group.count, *APPLICATIONS)}",
            pick="" if trait.sensitive else f"{trait.key}={group.label}",
            tone="missing" if group.missing else "bar",
            chosen=group.label == wanted,
        )
        for group in found
    ]
    explained = counting.groupings[trait.key].explained
    return Card(
        name=trait.key,
        heading=trait.label,
        sentence=_sentence(trait, found),
        drawing=group_bars(bars, palette),
        table=tables.of_groups(trait, found),
        note=f"{explained} {SENSITIVE_NOTE}" if trait.sensitive else explained,
    )


def of_ages(counting: Counting, found: Ages, palette: Palette) -> Card:
    """A column a year of age from the minimum on, and one for all who are under it."""
    known = {age: count for age, count in found.years if age >= found.minimum}
    wanted = counting.part.wanted(AGE)
    ages = range(found.minimum, max(known, default=found.minimum) + 1)
    bars = [_of_age(age, known.get(age, 0), counting, wanted) for age in ages]
    ticks = {place: f"{age}" for place, age in enumerate(ages) if age % 10 == 0 or place == 0}
    if found.under_age:
        under = band_of(0, counting.spec)
        words = f"{under} años\n{counted(found.under_age, *APPLICATIONS)}"
        bars.insert(0, Bar("", found.under_age, "", words, f"edad={under}", "alarm", wanted == under))
        ticks = {0: f"< {found.minimum}"} | {place + 1: each for place, each in ticks.items() if place > 2}
    return Card(
        name="edad",
        heading="Edad al cierre",
        sentence=sentences.about_ages(found),
        drawing=columns(bars, palette, ticks=ticks),
        table=tables.of_ages(found),
        note="Años cumplidos el día del cierre. Un clic en una edad muestra su grupo de edades.",
    )


def of_crossing(found: Crossing, palette: Palette) -> Card:
    """Two questions at once."""
    across = found.columns
    cells = [
        [
            Cell(count, number(count), f"{row} · {column}\n{counted(count, *APPLICATIONS)}")
            for column, count in zip(across, counts, strict=True)
        ]
        for row, counts in zip(found.rows, found.counts, strict=True)
    ]
    return Card(
        name="cruce",
        heading=f"{found.one.label} por {found.other.label.lower()}",
        sentence=gaps.about_crossing(found),
        drawing=grid(found.rows, across, cells, palette),
        table=tables.of_crossing(found),
        note="Quien no contestó está en «Sin respuesta». "
        + (SENSITIVE_NOTE if found.one.sensitive or found.other.sensitive else ""),
        wide=True,
    )


def with_share(count: int, total: int) -> str:
    """«12 · 60 %»; of few only «3»."""
    return number(count) if total < FEW else f"{number(count)} · {percent(count / total)}"


def _of_age(age: int, count: int, counting: Counting, wanted: str | None) -> Bar:
    band = band_of(age, counting.spec)
    tip = f"{age} años\n{counted(count, *APPLICATIONS)}"
    return Bar(f"{age}", count, "", tip, f"edad={band}", "bar", wanted == band)


def _sentence(trait: Trait, found: tuple[Group, ...]) -> str:
    if trait == GENDER:
        return sentences.about_gender(found)
    if trait == SCHOOLING:
        return sentences.about_schooling(found)
    return sentences.about_groups(trait, found)

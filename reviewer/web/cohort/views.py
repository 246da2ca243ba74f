"""The tabs of the page: which figures each one shows."""

from collections.abc import Callable

import streamlit as st

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.cohort import arrivals, counts, readings, territory
from reviewer.cohort.part import Counting
from reviewer.cohort.traits import AGE, GATHERED, GENDER, OCCUPATION, SCHOOLING
from reviewer.web.charts import card
from reviewer.web.charts.card import Card
from reviewer.web.cohort import files, rules, time
from reviewer.web.cohort import territory as territory_cards
from reviewer.web.cohort.controls import View, choose
from reviewer.web.cohort.figures import ADDRESS, MAKERS, Choices, params_of


def show(view: View, actor: Actor, counting: Counting, choices: Choices, nobody: str) -> None:
    """Draws a tab; ``nobody`` stands in the place of figures of people where there are none."""
    if view is View.FILES:
        files.show(counting, choices)
        return
    if nobody:
        st.info(nobody)
    cards = _CARDS[view](counting, choices, bool(nobody))
    key = f"figuras-{view}"
    card.show(
        cards,
        address=ADDRESS,
        params=params_of(counting.part, choices),
        key=key,
        on_pick=lambda: choose(card.picked(key)),
    )
    if view is View.PEOPLE:
        rules.show(actor, counting)


def _overview(counting: Counting, choices: Choices, nobody: bool) -> list[Card]:
    """The map, the four figures that answer «who», and the alcaldías beside their population."""
    found = territory.by_alcaldia(counting.everywhere)
    chosen, palette = counting.part.alcaldia, choices.palette
    cards = [
        territory_cards.on_the_map(
            found, palette, chosen=chosen, reading=choices.reading, tiles=choices.tiles
        )
    ]
    if not nobody:
        cards += _made(counting, choices, (GENDER.key, AGE.key, SCHOOLING.key, OCCUPATION.key))
    if found.comparable:
        cards.append(territory_cards.beside_population(found, palette, chosen=chosen))
    return cards


def _people(counting: Counting, choices: Choices, nobody: bool) -> list[Card]:
    return [] if nobody else _made(counting, choices, ("edad", *(trait.key for trait in GATHERED)))


def _crossing(counting: Counting, choices: Choices, nobody: bool) -> list[Card]:
    return [] if nobody else _made(counting, choices, ("cruce",))


def _way(counting: Counting, choices: Choices, nobody: bool) -> list[Card]:
    del nobody  # the part's stage does not matter: all stages are shown
    return _made(counting, choices, ("recorrido",)) if counts.totals(counting).received else []


def _time(counting: Counting, choices: Choices, nobody: bool) -> list[Card]:
    found = arrivals.by_hour(counting)
    cards = []
    if not nobody:
        cards = [time.by_day(found, choices.palette, now=clock.now()), time.by_hour(found, choices.palette)]
        cards += [time.by_place(found, choices.palette)] if found.by_place else []
    sent = readings.readings(counting)
    return [*cards, time.of_readings(sent, choices.palette)] if sent.days else cards


def _made(counting: Counting, choices: Choices, names: tuple[str, ...]) -> list[Card]:
    return [MAKERS[name](counting, choices) for name in names]


_CARDS: dict[View, Callable[[Counting, Choices, bool], list[Card]]] = {
    View.OVERVIEW: _overview,
    View.PEOPLE: _people,
    View.CROSSING: _crossing,
    View.WAY: _way,
    View.TIME: _time,
}

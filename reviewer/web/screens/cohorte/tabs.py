"""The tabs of the page: which figures each one shows."""

from collections.abc import Callable

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.cohort import arrivals, counts, review_pace, territory
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import GROUPED_QUESTIONS
from reviewer.core import clock
from reviewer.demographics.questions import AGE, GENDER, OCCUPATION, SCHOOLING
from reviewer.web.charts import card
from reviewer.web.charts.card import Card
from reviewer.web.screens.cohorte import downloads, group_rules, territory_cards, time_cards
from reviewer.web.screens.cohorte.figure_registry import ADDRESS, CARD_BUILDERS, FigureChoices, to_params
from reviewer.web.screens.cohorte.filters import CohortTab, toggle_filter


def show(
    tab: CohortTab, actor: Actor, cohort: CohortSession, choices: FigureChoices, empty_message: str
) -> None:
    """Draws a tab; ``nobody`` stands in the place of figures of people where there are none."""
    if tab is CohortTab.DOWNLOADS:
        downloads.show(cohort, choices)
        return
    if empty_message:
        st.info(empty_message)
    cards = _TAB_CARDS[tab](cohort, choices, bool(empty_message))
    key = f"figuras-{tab}"
    card.show(
        cards,
        address=ADDRESS,
        params=to_params(cohort.subset, choices),
        key=key,
        on_pick=lambda: toggle_filter(card.current_pick(key)),
    )
    if tab is CohortTab.PEOPLE:
        group_rules.show(actor, cohort)


def _overview(cohort: CohortSession, choices: FigureChoices, is_empty: bool) -> list[Card]:
    """The map, the four figures that answer «who», and the alcaldías beside their population."""
    city_territory = territory.by_alcaldia(cohort.without_alcaldia)
    chosen, palette = cohort.subset.alcaldia, choices.palette
    cards = [
        territory_cards.of_map(
            city_territory, palette, chosen=chosen, measure=choices.map_measure, tiles=choices.tiles
        )
    ]
    if not is_empty:
        cards += _build_cards(cohort, choices, (GENDER.key, AGE.key, SCHOOLING.key, OCCUPATION.key))
    if city_territory.is_comparable:
        cards.append(territory_cards.of_population_shares(city_territory, palette, chosen=chosen))
    return cards


def _people(cohort: CohortSession, choices: FigureChoices, is_empty: bool) -> list[Card]:
    return (
        []
        if is_empty
        else _build_cards(cohort, choices, ("edad", *(question.key for question in GROUPED_QUESTIONS)))
    )


def _cross_tabulation(cohort: CohortSession, choices: FigureChoices, is_empty: bool) -> list[Card]:
    return [] if is_empty else _build_cards(cohort, choices, ("cruce",))


def _funnel(cohort: CohortSession, choices: FigureChoices, is_empty: bool) -> list[Card]:
    del is_empty  # the part's stage does not matter: all stages are shown
    return _build_cards(cohort, choices, ("recorrido",)) if counts.totals(cohort).received else []


def _time(cohort: CohortSession, choices: FigureChoices, is_empty: bool) -> list[Card]:
    daily_arrivals = arrivals.by_hour(cohort)
    cards = []
    if not is_empty:
        cards = [
            time_cards.by_day(daily_arrivals, choices.palette, now=clock.now()),
            time_cards.by_hour(daily_arrivals, choices.palette),
        ]
        cards += (
            [time_cards.by_alcaldia(daily_arrivals, choices.palette)] if daily_arrivals.by_alcaldia else []
        )
    pace = review_pace.measure(cohort)
    return [*cards, time_cards.of_review_pace(pace, choices.palette)] if pace.days else cards


def _build_cards(cohort: CohortSession, choices: FigureChoices, names: tuple[str, ...]) -> list[Card]:
    return [CARD_BUILDERS[name](cohort, choices) for name in names]


_TAB_CARDS: dict[CohortTab, Callable[[CohortSession, FigureChoices, bool], list[Card]]] = {
    CohortTab.OVERVIEW: _overview,
    CohortTab.PEOPLE: _people,
    CohortTab.CROSSING: _cross_tabulation,
    CohortTab.FUNNEL: _funnel,
    CohortTab.TIME: _time,
}

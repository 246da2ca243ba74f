"""The selected on the map of the alcaldías, beside the population."""

from collections.abc import Mapping

import streamlit as st

from reviewer import geography
from reviewer.cohort.counts import AlcaldiaShare, Territory
from reviewer.cohort.shares import interval, verdict
from reviewer.geography import Alcaldia
from reviewer.web.charts.card import CONFIG
from reviewer.web.charts.palette import palette_for
from reviewer.web.charts.territory import territory_map


def show(counts: Mapping[str | None, int], *, heading: str, key: str) -> None:
    """Draws how many of a cohort live in each alcaldía (its code; None: unknown or elsewhere)."""
    figure = territory_map(territory_of(counts), palette_for(st.context.theme.type))
    with st.container(border=True, gap="xsmall"):
        st.subheader(heading)
        st.plotly_chart(figure, key=key, config=CONFIG, alt=heading)


def territory_of(counts: Mapping[str | None, int]) -> Territory:
    """A cohort's shares by alcaldía beside the population's."""
    places = geography.alcaldias()
    inhabitants = sum(each.population for each in places)
    total = sum(count for code, count in counts.items() if code is not None)

    def share_of(place: Alcaldia) -> AlcaldiaShare:
        count, expected = counts.get(place.code, 0), place.population / inhabitants
        low, high = interval(count, total, together=len(places))
        return AlcaldiaShare(
            alcaldia=place,
            count=count,
            share=count / total if total else 0.0,
            low=low,
            high=high,
            population_share=expected,
            verdict=verdict(count, total, expected, together=len(places)),
        )

    shares = tuple(share_of(each) for each in places)
    return Territory(shares, total, elsewhere=0, unknown=counts.get(None, 0))

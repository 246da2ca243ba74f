"""The selected on the map of the alcaldías, beside the population."""

from collections.abc import Mapping

import streamlit as st

from reviewer.cohort.territory import from_counts
from reviewer.web.charts import card
from reviewer.web.charts.palette import palette_for
from reviewer.web.screens.cohorte.territory_cards import of_map


def show(counts: Mapping[str | None, int], *, heading: str, key: str) -> None:
    """Draws how many of a cohort live in each alcaldía (its code; None: unknown or elsewhere)."""
    known_counts = {code: count for code, count in counts.items() if code is not None}
    territory = from_counts(known_counts, unknown=counts.get(None, 0))
    map_figure = of_map(territory, palette_for(st.context.theme.type), chosen=None, can_pick=False)
    card.show_figure(heading, map_figure.drawing, key=key)

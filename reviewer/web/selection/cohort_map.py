"""The selected on the map of the alcaldías, beside the population."""

from collections.abc import Mapping

import streamlit as st

from reviewer.cohort.territory import of_counts
from reviewer.web.charts import card
from reviewer.web.charts.palette import palette_for
from reviewer.web.cohort.territory import on_the_map


def show(counts: Mapping[str | None, int], *, heading: str, key: str) -> None:
    """Draws how many of a cohort live in each alcaldía (its code; None: unknown or elsewhere)."""
    known = {code: count for code, count in counts.items() if code is not None}
    found = of_counts(known, unknown=counts.get(None, 0))
    drawn = on_the_map(found, palette_for(st.context.theme.type), chosen=None, picks=False)
    card.show_figure(heading, drawn.drawing, key=key)

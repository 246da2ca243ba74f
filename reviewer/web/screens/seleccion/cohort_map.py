"""The selected on the map of the alcaldías."""

from collections.abc import Mapping

from reviewer.cohort.territory import from_counts
from reviewer.figures.territory import MapMeasure, map_of
from reviewer.web.charts import card


def show(counts: Mapping[str | None, int], *, heading: str, key: str) -> None:
    """Draws how many of a cohort live in each alcaldía (its code; None: unknown or elsewhere)."""
    known_counts = {code: count for code, count in counts.items() if code is not None}
    territory = from_counts(known_counts, unknown=counts.get(None, 0))
    card.show_figure(heading, map_of(territory, measure=MapMeasure.COUNT, can_pick=False), key=key)

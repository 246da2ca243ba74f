"""Whether a share of the cohort differs from a share of the population by more than chance.

Shares of sixteen alcaldías are looked at together, so their intervals hold together: Wilson's score
interval with the level divided among them (Goodman 1965, "On simultaneous confidence intervals for
multinomial proportions", Technometrics 7).
"""

from enum import StrEnum
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
# The rule of four fifths (Uniform Guidelines on Employee Selection Procedures, 1978) and its inverse.
LOW_RATIO, HIGH_RATIO = 0.8, 1.25
MIN_EXPECTED = 5  # Cochran 1954: with fewer expected, a ratio says little
MIN_FOR_SHARES = 10  # fewer than these are told as they are, without percentages


class Representation(StrEnum):
    """How a share of the cohort stands beside that of the population."""

    LESS = "less"
    PERHAPS_LESS = "perhaps_less"
    EVEN = "even"
    PERHAPS_MORE = "perhaps_more"
    MORE = "more"


def interval(count: int, total: int, *, comparisons: int = 1) -> tuple[float, float]:
    """The shares (0 to 1) that ``count`` of ``total`` is compatible with, for ``comparisons`` shares at once.

    With no observations any share is: (0, 1).
    """
    if total <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * comparisons))
    share = count / total
    scale = 1 + z * z / total
    center = (share + z * z / (2 * total)) / scale
    half_width = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return (0.0 if count == 0 else center - half_width), (1.0 if count == total else center + half_width)


def representation(count: int, total: int, expected_share: float, *, comparisons: int) -> Representation:
    """``LESS`` or ``MORE`` only where chance would not make the gap; ``PERHAPS_…`` where it well might."""
    if total < MIN_FOR_SHARES:
        return Representation.EVEN
    low, high = interval(count, total, comparisons=comparisons)
    if expected_share > high:
        return Representation.LESS
    if expected_share < low:
        return Representation.MORE
    expected = total * expected_share
    if expected < MIN_EXPECTED:
        return Representation.EVEN
    if count / expected < LOW_RATIO:
        return Representation.PERHAPS_LESS
    return Representation.PERHAPS_MORE if count / expected > HIGH_RATIO else Representation.EVEN

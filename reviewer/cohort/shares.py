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
LEAST_EXPECTED = 5  # Cochran 1954: with fewer expected, a ratio says little
FEW = 10  # fewer than these are told as they are, without percentages


class Verdict(StrEnum):
    """How a share of the cohort stands beside that of the population."""

    LESS = "less"
    PERHAPS_LESS = "perhaps_less"
    EVEN = "even"
    PERHAPS_MORE = "perhaps_more"
    MORE = "more"


def interval(count: int, total: int, *, together: int = 1) -> tuple[float, float]:
    """The shares (0 to 1) that ``count`` of ``total`` is compatible with, for ``together`` shares at once.

    With no observations any share is: (0, 1).
    """
    if total <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * together))
    share = count / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return (0.0 if count == 0 else middle - half), (1.0 if count == total else middle + half)


def verdict(count: int, total: int, expected_share: float, *, together: int) -> Verdict:
    """``LESS`` or ``MORE`` only where chance would not make the gap; ``PERHAPS_…`` where it well might."""
    if total < FEW:
        return Verdict.EVEN
    low, high = interval(count, total, together=together)
    if expected_share > high:
        return Verdict.LESS
    if expected_share < low:
        return Verdict.MORE
    expected = total * expected_share
    if expected < LEAST_EXPECTED:
        return Verdict.EVEN
    if count / expected < LOW_RATIO:
        return Verdict.PERHAPS_LESS
    return Verdict.PERHAPS_MORE if count / expected > HIGH_RATIO else Verdict.EVEN

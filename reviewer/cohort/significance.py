"""Whether a difference between rates or shares is larger than chance would make it.

Rates of groups that go on to a stage: if all have the same chance, the number of a group among those who go
on follows the hypergeometric distribution, so Fisher's exact test applies (Fisher 1935, "The logic of
inductive inference", JRSS 98), two-sided by the sum of the outcomes that are no likelier. The level is
divided among all groups and stages by Holm's method (Holm 1979, "A simple sequentially rejective multiple
test procedure", Scandinavian Journal of Statistics 6).

Shares of the cohort against shares of the population: simultaneous Wilson score intervals, the level divided
among the alcaldías (Goodman 1965, "On simultaneous confidence intervals for multinomial proportions",
Technometrics 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
# The rule of four fifths (Uniform Guidelines on Employee Selection Procedures, 1978) and its inverse.
LOW_RATIO, HIGH_RATIO = 0.8, 1.25
MIN_EXPECTED = 5  # Cochran 1954: with fewer expected, a ratio says little
MIN_FOR_SHARES = 10  # fewer than these are shown without percentages


@dataclass(frozen=True)
class Step:
    """``passed`` of the ``entered`` of a group went on, and ``all_passed`` of all ``all_entered``."""

    passed: int
    entered: int
    all_passed: int
    all_entered: int

    @property
    def rate(self) -> float | None:
        """The share that went on; None if nobody entered."""
        return self.passed / self.entered if self.entered else None

    @property
    def others_rate(self) -> float | None:
        """The share of all others that went on; None if there are none."""
        others_entered = self.all_entered - self.entered
        return (self.all_passed - self.passed) / others_entered if others_entered else None

    def interval(self, *, comparisons: int = 1) -> tuple[float, float]:
        """Returns the Wilson interval of the rate, for ``comparisons`` rates at once."""
        return interval(self.passed, self.entered, comparisons=comparisons)


def p_value(step: Step) -> float:
    """Returns the p-value of Fisher's exact test of the group against the others."""
    if not 0 < step.entered < step.all_entered or not 0 < step.all_passed < step.all_entered:
        return 1.0
    lowest = max(0, step.entered + step.all_passed - step.all_entered)
    outcomes = np.arange(lowest, min(step.entered, step.all_passed) + 1)
    chances = _hypergeometric(outcomes, step)
    observed = chances[step.passed - lowest]
    return float(min(1.0, chances[chances <= observed * (1 + 1e-7)].sum()))


def _hypergeometric(outcomes: NDArray[np.int_], step: Step) -> NDArray[np.float64]:
    """Returns the probability of each number of the group among those who went on."""
    from scipy.special import gammaln  # the distribution in scipy.stats takes seconds to import

    def log_choose(n: NDArray[np.int_] | int, k: NDArray[np.int_] | int) -> NDArray[np.float64]:
        log_count: NDArray[np.float64] = gammaln(np.add(n, 1)) - gammaln(np.add(k, 1)) - gammaln(np.subtract(n, k) + 1)
        return log_count

    others_entered = step.all_entered - step.entered
    log_ways = log_choose(step.entered, outcomes) + log_choose(others_entered, step.all_passed - outcomes)
    chances: NDArray[np.float64] = np.exp(log_ways - log_choose(step.all_entered, step.all_passed))
    return chances


def significant_steps(steps: Sequence[Step]) -> list[bool]:
    """Returns for each step whether its gap is significant, all steps taken together (Holm)."""
    p_values = [p_value(step) for step in steps]
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    flags = [False] * len(p_values)
    for rank, index in enumerate(order):
        if p_values[index] > (1 - CONFIDENCE) / (len(p_values) - rank):
            break
        flags[index] = True
    return flags


class Representation(StrEnum):
    """How a share of the cohort compares with that of the population."""

    LESS = "less"
    PERHAPS_LESS = "perhaps_less"
    EVEN = "even"
    PERHAPS_MORE = "perhaps_more"
    MORE = "more"


def interval(count: int, total: int, *, comparisons: int = 1) -> tuple[float, float]:
    """Returns the Wilson interval (0 to 1) of ``count`` of ``total``, for ``comparisons`` shares at once.

    Returns (0, 1) if there are no observations.
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
    """Returns how a share compares: ``LESS`` or ``MORE`` only if the difference is significant."""
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

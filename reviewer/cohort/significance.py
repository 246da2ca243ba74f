"""How many of a group go on to the next stage, and whether a gap is more than chance.

Where everybody has the same chance, the number of a group among those who went on follows the
hypergeometric distribution: Fisher's exact test (Fisher 1935, "The logic of inductive inference", JRSS 98),
two-sided by the sum of the outcomes that are no likelier. Many groups and stages are looked at together, so
the level is divided among them step by step (Holm 1979, "A simple sequentially rejective multiple test
procedure", Scandinavian Journal of Statistics 6).

Whether a share of the cohort differs from a share of the population by more than chance.

Shares of sixteen alcaldías are looked at together, so their intervals hold together: Wilson's score
interval with the level divided among them (Goodman 1965, "On simultaneous confidence intervals for
multinomial proportions", Technometrics 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Step:
    """Of ``entered`` of a group ``passed`` went on; of ``all_entered`` of everybody ``all_passed``."""

    passed: int
    entered: int
    all_passed: int
    all_entered: int

    @property
    def rate(self) -> float | None:
        """The share that went on; None of nobody."""
        return self.passed / self.entered if self.entered else None

    @property
    def others_rate(self) -> float | None:
        """The share of all others that went on; None where there are none."""
        others_entered = self.all_entered - self.entered
        return (self.all_passed - self.passed) / others_entered if others_entered else None

    def interval(self, *, comparisons: int = 1) -> tuple[float, float]:
        """What the rate is compatible with (Wilson), for ``comparisons`` rates at once."""
        return interval(self.passed, self.entered, comparisons=comparisons)


def p_value(step: Step) -> float:
    """How likely chance alone makes a gap between the group and the others at least this unlikely."""
    if not 0 < step.entered < step.all_entered or not 0 < step.all_passed < step.all_entered:
        return 1.0
    lowest = max(0, step.entered + step.all_passed - step.all_entered)
    outcomes = np.arange(lowest, min(step.entered, step.all_passed) + 1)
    chances = _hypergeometric(outcomes, step)
    observed = chances[step.passed - lowest]
    return float(min(1.0, chances[chances <= observed * (1 + 1e-7)].sum()))


def _hypergeometric(outcomes: NDArray[np.int_], step: Step) -> NDArray[np.float64]:
    """The chance of each number of the group among those who went on, where everybody has the same."""
    from scipy.special import gammaln  # scipy.stats has it too, and takes seconds to import

    def log_choose(n: NDArray[np.int_] | int, k: NDArray[np.int_] | int) -> NDArray[np.float64]:
        log_count: NDArray[np.float64] = (
            gammaln(np.add(n, 1)) - gammaln(np.add(k, 1)) - gammaln(np.subtract(n, k) + 1)
        )
        return log_count

    others_entered = step.all_entered - step.entered
    log_ways = log_choose(step.entered, outcomes) + log_choose(others_entered, step.all_passed - outcomes)
    chances: NDArray[np.float64] = np.exp(log_ways - log_choose(step.all_entered, step.all_passed))
    return chances


def significant_steps(steps: Sequence[Step]) -> list[bool]:
    """Of which steps the gap is larger than chance would make it, all of them looked at together."""
    p_values = [p_value(step) for step in steps]
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    flags = [False] * len(p_values)
    for rank, index in enumerate(order):
        if p_values[index] > (1 - CONFIDENCE) / (len(p_values) - rank):
            break
        flags[index] = True
    return flags


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

"""How many of a group go on to the next stage, and whether a gap is more than chance.

Where everybody has the same chance, the number of a group among those who went on follows the
hypergeometric distribution: Fisher's exact test (Fisher 1935, "The logic of inductive inference", JRSS 98),
two-sided by the sum of the outcomes that are no likelier. Many groups and stages are looked at together, so
the level is divided among them step by step (Holm 1979, "A simple sequentially rejective multiple test
procedure", Scandinavian Journal of Statistics 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviewer.cohort.shares import CONFIDENCE, interval


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

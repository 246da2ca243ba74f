"""The true merit of each application, which shapes its letter and which the jury perceives with noise."""

from bisect import bisect
from dataclasses import dataclass
from math import sqrt

from reviewer.demo.cohort.words import seeded_rng

CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")
_CUTS = (-1.35, -0.5, 0.5, 1.3)  # about 9, 22, 38, 21 and 10 % at levels 1 to 5


@dataclass(frozen=True)
class Merit:
    """Standard normal merit by criterion, in the order of ``CRITERIA``."""

    values: tuple[float, ...]

    def level(self, criterion: str) -> int:
        """Returns the level of the rubric, 1 to 5, at which the letter is written."""
        return 1 + bisect(_CUTS, self.values[CRITERIA.index(criterion)])

    @property
    def overall(self) -> float:
        """The plain mean over the criteria."""
        return sum(self.values) / len(self.values)


def draw(seed: int, turn: int) -> Merit:
    """Returns a merit half of which is common to all criteria and half each one's own."""
    rng = seeded_rng(seed, "merit", turn)
    common = rng.gauss(0, 1)
    return Merit(tuple(sqrt(0.5) * common + sqrt(0.5) * rng.gauss(0, 1) for _ in CRITERIA))

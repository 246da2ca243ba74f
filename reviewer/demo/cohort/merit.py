"""How good each application is underneath: it shapes the letter, and the jury perceives it dimly."""

from bisect import bisect
from dataclasses import dataclass
from math import sqrt

from reviewer.demo.cohort.words import seeded_rng

CRITERIA = ("motivacion", "mirada", "escritura", "compromiso")
_CUTS = (-1.35, -0.5, 0.5, 1.3)  # about 9, 22, 38, 21 and 10 of a hundred at levels 1 to 5


@dataclass(frozen=True)
class Merit:
    """Standard normal merit by criterion, in the order of ``CRITERIA``."""

    values: tuple[float, ...]

    def level(self, criterion: str) -> int:
        """Returns the rubric's level, 1 to 5, that the letter is written at."""
        return 1 + bisect(_CUTS, self.values[CRITERIA.index(criterion)])

    @property
    def overall(self) -> float:
        """The plain mean over the criteria."""
        return sum(self.values) / len(self.values)


def draw(seed: int, turn: int) -> Merit:
    """Merit common to all criteria and each one's own, in equal parts."""
    rng = seeded_rng(seed, "merit", turn)
    common = rng.gauss(0, 1)
    return Merit(tuple(sqrt(0.5) * common + sqrt(0.5) * rng.gauss(0, 1) for _ in CRITERIA))

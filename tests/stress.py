"""How often tests do what really goes wrong, by which chance, and how often they did.

``make test`` does each a few times. ``make stress`` sets ``DICTAMEN_ROUNDS``, how many faults in all, which
the kinds share by what each costs; ``DICTAMEN_SEED`` repeats a run.
"""

import os
import random
import secrets
from collections import Counter
from collections.abc import Mapping

import pytest

A_THOUSAND = 1000
SEED = int(os.environ.get("DICTAMEN_SEED") or secrets.randbelow(10**6))
_requested_faults = int(os.environ.get("DICTAMEN_ROUNDS") or 0)
faults: Counter[str] = Counter()  # by kind; whoever does one counts it, once it has really happened
hostile: Counter[str] = Counter()  # requests and messages, likewise
only_under_stress = pytest.mark.skipif(not _requested_faults, reason="takes many seconds: make stress")


def rounds(few: int, of_a_thousand: int) -> int:
    """How often a test does its kind: a few times, or under stress its share of all the faults."""
    return max(few, of_a_thousand * _requested_faults // A_THOUSAND)


def chance() -> random.Random:
    """The run's own randomness; its seed is printed."""
    print(f"DICTAMEN_SEED={SEED}")
    return random.Random(SEED)


def report() -> list[str]:
    """What was really done, a line a kind; nothing where it was not asked for."""
    if not _requested_faults:
        return []
    return [
        f"DICTAMEN_SEED={SEED} DICTAMEN_ROUNDS={_requested_faults}",
        *_lines(faults, "faults, really done"),
        *_lines(hostile, "hostile requests and messages"),
    ]


def _lines(counts: Mapping[str, int], description: str) -> list[str]:
    kinds = [f"{count:8,}  {kind}" for kind, count in sorted(counts.items(), key=lambda item: -item[1])]
    return [f"{sum(counts.values()):,} {description}:", *kinds]

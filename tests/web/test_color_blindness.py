"""Adjacent colours of the charts are distinguishable with dichromatic vision."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from reviewer.web.charts.palette import DARK, LIGHT, PAPER, Palette

# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision
# deficiency", IEEE TVCG 15, table 1, severity 1.0; on linear RGB.
SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Of CIE 1976: 2.3 is just noticeable side by side (Mahy et al. 1994); classes of a map lie apart on it.
NEIGHBOURS, OPPOSITES = 8.0, 25.0


def lab(color: str, seen_by: str) -> NDArray[np.float64]:
    """CIE L*a*b* (D65) of a colour under a kind of colour vision."""
    coded = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    perceived = np.clip(np.array(SEEN_BY[seen_by]) @ linear, 0, 1)
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ perceived / (0.95047, 1, 1.08883)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, seen_by: str) -> float:
    return float(np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)))


def test_the_distances_are_those_of_the_literature() -> None:
    assert np.allclose(lab("#ff0000", "everybody"), (53.24, 80.09, 67.20), atol=0.02)
    assert apart("#FFFFFF", "#000000", "protanopia") == pytest.approx(100, abs=0.1)
    assert apart("#A00000", "#556B00", "deuteranopia") < apart("#A00000", "#556B00", "everybody") / 2


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("palette", [LIGHT, DARK, PAPER], ids=["light", "dark", "paper"])
def test_classes_can_be_told_apart(palette: Palette, seen_by: str) -> None:
    for scale in (tuple(palette.verdicts.values()), palette.ramp):
        for color, other_color in pairwise(scale):
            assert apart(color, other_color, seen_by) >= NEIGHBOURS, (color, other_color)
    verdicts = tuple(palette.verdicts.values())
    assert apart(verdicts[0], verdicts[-1], seen_by) >= 2 * OPPOSITES
    for color, other_color in combinations((palette.bar, palette.alarm, palette.missing, palette.pale), 2):
        assert apart(color, other_color, seen_by) >= OPPOSITES, (color, other_color)

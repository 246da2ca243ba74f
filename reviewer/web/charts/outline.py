"""The alcaldías' shapes on paper: projected outlines, and where their names have room."""

from functools import cache
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from reviewer import geography
from reviewer.geography import Ring

NARROWING = cos(radians(19.32))  # of a degree of longitude at the city's latitude
FINE_STEP = 0.006
WIDER = 1.8  # a name is wider than it is high

Points = NDArray[np.float64]


@cache
def outline(code: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """An alcaldía's rings, projected: each a series of x and y."""
    return tuple(
        tuple((round(lon * NARROWING, 5), lat) for lon, lat in ring) for ring in geography.shapes()[code]
    )


@cache
def frame() -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the city reaches, projected, with room for its outline."""
    points = np.concatenate([_projected(ring) for rings in geography.shapes().values() for ring in rings])
    (left, low), (right, high) = points.min(axis=0) - 0.004, points.max(axis=0) + 0.004
    return (float(left), float(right)), (float(low), float(high))


@cache
def middle(code: str) -> tuple[float, float]:
    """Where the name has most room: the point farthest from the border, which sideways counts for less."""
    rings = geography.shapes()[code]
    within = np.concatenate([_grid(ring, FINE_STEP) for ring in rings])
    border = np.concatenate([_dense(_projected(ring)) for ring in rings])
    scale = np.array([1 / WIDER, 1])
    room = (((within[:, None] - border[None]) * scale) ** 2).sum(axis=2).min(axis=1)
    x, y = within[room.argmax()]
    return float(x), float(y)


def _projected(ring: Ring) -> Points:
    return np.array(ring) * [NARROWING, 1]


def _dense(ring: Points) -> Points:
    """The ring with points added, so that long straight sides have some along them."""
    sides = np.diff(ring, axis=0)
    return np.concatenate([ring[:-1] + sides * part for part in (0, 0.25, 0.5, 0.75)])


def _grid(ring: Ring, step: float) -> Points:
    """The points of a grid within a closed ring: from them a ray crosses it an odd number of times."""
    corners = _projected(ring)
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    across, up = np.meshgrid(np.arange(left, right, step * NARROWING), np.arange(low, high, step))
    points = np.column_stack([across.ravel(), up.ravel()])
    (x, y), begin, end = points.T[:, :, None], corners[:-1], corners[1:]
    between = (begin[:, 1] > y) != (end[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):  # level sides, which no ray crosses
        meets = begin[:, 0] + (end - begin)[:, 0] * (y - begin[:, 1]) / (end - begin)[:, 1]
    within: Points = points[(between & (meets > x)).sum(axis=1) % 2 == 1]
    return within

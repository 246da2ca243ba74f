"""The alcaldías' shapes on paper: projected outlines, and where their names have room."""

from functools import cache
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from reviewer import geography
from reviewer.geography import Ring

LONGITUDE_SCALE = cos(radians(19.32))  # of a degree of longitude at the city's latitude
GRID_STEP = 0.006
LABEL_ASPECT = 1.8  # a name is wider than it is high

Points = NDArray[np.float64]


@cache
def projected_rings(code: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """An alcaldía's rings, projected: each a series of x and y."""
    return tuple(
        tuple((round(lon * LONGITUDE_SCALE, 5), lat) for lon, lat in ring)
        for ring in geography.shapes()[code]
    )


@cache
def city_bounds() -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the city reaches, projected, with room for its outline."""
    points = np.concatenate([_project(ring) for rings in geography.shapes().values() for ring in rings])
    (left, low), (right, high) = points.min(axis=0) - 0.004, points.max(axis=0) + 0.004
    return (float(left), float(right)), (float(low), float(high))


@cache
def label_position(code: str) -> tuple[float, float]:
    """Where the name has most room: the point farthest from the border, which sideways counts for less."""
    rings = geography.shapes()[code]
    inside = np.concatenate([_points_inside(ring, GRID_STEP) for ring in rings])
    border = np.concatenate([_densify(_project(ring)) for ring in rings])
    scale = np.array([1 / LABEL_ASPECT, 1])
    distance = (((inside[:, None] - border[None]) * scale) ** 2).sum(axis=2).min(axis=1)
    x, y = inside[distance.argmax()]
    return float(x), float(y)


def _project(ring: Ring) -> Points:
    return np.array(ring) * [LONGITUDE_SCALE, 1]


def _densify(ring: Points) -> Points:
    """The ring with points added, so that long straight sides have some along them."""
    sides = np.diff(ring, axis=0)
    return np.concatenate([ring[:-1] + sides * fraction for fraction in (0, 0.25, 0.5, 0.75)])


def _points_inside(ring: Ring, step: float) -> Points:
    """The points of a grid within a closed ring: from them a ray crosses it an odd number of times."""
    corners = _project(ring)
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    across, up = np.meshgrid(np.arange(left, right, step * LONGITUDE_SCALE), np.arange(low, high, step))
    points = np.column_stack([across.ravel(), up.ravel()])
    (x, y), begin, end = points.T[:, :, None], corners[:-1], corners[1:]
    spans_point = (begin[:, 1] > y) != (end[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):  # level sides, which no ray crosses
        crossing_x = begin[:, 0] + (end - begin)[:, 0] * (y - begin[:, 1]) / (end - begin)[:, 1]
    inside: Points = points[(spans_point & (crossing_x > x)).sum(axis=1) % 2 == 1]
    return inside

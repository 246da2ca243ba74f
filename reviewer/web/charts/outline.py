"""The alcaldías' shapes on paper: projected outlines, points within them, and room for their names."""

from functools import cache
from itertools import pairwise
from math import cos, radians

from reviewer import geography
from reviewer.geography import Ring

NARROWING = cos(radians(19.32))  # of a degree of longitude at the city's latitude
STEP = 0.011  # degrees between the points within: a little over a kilometre
WIDER = 1.8  # a name is wider than it is high


@cache
def outline(code: str) -> tuple[list[float | None], list[float | None]]:
    """An alcaldía's rings one after another, a gap between them: projected x and y."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in geography.shapes()[code]:
        xs += [None] * bool(xs) + [round(lon * NARROWING, 5) for lon, _ in ring]
        ys += [None] * bool(ys) + [lat for _, lat in ring]
    return xs, ys


@cache
def frame() -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the city reaches, projected, with room for its outline."""
    points = [point for rings in geography.shapes().values() for ring in rings for point in ring]
    lons, lats = [lon * NARROWING for lon, _ in points], [lat for _, lat in points]
    room = 0.004
    return (min(lons) - room, max(lons) + room), (min(lats) - room, max(lats) + room)


@cache
def inside(code: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A grid of points within an alcaldía, its inner point first, projected."""
    place = geography.by_code()[code]
    points = [(place.inner_lon, place.inner_lat)]
    for ring in geography.shapes()[code]:
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        points += [
            (lon, lat)
            for lon in _steps(min(lons), max(lons))
            for lat in _steps(min(lats), max(lats))
            if _holds(ring, lon, lat)
        ]
    return tuple(round(lon * NARROWING, 5) for lon, _ in points), tuple(round(lat, 5) for _, lat in points)


@cache
def middle(code: str) -> tuple[float, float]:
    """Where the name has most room: the point farthest from the border, which sideways counts for less."""
    border = [
        (lon * NARROWING / WIDER, lat) for ring in geography.shapes()[code] for lon, lat in _dense(ring)
    ]

    def room(point: tuple[float, float]) -> float:
        return min((point[0] / WIDER - x) ** 2 + (point[1] - y) ** 2 for x, y in border)

    return max(zip(*inside(code), strict=True), key=room)


def _dense(ring: Ring) -> Ring:
    """The ring with points added, so that long straight sides have some along them."""
    parts = 3
    return tuple(
        (lon_a + (lon_b - lon_a) * part / parts, lat_a + (lat_b - lat_a) * part / parts)
        for (lon_a, lat_a), (lon_b, lat_b) in pairwise(ring)
        for part in range(parts)
    )


def _steps(low: float, high: float) -> list[float]:
    first = round(low / STEP)
    return [number * STEP for number in range(first, round(high / STEP) + 1)]


def _holds(ring: Ring, lon: float, lat: float) -> bool:
    """Whether a ring holds a point: a ray to the east crosses it an odd number of times."""
    crossings = (
        (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a > lon
        for (lon_a, lat_a), (lon_b, lat_b) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (lat_a > lat) != (lat_b > lat)
    )
    return sum(crossings) % 2 == 1

"""Mexico City's sixteen alcaldías: census, postal prefixes and outlines.

Source: INEGI, Marco Geoestadístico and Censo de Población y Vivienda 2020; see ``data/geography/README.md``.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from reviewer.core.paths import GEOGRAPHY

Ring = tuple[tuple[float, float], ...]
EARTH_KM = 6371.0088  # mean radius (IUGG 1980)


@dataclass(frozen=True)
class Alcaldia:
    """An alcaldía: persons of all ages in the 2020 census, unless named otherwise; positions in degrees."""

    code: str
    name: str
    abbreviation: str
    postal_prefix: str
    population: int
    afro: int
    population_over_3: int
    indigenous_speakers_over_3: int
    inner_lat: float
    inner_lon: float
    tile_row: int
    tile_col: int


def _parse_row(row: dict[str, str]) -> Alcaldia:
    return Alcaldia(
        code=row["cvegeo"],
        name=row["alcaldia"],
        abbreviation=row["abrev"],
        postal_prefix=row["cp_prefijo"],
        population=int(row["pob_total_2020"]),
        afro=int(row["pob_afromexicana"]),
        population_over_3=int(row["pob_3mas"]),
        indigenous_speakers_over_3=int(row["habla_lengua_indigena_3mas"]),
        inner_lat=float(row["lat_interior"]),
        inner_lon=float(row["lon_interior"]),
        tile_row=int(row["fila_mosaico"]),
        tile_col=int(row["col_mosaico"]),
    )


@cache
def alcaldias() -> tuple[Alcaldia, ...]:
    """Returns the sixteen alcaldías, in the order of their INEGI code."""
    with (GEOGRAPHY / "alcaldias.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_parse_row(row) for row in csv.DictReader(file))


@cache
def by_code() -> dict[str, Alcaldia]:
    """Returns the alcaldías by their INEGI code (``"09002"``)."""
    return {alcaldia.code: alcaldia for alcaldia in alcaldias()}


@cache
def by_postal_prefix() -> dict[str, Alcaldia]:
    """Returns the alcaldías by the first two digits of their postal codes (``"01"`` to ``"16"``)."""
    return {alcaldia.postal_prefix: alcaldia for alcaldia in alcaldias()}


@cache
def shapes() -> dict[str, tuple[Ring, ...]]:
    """Returns the exterior rings by INEGI code, each a series of (longitude, latitude) in degrees, WGS 84."""
    collection = json.loads((GEOGRAPHY / "alcaldias.geojson").read_text(encoding="utf-8"))
    return {feature["id"]: _rings(feature["geometry"]) for feature in collection["features"]}


def distance_km(first: Alcaldia, second: Alcaldia) -> float:
    """Returns the great-circle distance between the inner points of two alcaldías (haversine formula)."""
    latitude_change, longitude_change = (
        radians(second.inner_lat - first.inner_lat),
        radians(second.inner_lon - first.inner_lon),
    )
    haversine = cos(radians(first.inner_lat)) * cos(radians(second.inner_lat)) * sin(longitude_change / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(sin(latitude_change / 2) ** 2 + haversine))


def _rings(geometry: dict[str, Any]) -> tuple[Ring, ...]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return tuple(tuple((lon, lat) for lon, lat in polygon[0]) for polygon in polygons)

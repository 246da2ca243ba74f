"""Mexico City's sixteen alcaldías: census, postal prefixes and shapes.

Source: INEGI, Marco Geoestadístico and Censo de Población y Vivienda 2020; see ``data/geography/README.md``.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from reviewer.paths import GEOGRAPHY

Ring = tuple[tuple[float, float], ...]
EARTH_KM = 6371.0088  # mean radius (IUGG 1980)


@dataclass(frozen=True)
class Alcaldia:
    """One alcaldía. Populations are persons of all ages (2020 census), areas km², positions degrees."""

    code: str
    name: str
    abbr: str
    postal_prefix: str
    population: int
    men: int
    women: int
    afro: int
    pop3: int
    indigenous3: int
    area_km2: float
    lat: float
    lon: float
    inner_lat: float
    inner_lon: float
    tile_row: int
    tile_col: int


def _alcaldia(line: dict[str, str]) -> Alcaldia:
    return Alcaldia(
        code=line["cvegeo"],
        name=line["alcaldia"],
        abbr=line["abrev"],
        postal_prefix=line["cp_prefijo"],
        population=int(line["pob_total_2020"]),
        men=int(line["pob_hombres"]),
        women=int(line["pob_mujeres"]),
        afro=int(line["pob_afromexicana"]),
        pop3=int(line["pob_3mas"]),
        indigenous3=int(line["habla_lengua_indigena_3mas"]),
        area_km2=float(line["area_km2"]),
        lat=float(line["lat_centroide"]),
        lon=float(line["lon_centroide"]),
        inner_lat=float(line["lat_interior"]),
        inner_lon=float(line["lon_interior"]),
        tile_row=int(line["fila_mosaico"]),
        tile_col=int(line["col_mosaico"]),
    )


@cache
def alcaldias() -> tuple[Alcaldia, ...]:
    """The sixteen alcaldías, in the order of their INEGI code."""
    with (GEOGRAPHY / "alcaldias.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_alcaldia(line) for line in csv.DictReader(file))


@cache
def by_code() -> dict[str, Alcaldia]:
    """The alcaldías by their INEGI code (``"09002"``)."""
    return {each.code: each for each in alcaldias()}


@cache
def by_postal_prefix() -> dict[str, Alcaldia]:
    """The alcaldías by the first two digits of their postal codes (``"01"`` to ``"16"``)."""
    return {each.postal_prefix: each for each in alcaldias()}


@cache
def shapes() -> dict[str, tuple[Ring, ...]]:
    """Exterior rings by INEGI code, each a series of (longitude, latitude) in degrees, WGS 84."""
    collection = json.loads((GEOGRAPHY / "alcaldias.geojson").read_text(encoding="utf-8"))
    return {each["id"]: _rings(each["geometry"]) for each in collection["features"]}


def kilometres(one: Alcaldia, other: Alcaldia) -> float:
    """Great-circle distance between the inner points of two alcaldías (haversine formula)."""
    north, east = radians(other.inner_lat - one.inner_lat), radians(other.inner_lon - one.inner_lon)
    across = cos(radians(one.inner_lat)) * cos(radians(other.inner_lat)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(sin(north / 2) ** 2 + across))


def _rings(geometry: dict[str, Any]) -> tuple[Ring, ...]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return tuple(tuple((lon, lat) for lon, lat in polygon[0]) for polygon in polygons)

"""Reads people.toml: the rows of the sheet and the papers behind them."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from unicodedata import normalize

HERE = Path(__file__).parent
Cell = str | int | date | datetime


@dataclass(frozen=True)
class Paper:
    """One file: where it lies in the batch, which function of papers.py makes it, from which text or picture.

    `turn` lays the sheet sideways on the scanner (degrees), `orientation` is a photo's EXIF tag, `rotate`
    sets /Rotate, `password` locks the file ("" leaves only the owner's password), `loose` spaces the lines.
    """

    path: str
    maker: str
    text: str
    turn: int = 0
    orientation: int = 1
    rotate: int = 0
    password: str | None = None
    loose: bool = False


@dataclass(frozen=True)
class Applicant:
    """One row of the sheet; `cells` stand in the order of the headers, an empty one is ""."""

    name: str
    street: str
    cells: list[Cell]
    papers: list[Paper]
    empty_row_before: bool = False


def read_people() -> tuple[list[str], list[Applicant]]:
    """The headers, and the applicants in the order of the sheet."""
    raw = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    people = []
    for person in raw["people"]:
        papers = [Paper(**paper) for paper in person.pop("papers")]
        if person.pop("decomposed_paths", False):
            person["cells"][-5:] = [normalize("NFD", cell) for cell in person["cells"][-5:]]
        people.append(Applicant(papers=papers, **person))
    return raw["headers"], people

"""Colours of the figures, for a light and a dark page.

Orange against blue stays apart for every kind of colour blindness; text holds 4.5 : 1 on each fill
and bars do on the page, which ``tests/web/test_charts.py`` and ``test_color_blindness.py`` compute.
"""

from dataclasses import dataclass, replace

from reviewer.cohort.significance import Representation


@dataclass(frozen=True)
class Palette:
    """``bar`` for counts, ``alarm`` for what breaks a rule, ``missing`` for no answer.

    Text is written on every colour of ``verdicts`` and of ``ramp`` (from few to many), since names reach
    over the borders of a map. ``ramp[0]`` stands for none.
    """

    page: str
    text: str
    quiet: str
    grid: str
    bar: str
    alarm: str
    missing: str
    verdicts: dict[Representation, str]
    ramp: tuple[str, ...]

    @property
    def pale(self) -> str:
        """The colour of a forecast."""
        return self.ramp[2]


LIGHT = Palette(
    page="#FBFAF8",
    text="#24211F",
    quiet="#5F5A55",
    grid="#E3DED6",
    bar="#3F6391",
    alarm="#A8480C",
    missing="#77706A",
    verdicts={
        Representation.LESS: "#EE9C5A",
        Representation.PERHAPS_LESS: "#FAE2CB",
        Representation.EVEN: "#E6E2DB",
        Representation.PERHAPS_MORE: "#D3E3F4",
        Representation.MORE: "#78AEE3",
    },
    ramp=("#EDEAE4", "#DCE8F4", "#BAD3EC", "#97BDE3", "#74A7D9"),
)
DARK = Palette(
    page="#1B1A1D",
    text="#EDE9E6",
    quiet="#B5AFAA",
    grid="#3A373D",
    bar="#8FB3DE",
    alarm="#F0A468",
    missing="#9D968F",
    verdicts={
        Representation.LESS: "#A65217",
        Representation.PERHAPS_LESS: "#553F2C",
        Representation.EVEN: "#3A373D",
        Representation.PERHAPS_MORE: "#2B4059",
        Representation.MORE: "#3469A6",
    },
    ramp=("#2B292F", "#27374A", "#2A4766", "#2E5885", "#3469A6"),
)


PAPER = replace(LIGHT, page="#FFFFFF")
"""For files and for print."""


def palette_for(theme: str | None) -> Palette:
    """Returns the palette of a Streamlit theme's type, ``"light"`` or ``"dark"``."""
    return DARK if theme == "dark" else LIGHT

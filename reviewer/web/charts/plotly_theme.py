"""What all Plotly figures share: fonts and colours of the page's theme, the toolbar, and Spanish words."""

from dataclasses import dataclass
from html import escape
from typing import Any

from reviewer.figures.figure import Figure
from reviewer.web.charts.palette import Palette

FONT = "Atkinson, sans-serif"
FONT_SIZE = 13  # pixels; no label is smaller than 12, on a telephone either
SMALL = 12
MAX_LABEL = 26  # characters of a label beside a row; the whole of it is shown on hover
LOCALE: dict[str, Any] = {
    "dictionary": {
        "Autoscale": "Escala automática",
        "Box Select": "Elegir con recuadro",
        "Double-click to zoom back out": "Doble clic para volver",
        "Download plot": "Guardar imagen",
        "Download plot as a PNG": "Guardar como PNG",
        "Lasso Select": "Elegir con lazo",
        "Pan": "Mover",
        "Reset": "Restablecer",
        "Reset axes": "Restablecer",
        "Reset view": "Restablecer",
        "Image download succeeded": "Imagen guardada",
        "Preparing image - this may take a few seconds": "Guardando la imagen…",
        "Sorry, there was a problem downloading your image!": "No se pudo guardar la imagen.",
        "Zoom": "Acercar",
        "Zoom in": "Acercar",
        "Zoom out": "Alejar",
    },
    "format": {
        "days": ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
        "shortDays": ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
        "months": [
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre"),
            *("octubre", "noviembre", "diciembre"),
        ],
        "shortMonths": [
            *("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
        ],
        "decimal": ".",
        "thousands": ",",
        "date": "%d/%m/%Y",
    },
}


@dataclass(frozen=True)
class Browser:
    """What the reader's browser can draw: WebGL, and whether its window is that of a telephone."""

    has_webgl: bool = True
    is_narrow: bool = False


ORDINARY_BROWSER = Browser()


def config(name: str) -> dict[str, Any]:
    """Returns Plotly's configuration: the toolbar in Spanish, with PNG and SVG made by the browser."""
    return {
        "locale": "es-MX",
        "locales": {"es-MX": LOCALE},
        "displaylogo": False,
        "scrollZoom": False,  # the page scrolls under the pointer; maps have their buttons
        "toImageButtonOptions": {"format": "png", "scale": 3, "filename": f"cohorte-{name}"},
    }


def layout(palette: Palette, *, height: int) -> dict[str, Any]:
    """Returns the layout that every figure begins with."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"size": FONT_SIZE, "color": palette.text},
        "title": {"font": {"size": FONT_SIZE, "color": palette.quiet}, "standoff": 8},
    }
    return {
        "height": height,
        "template": "none",
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": FONT_SIZE, "color": palette.text},
        "hoverlabel": {
            "font": {"family": FONT, "size": FONT_SIZE, "color": palette.text},
            "bgcolor": palette.page,
            "bordercolor": palette.quiet,
            "align": "left",
        },
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": FONT_SIZE}},
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": palette.quiet,
            "activecolor": palette.text,
            "orientation": "h",
        },
        "xaxis": axis,
        "yaxis": axis,
        "separators": ".,",
        "bargap": 0.25,
        "dragmode": False,
    }


def plain(text: object) -> str:
    """Returns text of strangers so that Plotly draws it as it is: it takes some tags for markup."""
    return escape(str(text), quote=False).replace("\n", "<br>")


def short(label: str) -> str:
    """Returns a label of a row, cut where it would leave a telephone no room for the figure."""
    return plain(label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1].rstrip()}…")


def outlines(values: list[str], figure: Figure, palette: Palette, width: float = 0) -> dict[str, Any]:
    """Returns the outlines of bars: a strong one around what the page is filtered by."""
    chosen = [value in figure.chosen for value in values]
    return {
        "color": [palette.text if flag else palette.quiet for flag in chosen],
        "width": [2.5 if flag else width for flag in chosen],
    }

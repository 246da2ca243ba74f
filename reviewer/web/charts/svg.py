"""A drawing as SVG: inline on a page, where its parts answer to mouse and keyboard, or as a file."""

from html import escape

from reviewer.web.charts.drawing import Drawing, Mark, Part, Point, Shape, Text

FAMILY = "Atkinson, 'Atkinson Hyperlegible Next', Helvetica, Arial, sans-serif"


def inline(drawing: Drawing) -> str:
    """For a page: as wide as its place, with ``data-pick`` and ``data-tip`` on the parts that have them."""
    role = "group" if any(part.pick for part in drawing.parts) else "img"
    head = f'<svg viewBox="{_view_box(drawing)}" role="{role}" aria-label="{escape(drawing.title)}">'
    return f"{head}{''.join(_part(part) for part in drawing.parts)}</svg>"


def standalone(drawing: Drawing, *, background: str) -> bytes:
    """A file of its own, on a ground of the colour ``background``."""
    size = f'width="{_coordinate(drawing.width)}" height="{_coordinate(drawing.height)}"'
    marks = "".join(_mark(mark) for part in drawing.parts for mark in part.marks)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="{_view_box(drawing)}" font-family="{FAMILY}"><title>{escape(drawing.title)}</title>'
        f'<rect width="100%" height="100%" fill="{background}"/>{marks}</svg>\n'
    ).encode()


def _part(part: Part) -> str:
    marks = "".join(_mark(mark) for mark in part.marks)
    tip = f' data-tip="{escape(part.tip)}"' if part.tip else ""
    if part.pick:
        pressed = "true" if part.chosen else "false"
        label = escape(part.tip.replace("\n", ". "))
        return (
            f'<g role="button" tabindex="-1" data-pick="{escape(part.pick)}" aria-pressed="{pressed}" '
            f'aria-label="{label}"{tip}>{marks}</g>'
        )
    return f"<g{tip}>{marks}</g>" if tip else marks


def _mark(mark: Mark) -> str:
    return _text(mark) if isinstance(mark, Text) else _shape(mark)


def _shape(shape: Shape) -> str:
    path = "".join(_outline(outline, closed=shape.closed) for outline in shape.outlines)
    stroke = f' stroke="{shape.stroke}" stroke-width="{_coordinate(shape.width)}"' if shape.stroke else ""
    dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
    return f'<path d="{path}" fill="{shape.fill or "none"}"{stroke}{dashes}/>'


def _outline(points: tuple[Point, ...], *, closed: bool) -> str:
    steps = "L".join(f"{_coordinate(x)} {_coordinate(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


def _text(text: Text) -> str:
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    weight = ' font-weight="650"' if text.bold else ""
    halo = f' stroke="{text.halo}" stroke-width="3" paint-order="stroke"' if text.halo else ""
    return (
        f'<text x="{_coordinate(text.x)}" y="{_coordinate(text.y)}" font-size="{_coordinate(text.size)}" '
        f'fill="{text.color}"{anchor}{weight}{halo}>{escape(text.text)}</text>'
    )


def _view_box(drawing: Drawing) -> str:
    return f"0 0 {_coordinate(drawing.width)} {_coordinate(drawing.height)}"


def _coordinate(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

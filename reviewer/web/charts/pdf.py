"""A drawing on paper: set into a PDF with reportlab, or as a PDF of its own (from which PNG is made)."""

import io
from typing import Any

from reviewer.web.charts.drawing import BOLD, REGULAR, Drawing, Mark, Shape, Text, register_fonts


def draw(canvas: Any, drawing: Drawing, *, x: float, y: float, width: float) -> float:
    """Draws with the upper left corner at (x, y) of a reportlab canvas; the height it took, in points."""
    register_fonts()
    scale = width / drawing.width
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    for part in drawing.parts:
        for mark in part.marks:
            _mark(canvas, mark)
    canvas.restoreState()
    return drawing.height * scale


def render(drawing: Drawing, *, background: str) -> bytes:
    """One page of the drawing's size, a point a pixel, on a ground of the colour ``background``."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(drawing.width, drawing.height), invariant=1)
    canvas.setTitle(drawing.title)
    canvas.setFillColor(background)
    canvas.rect(0, 0, drawing.width, drawing.height, stroke=0, fill=1)
    draw(canvas, drawing, x=0, y=drawing.height, width=drawing.width)
    canvas.save()
    return out.getvalue()


def _mark(canvas: Any, mark: Mark) -> None:
    if isinstance(mark, Text):
        _text(canvas, mark)
    else:
        _shape(canvas, mark)


def _shape(canvas: Any, shape: Shape) -> None:
    path = canvas.beginPath()
    for outline in shape.outlines:
        (x, y), *remaining_points = outline
        path.moveTo(x, -y)
        for x, y in remaining_points:
            path.lineTo(x, -y)
        if shape.closed:
            path.close()
    if shape.fill:
        canvas.setFillColor(shape.fill)
    if shape.stroke:
        canvas.setStrokeColor(shape.stroke)
        canvas.setLineWidth(shape.width)
        canvas.setDash([4, 3] if shape.dashed else [])
    canvas.drawPath(path, stroke=int(shape.stroke is not None), fill=int(shape.fill is not None))


def _text(canvas: Any, text: Text) -> None:
    canvas.setFont(BOLD if text.bold else REGULAR, text.size)
    draw_text = {
        "start": canvas.drawString,
        "middle": canvas.drawCentredString,
        "end": canvas.drawRightString,
    }
    if text.halo:
        canvas.setStrokeColor(text.halo)
        canvas.setLineWidth(3)
        canvas.setDash([])
        canvas.setFillColor(text.halo)
        draw_text[text.anchor](text.x, -text.y, text.text, mode=2)
    canvas.setFillColor(text.color)
    draw_text[text.anchor](text.x, -text.y, text.text)

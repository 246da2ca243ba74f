"""Factories of PDFs: sound ones from reportlab and pypdf, small and odd ones byte by byte."""

import io
import zlib
from collections.abc import Callable, Sequence
from functools import cache

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject
from reportlab.lib import pagesizes
from reportlab.pdfgen.canvas import Canvas

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>"


def pages_pdf(pages: Sequence[str], *, size: tuple[float, float] = pagesizes.letter) -> bytes:
    """A PDF with these pages, a line of text a line of the string."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size)
    for text in pages:
        lines = canvas.beginText(72, size[1] - 96)
        lines.setFont("Helvetica", 14)
        lines.setLeading(22)
        lines.textLines(text)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@cache
def small_pdf(text: str = "Hola", pages: int = 1) -> bytes:
    """Returns a minimal PDF with a text and valid cross references."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        content_stream = f"BT /F1 12 Tf 72 700 Td ({text} {page + 1}) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * page} 0 R >>",
            f"<< /Length {len(content_stream)} >>\nstream\n{content_stream}\nendstream",
        ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Root 1 0 R/Size %d>>\n" % (size, table, size)
    return out + head + b"startxref\n%d\n%%%%EOF\n" % len(out)


def endless_pdf() -> bytes:
    """A page that draws itself ten times in each of twenty depths."""
    nested = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 60>>" % (number + 5)
        + b"stream\n%b\nendstream" % (b"/X Do " * 10)
        for number in range(20)
    ]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    return raw_pdf(CATALOG, ONE_PAGE, page, *nested, last)


def stream_object(dictionary: bytes, content: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (dictionary, len(content), content)


def canvas_pdf(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 400)) -> bytes:
    """A reportlab PDF of what ``draw`` puts on the canvas."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def letter(*lines: str, font: str = "Helvetica", points: float = 12) -> bytes:
    """One page with these lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, points)
        for number, line in enumerate(lines):
            canvas.drawString(40, 340 - number * points * 1.3, line)

    return canvas_pdf(draw)


def with_changes(data: bytes, apply: Callable[[PdfWriter], object]) -> bytes:
    """``data`` after a change with pypdf's writer."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    apply(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def with_catalog_entry(key: str, value: DictionaryObject) -> bytes:
    """A letter whose catalog bears one more entry."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject(key)] = value

    return with_changes(letter("Motivos"), change)


def decompression_bomb() -> bytes:
    """A few kilobytes that unfold to more than two gigabytes of page content."""
    chunk = b"BT /F 1 Tf (a b) Tj ET\n" * 200_000
    packer = zlib.compressobj(9)
    start = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)  # stands alone, and so can be repeated
    packed = zlib.compress(start + block * 500 + packer.flush(), 9)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F %b>>>>>>" % font
    return raw_pdf(CATALOG, ONE_PAGE, page, stream_object(b"/Filter[/FlateDecode/FlateDecode]", packed))

"""Pages that may say something that is not in their text, as scans do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewer.pdf.rendering import page_text
from tests.factories.pdfs import CATALOG, ONE_PAGE, PAGE, canvas_pdf, raw_pdf, stream_object


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "page.pdf"


def scanned(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 300, 400)


def stamped(canvas: Canvas) -> None:
    scanned(canvas)
    canvas.drawString(40, 20, "Escaneado con CamScanner")


def drawn_letters(canvas: Canvas) -> None:
    for number in range(60):
        canvas.circle(20 + 4 * number, 200, 3)


def typed(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 300, 400)
    for number in range(12):
        canvas.drawString(20, 380 - 20 * number, "Una carta con su texto bajo la imagen")


@pytest.mark.parametrize(
    ("draw", "unread"),
    [
        (scanned, True),
        (stamped, True),
        (drawn_letters, True),
        (typed, False),
        (lambda canvas: canvas.drawString(20, 200, "Fin"), False),
        (lambda canvas: canvas.rect(20, 20, 200, 300), False),
        (lambda canvas: canvas.showPage(), False),
    ],
)
def test_a_page_that_may_say_something_unread_says_so(file: Path, draw: Callable[[Canvas], None], unread: bool) -> None:
    file.write_bytes(canvas_pdf(draw))
    assert page_text(file, 0).unread is unread


def test_a_font_whose_signs_have_no_names_is_unread(file: Path) -> None:
    marks = b"BT /F 20 Tf 40 200 Td <000100020003000400050006> Tj ET"
    cid = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(B)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4>>>>"
    )
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[" + cid + b"]>>"
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F %b>>>>>>" % font
    file.write_bytes(raw_pdf(CATALOG, ONE_PAGE, page, stream_object(b"", marks)))
    assert page_text(file, 0).unread

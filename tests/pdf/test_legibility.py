"""Documents that do not show what was written: found when received; notes and odd boxes are read and drawn."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

from reviewer.pdf.inspection import inspect_content
from reviewer.pdf.rendering import draw_page, page_sizes, page_text
from tests.factories.pdfs import CATALOG, ONE_PAGE, PAGE, pages_pdf, raw_pdf

LETTER = "Quiero escribir películas con mi cuadra."


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def letter() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(pages_pdf([LETTER]))))


def form(*, dynamic: bool) -> bytes:
    """An XFA form; a dynamic one is laid out by the vendor's reader alone."""
    writer = letter()
    xfa = StreamObject()
    xfa.set_data(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")
    fields = ArrayObject() if dynamic else ArrayObject([DictionaryObject({NameObject("/T"): TextStringObject("a")})])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/XFA"): writer._add_object(xfa), NameObject("/Fields"): fields}
    )
    if dynamic:
        writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    return written(writer)


def unembedded_font(ordering: str) -> bytes:
    """A page whose font names glyphs by number and does not contain them."""
    system = f"<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>"
    descendant = (
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Rara/CIDSystemInfo{system}"
        "/FontDescriptor<</Type/FontDescriptor/FontName/Rara/Flags 4>>>>"
    )
    font = f"<</Type/Font/Subtype/Type0/BaseFont/Rara/Encoding/Identity-H/DescendantFonts[{descendant}]>>"
    content = b"BT /F 20 Tf 20 200 Td <00240025002600270028> Tj <00240025> Tj <0028> Tj ET"
    return raw_pdf(
        CATALOG,
        ONE_PAGE,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F "
        + font.encode()
        + b">>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    )


@pytest.mark.parametrize(
    ("content", "is_unreadable"),
    [
        (pages_pdf([LETTER]), False),
        (form(dynamic=True), True),
        (unembedded_font("Identity"), True),
        (unembedded_font("Japan1"), False),  # readers have such a font
        (raw_pdf(CATALOG, ONE_PAGE, PAGE), True),
        (pages_pdf([LETTER, ""]), False),  # a blank page beside others is nothing odd
    ],
    ids=["letter", "dynamic form", "no shapes", "known shapes", "blank", "a blank page"],
)
def test_pages_that_cannot_be_read_as_drawn_are_found(content: bytes, is_unreadable: bool) -> None:
    inspection = inspect_content(content)
    assert inspection.problem is None
    assert inspection.unreadable_pages is is_unreadable


def note(subtype: str, text: str, *, flags: int = 4) -> bytes:
    writer = letter()
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(subtype),
            NameObject("/Rect"): RectangleObject((100, 100, 400, 160)),
            NameObject("/Contents"): TextStringObject(text),
            NameObject("/DA"): TextStringObject("/Helv 12 Tf 0 g"),
            NameObject("/F"): NumberObject(flags),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    return written(writer)


@pytest.mark.parametrize("subtype", ["/FreeText", "/Text"])
def test_notes_are_read_and_covered(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "nota.pdf"
    path.write_bytes(note(subtype, "Lo firma Rosalía Peña"))
    assert "Lo firma Rosalía Peña" in " ".join(word.text for word in page_text(path, 0).words)
    covered = [word.text for word in page_text(path, 0, ("Rosalía", "Peña")).words]
    assert covered[-4:] == ["Lo", "firma", "█████", "█████"]
    plain, hidden = draw_page(path, 0, 600), draw_page(path, 0, 600, covers=("Rosalía", "Peña"))
    assert plain != hidden


def test_a_hidden_note_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "nota.pdf"
    path.write_bytes(note("/FreeText", "Rosalía", flags=2))
    assert "Rosalía" not in " ".join(word.text for word in page_text(path, 0).words)


def test_a_page_whose_crop_lies_outside_is_drawn_by_its_media_box(tmp_path: Path) -> None:
    writer = letter()
    writer.pages[0][NameObject("/CropBox")] = RectangleObject((3000, 3000, 3600, 3800))
    path = tmp_path / "recorte.pdf"
    path.write_bytes(written(writer))
    (size,) = page_sizes(path)
    assert (size.width_pt, size.height_pt) == (612, 792)
    assert LETTER in " ".join(word.text for word in page_text(path, 0).words)
    (tmp_path / "normal.pdf").write_bytes(pages_pdf([LETTER]))
    assert draw_page(path, 0, 400) == draw_page(tmp_path / "normal.pdf", 0, 400)

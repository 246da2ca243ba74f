import io
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from reviewer.pdf.messages import TILE_PIXELS, PdfFailure, Word
from reviewer.pdf.rendering import COVER_COLOR, draw_page, page_sizes, page_text
from tests.factories.pdfs import (
    canvas_pdf,
    letter,
    raw_pdf,
    with_changes,
)

ROSA = ("Rosa María", "López García")
LINES = ("Soy Rosa María López", "García y escribo guiones", "desde Iztapalapa, fijo.")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "page.pdf"


def render_page(path: Path, width: int = 600, covers: tuple[str, ...] = ()) -> Image.Image:
    return Image.open(io.BytesIO(draw_page(path, 0, width, quality=95, covers=covers))).convert("L")


def pixel_boxes(words: tuple[Word, ...], image: Image.Image, pad: int = 0) -> list[tuple[float, float, float, float]]:
    wide, high = image.size
    return [(word.x0 * wide - pad, word.y0 * high - pad, word.x1 * wide + pad, word.y1 * high + pad) for word in words]


def extrema(image: Image.Image, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """The darkest and the lightest value in a box."""
    left, upper, right, lower = box
    darkest, lightest = image.crop((round(left), round(upper), round(right), round(lower))).getextrema()
    assert isinstance(darkest, int | float)
    assert isinstance(lightest, int | float)
    return darkest, lightest


def has_ink(image: Image.Image) -> bool:
    return extrema(image, (0, 0, *image.size))[0] < 140


def rotated(data: bytes, degrees: int, *, crop: bool) -> bytes:
    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        if crop:
            page.cropbox = RectangleObject((20, 200, 280, 390))
        page.rotate(degrees)

    return with_changes(data, change)


@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_words_lie_where_their_ink_is(file: Path, degrees: int, crop: bool) -> None:
    file.write_bytes(rotated(letter(*LINES, font="Times-Italic", points=14), degrees, crop=crop))
    image, text = render_page(file), page_text(file, 0)
    assert sorted(word.text for word in text.words) == sorted(" ".join(LINES).split())
    for box in pixel_boxes(text.words, image):
        assert extrema(image, box)[0] < 140
    for box in pixel_boxes(text.words, image, pad=3):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)


def upright(degrees: int) -> bytes:
    """A page whose content is sideways and is turned upright by its /Rotate, as scanners write it."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(150, 200)
        canvas.rotate(degrees)
        for number, line in enumerate(LINES):
            canvas.drawString(-90, 60 - 20 * number, line)

    return rotated(canvas_pdf(draw), degrees, crop=False)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_words_follow_as_they_are_read(file: Path, degrees: int) -> None:
    file.write_bytes(upright(degrees))
    words = page_text(file, 0).words
    assert " ".join(word.text for word in words) == " ".join(LINES)
    assert [word.line for word in words] == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert all(left.x1 <= right.x0 for left, right in itertools.pairwise(words) if left.line == right.line)
    assert words[0].y1 < words[4].y1 < words[8].y1
    assert words[0].x1 - words[0].x0 > words[0].y1 - words[0].y0


def test_the_size_is_that_of_the_page_as_it_is_seen(file: Path) -> None:
    file.write_bytes(rotated(letter(*LINES), 90, crop=True))
    text, sizes = page_text(file, 0), page_sizes(file)
    assert (round(text.width_pt), round(text.height_pt)) == (190, 260)
    assert [(round(size.width_pt), round(size.height_pt)) for size in sizes] == [(190, 260)]
    assert render_page(file, 380).size == (380, 520)


@pytest.mark.parametrize("degrees", [0, 90])
@pytest.mark.parametrize("font", ["Helvetica", "Times-Italic", "Courier-BoldOblique"])
def test_covers_leave_no_ink_of_what_they_hide(file: Path, font: str, degrees: int) -> None:
    file.write_bytes(rotated(letter("Rosa MARÍA", "garcía", font=font, points=30), degrees, crop=False))
    words, image = page_text(file, 0, ROSA).words, render_page(file, covers=ROSA)
    assert {word.text for word in words} == {"█████"}
    for box in pixel_boxes(words, image):
        assert all(abs(value - COVER_COLOR[0]) < 12 for value in extrema(image, box))
    for box in pixel_boxes(words, image, pad=5):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_drawn_box_hides_the_same_in_picture_and_text(file: Path, degrees: int) -> None:
    file.write_bytes(rotated(letter(*LINES), degrees, crop=False))
    hidden, *others = page_text(file, 0).words
    beside = hidden.x1 - 0.1 * (hidden.x1 - hidden.x0) if degrees == 0 else hidden.x1
    box = (hidden.x0, hidden.y0, beside, hidden.y1)
    shown = page_text(file, 0, boxes=(box,)).words
    assert [word.text for word in shown] == ["█████", *(word.text for word in others)]
    image = Image.open(io.BytesIO(draw_page(file, 0, 600, quality=95, boxes=(box,)))).convert("L")
    for inner in pixel_boxes(shown[:1], image, pad=-1):
        assert all(abs(value - COVER_COLOR[0]) < 12 for value in extrema(image, inner))


@pytest.mark.parametrize("degrees", [0, 90])
def test_tiles_are_parts_of_the_whole_drawing_with_its_covers(file: Path, degrees: int) -> None:
    file.write_bytes(rotated(letter("Rosa MARÍA", "garcía", "escribe", points=30), degrees, crop=True))
    width = 2 * TILE_PIXELS - 300
    whole = render_page(file, width, covers=ROSA)
    joined = Image.new("L", whole.size)
    for row in range(-(-whole.height // TILE_PIXELS)):
        for column in range(2):
            content = draw_page(file, 0, width, quality=95, covers=ROSA, tile=(column, row))
            tile = Image.open(io.BytesIO(content)).convert("L")
            assert max(tile.size) <= TILE_PIXELS
            joined.paste(tile, (column * TILE_PIXELS, row * TILE_PIXELS))
    difference = ImageChops.difference(whole, joined)
    assert ImageStat.Stat(difference).mean[0] < 0.5
    assert has_ink(joined)
    with pytest.raises(PdfFailure):
        draw_page(file, 0, width, tile=(2, 0))


def test_the_text_tells_neither_the_words_nor_how_many_they_are(file: Path) -> None:
    file.write_bytes(letter(*LINES))
    words = page_text(file, 0, ROSA).words
    assert [word.text for word in words[:4]] == ["Soy", "█████", "█████", "y"]
    assert [word.line for word in words[:4]] == [0, 0, 1, 1]
    assert not any(part in repr(words) for part in ("Rosa", "López", "García"))


def test_covers_hide_the_length_of_names(file: Path) -> None:
    file.write_bytes(letter("Rosa", "R o s a", "firma"))
    assert [word.text for word in page_text(file, 0, ROSA).words] == ["█████", "█████", "firma"]


def test_hyphenated_at_the_end_of_a_line(file: Path) -> None:
    file.write_bytes(letter("vive en casa de la señora Ló-", "pez desde siempre"))
    words = page_text(file, 0, ROSA).words
    assert [word.text for word in words[-4:]] == ["█████", "█████", "desde", "siempre"]
    assert words[-3].y0 > words[-4].y0
    image = render_page(file, covers=ROSA)
    for box in pixel_boxes(words, image, pad=4):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)


def add_field_and_note(writer: PdfWriter) -> None:
    annotations = writer.pages[0]["/Annots"].get_object()
    assert isinstance(annotations, ArrayObject)
    annotations[0].get_object().pop("/AP", None)
    writer.root_object["/AcroForm"][NameObject("/NeedAppearances")] = BooleanObject(True)  # type: ignore[index]
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FreeText"),
            NameObject("/Rect"): ArrayObject([FloatObject(side) for side in (20, 100, 280, 140)]),
            NameObject("/Contents"): TextStringObject("Nota de García"),
            NameObject("/DA"): TextStringObject("/Helv 14 Tf 0 g"),
        }
    )
    annotations.append(writer._add_object(note))


def test_what_form_fields_and_notes_show_is_text_and_covered(file: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 300, "Yo")
        canvas.acroForm.textfield(name="nombre", x=20, y=200, width=250, height=25, value="Soy Rosa Lopez")

    file.write_bytes(with_changes(canvas_pdf(draw), add_field_and_note))
    assert " ".join(word.text for word in page_text(file, 0).words) == "Yo Soy Rosa Lopez Nota de García"
    words = page_text(file, 0, ROSA).words
    assert [word.text for word in words] == ["Yo", "Soy", "█████", "Nota", "de", "█████"]
    open_page, image = render_page(file), render_page(file, covers=ROSA)
    for box in pixel_boxes(tuple(word for word in words if word.text == "█████"), image):
        assert extrema(open_page, box)[1] > 200
        assert extrema(image, box)[1] < 100


def test_text_turned_upwards_in_the_page(file: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.drawString(50, -100, "Rosa sube")

    file.write_bytes(canvas_pdf(draw))
    words, image = page_text(file, 0, ROSA).words, render_page(file, covers=ROSA)
    assert [word.text for word in words] == ["█████", "sube"]
    for box in pixel_boxes(words, image, pad=4):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)


def test_extreme_pages_are_drawn_smaller(file: Path) -> None:
    boxes = [b"[0 0 1000000 1000000]", b"[0 0 1 14400]", b"[0 0 14400 0.5]"]
    pages = [b"<</Type/Page/Parent 2 0 R/MediaBox%b>>" % box for box in boxes]
    tree = b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>"
    file.write_bytes(raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, *pages))
    for index in range(3):
        wide, high = Image.open(io.BytesIO(draw_page(file, index, 3000))).size
        assert 1 <= wide <= 3000
        assert 1 <= high <= 16_000
    assert len(Image.open(io.BytesIO(draw_page(file, 0, 100_000))).tobytes()) < 80_000_000


def test_an_outline_ends_where_the_pages_do_and_at_five_hundred(file: Path) -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>"
    file.write_bytes(raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 5>>", page))
    assert len(page_sizes(file)) == 1
    many = b"<</Type/Pages/Kids[%b]/Count 2000>>" % (b"3 0 R " * 2000)
    file.write_bytes(raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", many, page))
    assert len(page_sizes(file)) == 500


@pytest.mark.parametrize(("data", "code"), [(b"%PDF-1.4\nnada", "unreadable"), (None, "no_such_page")])
def test_what_cannot_be_shown_says_so_in_spanish(file: Path, data: bytes | None, code: str) -> None:
    file.write_bytes(data or letter("Una"))
    for task in (
        lambda: draw_page(file, 7, 600),
        lambda: page_text(file, 7),
        lambda: draw_page(file, -1, 600),
    ):
        with pytest.raises(PdfFailure, match="El documento") as caught:
            task()
        assert caught.value.code == code


def test_a_locked_file_says_so(file: Path) -> None:
    file.write_bytes(with_changes(letter("Una"), lambda writer: writer.encrypt("secreta", algorithm="AES-256")))
    with pytest.raises(PdfFailure) as caught:
        draw_page(file, 0, 600)
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize("angle", [10, 45, 135])
def test_text_at_any_angle(file: Path, angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(150, 200)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", 20)
        canvas.drawString(-60, 0, "Rosa López")

    file.write_bytes(canvas_pdf(draw))
    words, image = page_text(file, 0, ROSA).words, render_page(file, covers=ROSA)
    assert {word.text for word in words} == {"█████"}
    for box in pixel_boxes(words, image, pad=16):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)


def piecewise(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 20)
    across = 40.0
    for part in ("Ro", "sa Ló", "p", "ez"):
        canvas.drawString(across, 300, part)
        across += canvas.stringWidth(part, "Helvetica", 20)


def backwards(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 20)
    across, places = 40.0, []
    for letter_ in "García":
        places.append((across, letter_))
        across += canvas.stringWidth(letter_, "Helvetica", 20)
    for place, letter_ in reversed(places):
        canvas.drawString(place, 300, letter_)


def letter_by_letter_downwards(canvas: Canvas) -> None:
    for number, letter_ in enumerate("ROSA"):
        canvas.drawString(100, 350 - 20 * number, letter_)


def diagonally(canvas: Canvas) -> None:
    for number, letter_ in enumerate("LÓPEZ"):
        canvas.drawString(60 + 14 * number, 350 - 14 * number, letter_)


def mirrored(canvas: Canvas) -> None:
    canvas.translate(200, 300)
    canvas.scale(-1, 1)
    canvas.drawString(0, 0, "Rosa López")


def inside_a_form(canvas: Canvas) -> None:
    canvas.beginForm("f")
    canvas.drawString(40, 300, "María García")
    canvas.endForm()
    canvas.doForm("f")


def stroked(canvas: Canvas) -> None:
    text = canvas.beginText(40, 300)
    text.setFont("Helvetica", 20)
    text.setTextRenderMode(1)
    text.textOut("Rosa López")
    canvas.drawText(text)


def spaced(canvas: Canvas) -> None:
    text = canvas.beginText(10, 300)
    text.setCharSpace(12)
    text.textOut("Rosa López")
    canvas.drawText(text)


def cut_by_the_edges(canvas: Canvas) -> None:
    """Text beyond the edge of the paper is not drawn, as in a browser's print."""
    canvas.setFont("Helvetica", 20)
    canvas.drawRightString(299, 300, "Garc")
    canvas.drawString(1, 200, "pez")


@pytest.mark.parametrize(
    "draw",
    [
        *(piecewise, backwards, letter_by_letter_downwards, diagonally, mirrored),
        *(inside_a_form, stroked, spaced, cut_by_the_edges),
    ],
    ids=lambda draw: draw.__name__,
)
def test_names_however_they_are_put_on_the_page(file: Path, draw: Callable[[Canvas], None]) -> None:
    file.write_bytes(canvas_pdf(draw))
    assert has_ink(render_page(file))
    words, image = page_text(file, 0, ROSA).words, render_page(file, covers=ROSA)
    assert {word.text for word in words} == {"█████"}
    for box in pixel_boxes(words, image, pad=4):
        ImageDraw.Draw(image).rectangle(box, fill=255)
    assert not has_ink(image)

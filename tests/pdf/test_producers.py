"""PDFs of seven programs, whole and damaged: accepted ones can be rendered, and none hangs."""

import io
from collections.abc import Callable
from pathlib import Path

import img2pdf
import pikepdf
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from reviewer.pdf.messages import Inspection, PdfFailure
from reviewer.pdf.worker_pool import PdfWorkers

SENTENCE = "Quiero escribir lo que mi abuela callaba"
PIECES = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6))
PROBLEMS = {None, "not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf"}


def by_reportlab() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    for _ in range(3):
        canvas.drawString(72, 700, SENTENCE)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def by_pypdf() -> bytes:
    target = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(by_reportlab())))
    writer.compress_identical_objects()
    writer.remove_page(2)
    writer.write(target)
    return target.getvalue()


def by_fpdf2() -> bytes:
    paper = FPDF()
    paper.set_font("Helvetica", size=12)
    for _ in range(2):
        paper.add_page()
        paper.multi_cell(0, text=SENTENCE)
    return bytes(paper.output())


def by_matplotlib() -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages  # takes seconds to load
    from matplotlib.figure import Figure

    target = io.BytesIO()
    figure = Figure()
    figure.text(0.1, 0.5, SENTENCE)
    with PdfPages(target) as pages:
        pages.savefig(figure)
    return target.getvalue()


def photo(kind: str) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(target, kind, dpi=(150, 150))
    return target.getvalue()


def by_img2pdf() -> bytes:
    content = img2pdf.convert([photo("JPEG"), photo("PNG")])
    assert content is not None
    return bytes(content)


def by_pillow() -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").save(target, "PDF")
    return target.getvalue()


def by_pikepdf(**options: object) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(by_reportlab())) as book:
        book.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def linearised() -> bytes:
    return by_pikepdf(linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def guarded() -> bytes:
    return by_pikepdf(encryption=pikepdf.Encryption(owner="dueña", user=""))


def locked() -> bytes:
    return by_pikepdf(encryption=pikepdf.Encryption(owner="dueña", user="secreta"))


def with_a_file() -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(by_reportlab())) as book:
        book.attachments["guion.exe"] = b"MZ"
        book.save(target)
    return target.getvalue()


TEXT = {
    "reportlab": (by_reportlab, 3),
    "pypdf": (by_pypdf, 2),
    "fpdf2": (by_fpdf2, 2),
    "matplotlib": (by_matplotlib, 1),
    "pikepdf": (by_pikepdf, 3),
    "pikepdf, linearised": (linearised, 3),
    "pikepdf, guarded": (guarded, 3),
}
PICTURES = {"img2pdf": (by_img2pdf, 2), "pillow": (by_pillow, 1)}
Producer = Callable[[], bytes]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "documento.pdf"


@pytest.mark.parametrize(("make", "pages"), TEXT.values(), ids=TEXT)
def test_text_of_every_producer_is_taken_and_read(workers: PdfWorkers, file: Path, make: Producer, pages: int) -> None:
    file.write_bytes(make())
    assert workers.inspect(file).result() == Inspection(pages, has_text=True, active_content=False)
    words = workers.page_text(file, pages - 1).result().words
    assert SENTENCE in " ".join(word.text for word in words)
    assert workers.draw_page(file, 0, 300).result().startswith(b"RIFF")


@pytest.mark.parametrize(("make", "pages"), PICTURES.values(), ids=PICTURES)
def test_pictures_of_every_producer_are_taken_as_scans(
    workers: PdfWorkers, file: Path, make: Producer, pages: int
) -> None:
    file.write_bytes(make())
    assert workers.inspect(file).result() == Inspection(pages, has_text=False, active_content=False)
    assert workers.draw_page(file, pages - 1, 300).result().startswith(b"RIFF")


def test_what_a_producer_locks_or_packs(workers: PdfWorkers, file: Path) -> None:
    file.write_bytes(locked())
    assert workers.inspect(file).result().problem == "encrypted_pdf"
    file.write_bytes(with_a_file())
    assert workers.inspect(file).result() == Inspection(3, has_text=True, active_content=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    make=st.sampled_from([make for make, _ in (*TEXT.values(), *PICTURES.values())]),
    cut=st.floats(0.2, 1),
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=4),
)
def test_a_broken_one_is_named_or_can_be_shown(
    workers: PdfWorkers, file: Path, make: Producer, cut: float, damage: list[tuple[float, bytes]]
) -> None:
    content = bytearray(make())
    for place, piece in damage:
        at = int(place * len(content))
        content[at : at + len(piece)] = piece
    file.write_bytes(content[: int(cut * len(content))])
    inspection = workers.inspect(file).result()
    assert inspection.problem in PROBLEMS
    try:
        workers.draw_page(file, 0, 200).result()
    except PdfFailure as failure:
        assert inspection.problem or failure.code in ("unreadable", "memory", "timeout", "crash")

import time
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewer.pdf.inspection import inspect
from reviewer.pdf.messages import Inspection
from reviewer.pdf.rendering import draw_page
from tests.factories.pdfs import (
    CATALOG,
    ONE_PAGE,
    PAGE,
    canvas_pdf,
    letter,
    raw_pdf,
    stream_object,
    with_catalog_entry,
    with_changes,
)

LETTER = letter("Exposición de motivos", "Quiero participar", "porque sí", "Gracias")
JAVASCRIPT = DictionaryObject(
    {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "documento.txt"  # the content, not the name, decides


def with_misplaced_page() -> bytes:
    """A page whose cross-reference entry points to another object."""
    data = raw_pdf(CATALOG, ONE_PAGE, PAGE, b"<<>>")
    head, table = data[: data.index(b"xref")], data[data.index(b"xref") :]
    entries = table.split(b"\n")
    at = next(place for place, entry in enumerate(entries) if entry.startswith(b"%010d" % head.index(b"3 0 obj")))
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    return head + b"\n".join(entries)


def inspect_bytes(file: Path, data: bytes) -> Inspection:
    file.write_bytes(data)
    return inspect(file)


def test_a_letter(file: Path) -> None:
    assert inspect_bytes(file, LETTER) == Inspection(pages=1, has_text=True, active_content=False, problem=None)


def test_pages_are_counted(file: Path) -> None:
    assert inspect_bytes(file, with_changes(LETTER, lambda writer: writer.add_blank_page(100, 100))).pages == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty_pdf"),
        (raw_pdf(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"), "empty_pdf"),
        (raw_pdf(b"<</Type/Catalog>>"), "empty_pdf"),
        (raw_pdf(CATALOG, b"<</Type/Pages/Kids[9 0 R]/Count 1>>"), "empty_pdf"),
        (b"\x00" * 3000, "not_a_pdf"),
        (b"PK\x03\x04 un docx", "not_a_pdf"),
        (b"\xff\xd8\xff\xe0 una foto", "not_a_pdf"),
        (b" " * 2000 + LETTER, "not_a_pdf"),
        (b"1 0 obj\n<</Type/Catalog>>\nendobj\n", "not_a_pdf"),
        (b"%PDF-1.7\n", "corrupt_pdf"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "corrupt_pdf"),
        (LETTER[: len(LETTER) // 2], "corrupt_pdf"),
        (raw_pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), "corrupt_pdf"),
    ],
)
def test_unusable_files_are_refused(file: Path, data: bytes, problem: str) -> None:
    assert inspect_bytes(file, data) == Inspection(0, has_text=False, active_content=False, problem=problem)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b"correo reenviado\r\n" * 50 + LETTER,
        LETTER + b"\x00" * 5000,
        LETTER[:-7],  # without its end mark
        LETTER[: LETTER.rindex(b"startxref")],
        LETTER[: LETTER.rindex(b"trailer") + 12],  # the end lost, every object there
        LETTER.replace(b"startxref\n", b"startxref\n9"),
        LETTER.replace(b"xref\n0", b"xxxx\n0"),
        LETTER.replace(b"/Count 1", b"/Count 7"),
        LETTER.partition(b"\n")[2],  # without its first line
        with_misplaced_page(),
        raw_pdf(CATALOG, b"<</Type/Pages/Kids[3 0 R]>>", PAGE),
        raw_pdf(CATALOG, b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>", PAGE),  # a cycle
    ],
)
def test_what_readers_repair_is_taken_and_can_be_drawn(file: Path, data: bytes) -> None:
    inspection = inspect_bytes(file, data)
    assert inspection.problem is None
    assert inspection.pages >= 1
    assert draw_page(file, 0, 200).startswith(b"RIFF")


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_passwords(file: Path, algorithm: str) -> None:
    def locked(writer: PdfWriter) -> None:
        writer.encrypt("secreta", "otra", algorithm=algorithm)

    def guarded(writer: PdfWriter) -> None:
        writer.encrypt("", "otra", algorithm=algorithm)

    assert inspect_bytes(file, with_changes(LETTER, locked)).problem == "encrypted_pdf"
    assert inspect_bytes(file, with_changes(LETTER, guarded)) == Inspection(1, has_text=True, active_content=False)


def test_a_password_of_the_reader_with_none_of_the_owner(file: Path) -> None:
    locked = with_changes(LETTER, lambda writer: writer.encrypt("secreta", "", algorithm="AES-256"))
    assert inspect_bytes(file, locked).problem == "encrypted_pdf"


def test_a_cipher_that_nobody_knows(file: Path) -> None:
    def public_key(writer: PdfWriter) -> None:
        writer.encrypt("secreta", algorithm="AES-128")

    data = with_changes(LETTER, public_key).replace(b"/Filter /Standard", b"/Filter /AdobePKI")
    assert inspect_bytes(file, data).problem == "encrypted_pdf"


def test_a_scan_has_no_text(file: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (50, 70), 128)), 0, 0, 300, 400)
        canvas.drawString(10, 10, "   ")

    assert inspect_bytes(file, canvas_pdf(draw)) == Inspection(1, has_text=False, active_content=False)


def test_the_bytes_of_a_picture_are_no_text(file: Path) -> None:
    picture = b"q BI /W 9 /H 9 /BPC 8 /CS /G ID (abc) Tj (def) Tj (ghi) Tj " + b"x" * 55 + b" EI Q"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F %b>>>>>>" % font
    assert not inspect_bytes(file, raw_pdf(CATALOG, ONE_PAGE, page, stream_object(b"", picture))).has_text


def test_text_on_a_later_page_counts(file: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(3):
            canvas.showPage()
        canvas.drawString(10, 10, "fin")

    assert inspect_bytes(file, canvas_pdf(draw)).has_text


def action(kind: str, **entries: object) -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject(kind), **{NameObject(f"/{k}"): v for k, v in entries.items()}}
    )


def triggers(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


ACTIVE = {
    "opening": with_catalog_entry("/OpenAction", JAVASCRIPT),
    "closing": with_catalog_entry("/AA", triggers(WC=JAVASCRIPT)),
    "launch": with_catalog_entry("/OpenAction", action("/Launch", F=TextStringObject("calc.exe"))),
    "submit": with_catalog_entry("/OpenAction", action("/SubmitForm", F=TextStringObject("http://x.mx"))),
    "import": with_catalog_entry("/OpenAction", action("/ImportData", F=TextStringObject("a.fdf"))),
    "chained": with_catalog_entry(
        "/OpenAction", action("/GoTo", Next=ArrayObject([action("/Named", Next=JAVASCRIPT)]))
    ),
    "names": with_catalog_entry(
        "/Names", triggers(JavaScript=triggers(Names=ArrayObject([TextStringObject("a"), JAVASCRIPT])))
    ),
    "attached": with_changes(LETTER, lambda writer: writer.add_attachment("a.exe", b"MZ")),
    "page": with_changes(
        LETTER,
        lambda writer: writer.pages[0].update({NameObject("/AA"): triggers(O=writer._add_object(JAVASCRIPT))}),
    ),
    "outline": with_catalog_entry("/Outlines", triggers(First=triggers(A=JAVASCRIPT))),
}


@pytest.mark.parametrize("data", ACTIVE.values(), ids=ACTIVE)
def test_active_content_is_detected(file: Path, data: bytes) -> None:
    inspection = inspect_bytes(file, data)
    assert inspection.problem is None
    assert inspection.active_content


def page_with(annotation: bytes) -> bytes:
    return raw_pdf(CATALOG, ONE_PAGE, PAGE[:-2] + b"/Annots[4 0 R]>>", annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/JavaScript/JS(1)>>>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/J#61vaScript/JS(1)>>>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/PA<</S/Launch/F(a)>>>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA<</K<</S/JavaScript/JS(1)>>>>>>",
        b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</EF<</F 3 0 R>>>>>>",
        b"<</Type/Annot/Subtype/Screen/Rect[0 0 9 9]/A<</S/Rendition/OP 0/JS(1)>>>>",
        b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>",
    ],
)
def test_active_annotations_are_detected(file: Path, annotation: bytes) -> None:
    assert inspect_bytes(file, page_with(annotation)) == Inspection(1, has_text=False, active_content=True)


@pytest.mark.parametrize(
    "annotation",
    [
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://x.mx)>>>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D[3 0 R/Fit]>>>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(JavaScript)/Rect[0 0 9 9]>>",
        b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(/JavaScript /Launch)>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 4 0 R/S[/JavaScript]>>",
    ],
)
def test_passive_content_is_not_active(file: Path, annotation: bytes) -> None:
    assert inspect_bytes(file, page_with(annotation)) == Inspection(1, has_text=False, active_content=False)


def test_forms_bookmarks_and_an_opening_view_are_not_active(file: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 300, "Yo")
        canvas.acroForm.textfield(name="nombre", x=20, y=200)
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("Inicio", "a")

    view = ArrayObject([NumberObject(0), NameObject("/Fit")])
    data = with_changes(canvas_pdf(draw), lambda writer: writer.root_object.update({NameObject("/OpenAction"): view}))
    assert inspect_bytes(file, data) == Inspection(1, has_text=True, active_content=False)
    usage = DictionaryObject({NameObject("/EF"): ArrayObject([NameObject("/Create")])})  # usage rights, no files
    assert not inspect_bytes(file, with_catalog_entry("/Perms", usage)).active_content


def test_scripts_of_an_xml_form(file: Path) -> None:
    def form(script: bytes) -> bytes:
        catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA[(template) 4 0 R]>>>>"
        return raw_pdf(catalog, ONE_PAGE, PAGE, stream_object(b"", b"<template>" + script + b"</template>"))

    assert inspect_bytes(file, form(b'<script contentType="application/x-javascript">1</script>')).active_content
    assert not inspect_bytes(file, form(b"<field/>")).active_content


def test_active_content_is_detected_where_pypdf_fails(file: Path) -> None:
    end = b"<</S/JavaScript/JS(1)>>"
    data = raw_pdf(CATALOG[:-2] + b"/OpenAction 4 0 R>>", b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>", PAGE, end)
    assert inspect_bytes(file, data).active_content


def test_attachments_are_detected_by_pdfium(file: Path) -> None:
    catalog = CATALOG[:-2] + b"/Names<</Embedded#46iles<</Names[(a.exe) 4 0 R]>>>>>>"
    cycle = b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>"  # pypdf gives up on it
    attached = (b"<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>", stream_object(b"", b"MZ"))
    assert inspect_bytes(file, raw_pdf(catalog, cycle, PAGE, *attached)).active_content


def test_long_chains_cycles_and_deep_nesting_end(file: Path) -> None:
    began = time.monotonic()
    chain = [b"<</S/GoTo/D[3 0 R/Fit]/Next %d 0 R>>" % (number + 5) for number in range(3000)]
    catalog = CATALOG[:-2] + b"/OpenAction 4 0 R>>"
    assert inspect_bytes(file, raw_pdf(catalog, ONE_PAGE, PAGE, *chain, JAVASCRIPT_BYTES)).active_content
    assert not inspect_bytes(file, raw_pdf(catalog, ONE_PAGE, PAGE, *chain, b"<</S/GoTo/Next 4 0 R>>")).active_content
    deep = CATALOG[:-2] + b"/OpenAction " + b"[" * 50_000 + b"]" * 50_000 + b">>"
    assert inspect_bytes(file, raw_pdf(deep, ONE_PAGE, PAGE)).problem in (None, "corrupt_pdf")
    assert time.monotonic() - began < 10


JAVASCRIPT_BYTES = b"<</S/JavaScript/JS(1)>>"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nada"):
        inspect(tmp_path / "nada.pdf")

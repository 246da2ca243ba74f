"""Looks a received file over: is it a PDF that can be taken, and what must a person know of it.

Runs inside a worker. pypdf reads the structure, pdfium gives a second opinion and finds the text.
"""

import io
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from reviewer.pdf.results import Inspection, Problem

HEADER_WITHIN = 1024  # bytes of leading junk that Acrobat tolerates (ISO 32000-1, Annex H, note 13)
MOST_TEXT_PAGES = 500
MOST_OBJECTS = 200_000

ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"})
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/FileAttachment"})
# What a page looks like, or the way back up: nothing in there is ever run by a viewer.
NOT_FOLLOWED = frozenset(
    {"/Contents", "/Resources", "/AP", "/Parent", "/P", "/Dest", "/Dests", "/StructTreeRoot", "/Metadata"}
    | {"/OutputIntents", "/Prev", "/Thumb", "/D", "/SD", "/OCProperties", "/PageLabels", "/MK", "/DR"}
)


def inspect(path: Path) -> Inspection:
    """Looks at the content, never at the name. Raises ``OSError`` when the file itself cannot be read."""
    data = path.read_bytes()
    if not data:
        return _refused("empty_pdf")
    if b"%PDF-" not in data[: HEADER_WITHIN + 5]:
        return _refused("not_a_pdf")
    reader, count, problem = _structure(data)
    drawn_count, has_text, drawn_problem = _drawing(data)
    if "encrypted_pdf" in (problem, drawn_problem) and not (count or drawn_count):
        return _refused("encrypted_pdf")
    pages = count or drawn_count
    if not pages:
        return _refused("corrupt_pdf" if problem and drawn_problem else "empty_pdf")
    active = reader is not None and is_active(reader)
    return Inspection(pages=pages, has_text=has_text, active_content=active)


def _refused(problem: Problem) -> Inspection:
    return Inspection(pages=0, has_text=False, active_content=False, problem=problem)


def _structure(data: bytes) -> tuple[PdfReader | None, int, Problem | None]:
    """pypdf's view: the reader, the number of pages, and what kept it from counting them."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        return reader, len(reader.pages), None
    except (FileNotDecryptedError, NotImplementedError):
        return None, 0, "encrypted_pdf"
    except MemoryError:
        raise
    except Exception:  # a parser fed with rubbish fails in any way; what it says does not matter here
        return None, 0, "corrupt_pdf"


def _drawing(data: bytes) -> tuple[int, bool, Problem | None]:
    """pdfium's view: the number of pages, whether any bears text, and what kept it from opening the file."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        return 0, False, "encrypted_pdf" if locked else "corrupt_pdf"
    count = len(document)
    return count, any(_page_has_text(document, page) for page in range(min(count, MOST_TEXT_PAGES))), None


def _page_has_text(document: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        page = document[index]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return False
    found = any(not chunk.isspace() for chunk in text.get_text_range(0, min(text.count_chars(), 200)))
    text.close()
    page.close()
    return found


def is_active(reader: PdfReader) -> bool:
    """Whether anything in the document would run or send something, or carries other files.

    Walks all that hangs on the catalog with a list instead of recursion; each object is visited once.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer.get("/Root")]
    for _ in range(MOST_OBJECTS):
        if not waiting:
            return False
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if (item.idnum, item.generation) in seen:
                continue
            seen.add((item.idnum, item.generation))
            item = _resolved(item)
        if isinstance(item, ArrayObject):
            waiting.extend(item)
        elif isinstance(item, DictionaryObject):
            if _acts(item):
                return True
            waiting.extend(value for key, value in item.items() if key not in NOT_FOLLOWED)
    return False


def _resolved(reference: IndirectObject) -> Any:
    try:
        return reference.get_object()
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError):
        return None


def _acts(item: DictionaryObject) -> bool:
    return (
        "/EF" in item
        or "/JS" in item
        or _name(item, "/S") in ACTIVE_ACTIONS
        or _name(item, "/Subtype") in ACTIVE_ANNOTATIONS
        or _name(item, "/Type") == "/EmbeddedFile"
    )


def _name(item: DictionaryObject, key: str) -> str | None:
    value = item.get(key)
    if isinstance(value, IndirectObject):
        value = _resolved(value)
    return str(value) if isinstance(value, NameObject) else None

"""Notes on a page whose words pdfium draws, or shows as an icon, without making them text. Runs in a worker."""

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from reviewer.pdf.glyphs import Box, Glyphs
from reviewer.pdf.messages import OcrWord

NOTES = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_TEXT)
MOST_NOTES, MOST_LETTERS = 200, 20_000
HIDDEN_FLAGS = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW


def note_words(page: pypdfium2.PdfPage, glyphs: Glyphs) -> list[OcrWord]:
    """Returns the words of notes without an appearance of their own; each has its whole note as its box.

    Where in the note a word is drawn is not known, so that a cover hides the note.
    """
    words: list[OcrWord] = []
    for line, (text, box) in enumerate(_notes(page)):
        place = glyphs.to_page_fractions(box)
        words += [OcrWord(word, *place, line=line, confidence=1.0) for word in text.split()]
    return words


def _notes(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Box]]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_NOTES)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        try:
            is_note = pdfium.FPDFAnnot_GetSubtype(annotation) in NOTES
            if is_note and not _has_appearance(annotation) and not _is_hidden(annotation):
                rect = pdfium.FS_RECTF()
                pdfium.FPDFAnnot_GetRect(annotation, rect)
                yield _contents(annotation), (rect.left, rect.bottom, rect.right, rect.top)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _has_appearance(annotation: pdfium.FPDF_ANNOTATION) -> bool:
    """Returns whether the file itself says how the note looks; an icon says nothing of its words."""
    is_icon = pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_TEXT
    return not is_icon and pdfium.FPDFAnnot_GetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > 2


def _is_hidden(annotation: pdfium.FPDF_ANNOTATION) -> bool:
    return bool(pdfium.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS)


def _contents(annotation: pdfium.FPDF_ANNOTATION) -> str:
    content = (ctypes.c_ushort * MOST_LETTERS)()
    size = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", content, ctypes.sizeof(content))
    return bytes(content)[: min(size, ctypes.sizeof(content))].decode("utf-16-le", "replace").rstrip("\0")

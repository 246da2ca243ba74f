"""Faulty files: encrypted, truncated, empty, of another type, or with a script."""

import io

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from reviewer.demo.cohort.words import seeded_rng
from reviewer.demo.documents.portraits import as_jpeg, portrait
from reviewer.demo.documents.sheets import MARK, MARK_LINE

PASSWORD = "una-clave-que-nadie-dijo"  # noqa: S105 - locks invented files only


def spoil(kind: str, pdf: bytes) -> bytes:
    """Returns the file as a trouble of this kind leaves it, unchanged for any other kind."""
    match kind:
        case "encrypted_pdf":
            return _locked()
        case "active_content":
            return _with_script(pdf)
        case "corrupt_pdf":
            return pdf[:64] + b"\x00" * 512
        case "empty_pdf":
            return b""
        case "not_a_pdf":
            return as_jpeg(portrait(seeded_rng("not a pdf", len(pdf))))
    return pdf


def _locked() -> bytes:
    """Returns an encrypted PDF."""
    out = io.BytesIO()
    lock = StandardEncryption(PASSWORD, ownerPassword=PASSWORD, strength=128)
    canvas = Canvas(out, encrypt=lock, invariant=1)
    canvas.drawString(72, 700, MARK_LINE)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _with_script(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject(f"app.alert('{MARK}');"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()

"""Factories of scans: pages as pictures of writing."""

import io
from collections.abc import Sequence

from PIL import Image
from pypdfium2 import PdfDocument

from tests.factories.pdfs import pages_pdf

SIZE = (400, 300)  # points: small, since reading takes time


def scan_pdf(pages: Sequence[str], *, turned: int = 0, dots: int = 120) -> bytes:
    """A PDF of pictures of these pages, turned counter-clockwise by so many degrees."""
    with PdfDocument(pages_pdf(pages, size=SIZE)) as document:
        images = [document[index].render(scale=dots / 72).to_pil() for index in range(len(document))]
    target = io.BytesIO()
    first, *others = [image.rotate(turned, expand=True) for image in images]
    first.save(target, "PDF", resolution=dots, save_all=True, append_images=others)
    return target.getvalue()


def noise_pdf() -> bytes:
    """A page whose picture shows nothing that can be read."""
    target = io.BytesIO()
    Image.effect_noise((500, 400), 90).convert("RGB").save(target, "PDF")
    return target.getvalue()

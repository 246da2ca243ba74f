"""Scanned pages: the document as slightly crooked pictures without text."""

import io
import math
import random
from functools import cache

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewer.demo.documents.portraits import as_jpeg

_DPI = 96
_QUALITY = 38  # keeps a page under 60 KB
_MIDDLE = 128  # the value of grain that does not change the image


def scan(pdf: bytes, rng: random.Random, *, sideways: bool = False) -> bytes:
    """Returns the document as scanned pages.

    ``sideways`` turns the pages by 90° without /Rotate in the file, so that the reader has to turn them.
    """
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    with pdfium.PdfDocument(pdf) as source:
        for page in source:
            image = _add_wear(_render_crooked(page, rng), rng)
            if sideways:
                image = image.transpose(Image.Transpose.ROTATE_90)
            width, height = (side * 72 / _DPI for side in image.size)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(io.BytesIO(as_jpeg(image, _QUALITY))), 0, 0, width, height)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _render_crooked(page: pdfium.PdfPage, rng: random.Random) -> Image.Image:
    """Returns the page in grey, turned by up to two degrees while rendering, which is faster than after."""
    scale = _DPI / 72
    width, height = (round(side * scale) for side in page.get_size())
    angle = math.radians(rng.uniform(0.4, 2.0) * rng.choice((-1, 1)))
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = pdfium_c.FS_MATRIX(
        scale * cos,
        scale * sin,
        -scale * sin,
        scale * cos,
        (width - cos * width + sin * height) / 2,
        (height - sin * width - cos * height) / 2,
    )
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    clip = pdfium_c.FS_RECTF(0, 0, width, height)
    pdfium_c.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, pdfium_c.FPDF_GRAYSCALE)
    image: Image.Image = bitmap.to_pil()
    return image.copy()


def _add_wear(image: Image.Image, rng: random.Random) -> Image.Image:
    """Returns the page on greyish paper, with grain and a shadow along one edge."""
    grain = ImageChops.offset(_grain(image.size), rng.randrange(900), rng.randrange(900))
    dark = 255 - rng.randint(228, 244)
    return ImageChops.subtract(ImageChops.add(image, grain, 1, -_MIDDLE - dark), _shade(image.size))


@cache
def _grain(size: tuple[int, int]) -> Image.Image:
    noise = np.random.default_rng(1).normal(_MIDDLE, 2.4, (size[1], size[0]))
    return Image.fromarray(noise.astype(np.uint8))


@cache
def _shade(size: tuple[int, int]) -> Image.Image:
    across = 30 * np.linspace(0, 1, size[0]) ** 12
    return Image.fromarray(np.tile(across.astype(np.uint8), (size[1], 1)))

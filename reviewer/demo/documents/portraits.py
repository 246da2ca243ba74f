"""Drawn faces for cards and semblanzas: flat shapes without likeness to anybody."""

import io
import random
from functools import cache
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

from reviewer.demo.documents.sheets import MARK

_SKINS = ("#f0c9a0", "#d9a578", "#c68b5e", "#a86f46", "#7d4d2e")
_HAIRS = ("#1d1613", "#2b1d14", "#3b2a20", "#5b3a22", "#8d8d8d", "#d8d4cc")
_CLOTHES = ("#3f5d73", "#7a3b3b", "#4b6b45", "#6a4d7c", "#b0803a", "#30343b")
_GROUNDS = ("#cfe0e8", "#e8dfcf", "#d8e5d0", "#e6d3d8", "#d9d6ea")
_SIDE = 240


@cache
def typeface(size: int) -> ImageFont.FreeTypeFont:
    """Returns the sans serif that comes with reportlab (Bitstream Vera, free licence)."""
    return ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), size)


def portrait(rng: random.Random) -> Image.Image:
    """Returns a face in colour, 240 × 300 pixels, with the mark drawn in."""
    image = Image.new("RGB", (_SIDE, 300), rng.choice(_GROUNDS))
    draw = ImageDraw.Draw(image)
    skin, hair, clothes = rng.choice(_SKINS), rng.choice(_HAIRS), rng.choice(_CLOTHES)
    wide = rng.randint(46, 56)
    if rng.random() < 0.5:
        draw.rounded_rectangle((120 - wide - 14, 70, 120 + wide + 14, 215), 50, fill=hair)
    draw.ellipse((22, 214, 218, 390), fill=clothes)
    draw.rounded_rectangle((98, 180, 142, 238), 20, fill=skin)
    draw.ellipse((120 - wide, 78, 120 + wide, 208), fill=skin)
    draw.pieslice((120 - wide - 5, 64, 120 + wide + 5, 176), rng.randint(175, 190), rng.randint(350, 366), fill=hair)
    _features(draw, rng)
    draw.rectangle((0, 280, _SIDE, 300), fill="white")
    draw.text((120, 290), MARK, fill="#333333", font=typeface(14), anchor="mm")
    return image


def as_jpeg(image: Image.Image, quality: int = 70) -> bytes:
    """Returns the picture as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _features(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for x in (99, 141):
        draw.ellipse((x - 6, 140, x + 6, 149), fill="#fdfdfd")
        draw.ellipse((x - 4, 140, x + 4, 149), fill="#2a1c14")
        draw.line((x - 11, 129, x + 11, 129 + rng.randint(-2, 2)), fill="#2a1c14", width=3)
    draw.line((120, 148, 115, 168, 122, 169), fill="#6b4630", width=2, joint="curve")
    draw.arc((102, 168, 138, 190), 15, 165, fill="#7a3028", width=3)
    if rng.random() < 0.35:
        for x in (99, 141):
            draw.ellipse((x - 15, 131, x + 15, 159), outline="#222222", width=2)
        draw.line((114, 144, 126, 144), fill="#222222", width=2)

"""Reading of scans: words and CURPs that come out right from degraded letters and identifications, time and memory."""

import io
import random
import resource
import string
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reviewer.pdf import ocr

SEED = 20
LETTERS, CARDS = 4, 25
CLEAN_TARGET, BAD_TARGET, CURP_TARGET = 0.98, 0.93, 0.95
SENTENCES = (
    "Señoras y señores del jurado: escribo estas líneas desde la azotea donde aprendí a mirar.",
    "Mi abuela contaba películas que nunca había visto; yo las apuntaba en un cuaderno de rayas.",
    "¿Qué historia merece dos años de trabajo? La de los músicos que tocan en el metro Pantitlán.",
    "Trabajé de mesera, de niñera y de correctora: cada oficio me enseñó un diálogo distinto.",
    "Quiero aprender estructura, porque mis guiones empiezan bien y se pierden en el segundo acto.",
    "En 2019 filmé un cortometraje de 12 minutos con $8,500 pesos y el teléfono de mi hermano.",
    "La colonia se inundó tres veces; nadie lo filmó, y por eso lo escribí como comedia (sin chiste).",
    "Leo a Rulfo, a Elena Garro y a mis vecinas, que hablan mejor que cualquier personaje mío.",
    "Si me eligen, entregaré una versión completa en abril, y la leeré en voz alta con el grupo.",
    "El cine mexicano tiene una deuda con los pueblos de la montaña: Milpa Alta también es ciudad.",
)
Degrade = Callable[[ocr.Image, random.Random], ocr.Image]


def run() -> list[str]:
    """Prints the figures and returns the missed targets."""
    chance = random.Random(SEED)
    missed, seconds, pages = [], 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (dots, degrade, target) in CONDITIONS.items():
            right = total = 0
            began = time.process_time()
            for _ in range(LETTERS):
                text = chance.sample(SENTENCES, 7)
                image = degrade(_draw(partial(_draw_letter, text), dots), chance)
                words = _read(image, dots, Path(folder))
                expected = " ".join(text).split()
                right += sum(word in words for word in expected)
                total += len(expected)
            pages += LETTERS
            seconds += time.process_time() - began
            print(f"{name:>24}: {right / total:.3f} of {total} words (target {target})", flush=True)
            if right / total < target:
                missed.append(f"words, {name}: {right / total:.3f} < {target}")
        read = sum(_is_card_read(chance, Path(folder)) for _ in range(CARDS)) / CARDS
    print(f"{'CURPs of cards':>24}: {read:.2f} of {CARDS} (target {CURP_TARGET})")
    if read < CURP_TARGET:
        missed.append(f"CURPs: {read:.2f} < {CURP_TARGET}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds / pages:.1f} s of processor time a page, {peak:.0f} MiB at most")
    return missed


def _is_card_read(chance: random.Random, folder: Path) -> bool:
    letters, digits = string.ascii_uppercase, string.digits
    curp = "".join(chance.choices(letters, k=4)) + "".join(chance.choices(digits, k=6)) + chance.choice("HM") + "DF"
    curp += "".join(chance.choices(letters, k=3)) + "0" + chance.choice(digits)
    degrade = chance.choice([condition[1] for condition in CONDITIONS.values()])
    dots = chance.choice((100, 150, 200))
    image = degrade(_draw(partial(_draw_card, curp), dots), chance)
    return curp in "".join(_read(image, dots, folder))


def _draw(draw: Callable[[Canvas], None], dots: int) -> ocr.Image:
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(216 * mm, 279 * mm))
    draw(canvas)
    canvas.save()
    with PdfDocument(content.getvalue()) as document:
        return np.ascontiguousarray(document[0].render(scale=dots / 72).to_numpy()[:, :, :3])


def _draw_letter(sentences: list[str], canvas: Canvas) -> None:
    canvas.setFont("Times-Roman", 11)
    for number, sentence in enumerate(sentences):
        canvas.drawString(22 * mm, (240 - 9 * number) * mm, sentence)


def _draw_card(curp: str, canvas: Canvas) -> None:
    """A card of 86 × 54 mm somewhere on a page, as a photocopy shows it."""
    canvas.translate(60 * mm, 150 * mm)
    canvas.rotate(3)
    canvas.setFillGray(0.9)
    canvas.rect(0, 0, 86 * mm, 54 * mm, fill=1)
    canvas.setFillGray(0.55)
    canvas.rect(4 * mm, 8 * mm, 20 * mm, 26 * mm, fill=1)
    canvas.setFillGray(0)
    lines = ("INSTITUTO DE CREDENCIALES", "NOMBRE", "ZÚÑIGA", "PEÑA", "MARÍA ITZEL", "CURP", curp, "VIGENCIA 2031")
    for number, line in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if number in (0, 6) else "Helvetica", 8)
        canvas.drawString(28 * mm, (48 - 5.5 * number) * mm, line)


def _read(image: ocr.Image, dots: int, folder: Path) -> set[str]:
    path = folder / "page.pdf"
    Image.fromarray(image).save(path, "PDF", resolution=dots, quality=80)
    return {word.text for word in ocr.read_page(path, 1).words}


def _clean(image: ocr.Image, _chance: random.Random) -> ocr.Image:
    return image


def _slanted(image: ocr.Image, chance: random.Random) -> ocr.Image:
    high, wide = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.uniform(-4, 4), 1)
    return cv2.warpAffine(image, matrix, (wide, high), borderValue=(235, 235, 235))


def _blurred(image: ocr.Image, chance: random.Random) -> ocr.Image:
    return cv2.GaussianBlur(image, (0, 0), chance.uniform(0.8, 1.2) * image.shape[1] / 1275)


def _shadowed(image: ocr.Image, chance: random.Random) -> ocr.Image:
    high, wide = image.shape[:2]
    across, down = np.meshgrid(np.linspace(0, 1, wide), np.linspace(0, 1, high))
    shade = 1 - 0.55 * np.clip(across * chance.random() + down * chance.random(), 0, 1)
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, 6, image.shape)
    return np.clip(image * shade[:, :, None] + noise, 0, 255).astype(np.uint8)


def _compressed(image: ocr.Image, chance: random.Random) -> ocr.Image:
    content = io.BytesIO()
    Image.fromarray(image).save(content, "JPEG", quality=chance.randint(18, 30))
    return np.asarray(Image.open(content))


def _photographed(image: ocr.Image, chance: random.Random) -> ocr.Image:
    high, wide = image.shape[:2]
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + np.array([[chance.uniform(-0.04, 0.04) * side for side in (wide, high)] for _ in range(4)])
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    seen = cv2.warpPerspective(image, matrix, (wide, high), borderValue=(120, 110, 100))
    return _compressed(_shadowed(seen, chance), chance)


def _sideways(image: ocr.Image, chance: random.Random) -> ocr.Image:
    return np.ascontiguousarray(np.rot90(_slanted(image, chance), chance.choice((1, 2, 3))))


CONDITIONS: dict[str, tuple[int, Degrade, float]] = {
    "clean, 150 dpi": (150, _clean, CLEAN_TARGET),
    "clean, 200 dpi": (200, _clean, CLEAN_TARGET),
    "100 dpi": (100, _clean, BAD_TARGET),
    "slanted": (150, _slanted, BAD_TARGET),
    "blurred": (150, _blurred, BAD_TARGET),
    "shadow and noise": (150, _shadowed, BAD_TARGET),
    "strong JPEG": (150, _compressed, BAD_TARGET),
    "photograph": (200, _photographed, BAD_TARGET),
    "sideways": (150, _sideways, BAD_TARGET),
}

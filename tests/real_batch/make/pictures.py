"""Draws the cards and receipts that a scanner or a phone then sees."""

import random
from collections.abc import Callable

import numpy as np
from people import Applicant, Paper
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.ExifTags import Base

MARK = "DATOS FICTICIOS · documento de prueba sin validez"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def receipt(person: Applicant) -> tuple[str, list[tuple[str, str]]]:
    """An invented receipt, as title and lines of a table; no two persons' are alike."""
    seed = random.Random(person.name)
    number = f"{seed.randrange(10**11):011d}"
    return "Recibo de servicio (ficticio)", [
        ("Compañía", "Luz y Agua de Mentiritas, S.A."),
        ("A nombre de", person.name),
        ("Domicilio", person.street),
        ("Número de servicio", number),
        ("Periodo", "1 de junio al 31 de julio de 2025"),
        ("Total a pagar", f"$ {seed.randrange(120, 900)}.00"),
    ]


def card(person: Applicant) -> Image.Image:
    """The front of an invented identity card, 860 × 540, unlike any real one."""
    image = Image.new("RGB", (860, 540), "#e6efe4")
    draw = ImageDraw.Draw(image)
    big, small = ImageFont.truetype(FONT, 34), ImageFont.truetype(FONT, 24)
    draw.rectangle((0, 0, 860, 84), fill="#5b7f6b")
    draw.text((24, 20), "CREDENCIAL DE EJEMPLO", font=big, fill="white")
    draw.rounded_rectangle((40, 130, 290, 440), 18, fill="#c9d6cf")
    draw.ellipse((115, 180, 215, 290), fill="#7d968a")
    draw.pieslice((75, 300, 255, 520), 180, 360, fill="#7d968a")
    for number, line in enumerate((person.name, *person.street.split(", "), str(person.cells[4]).upper())):
        draw.text((320, 140 + 52 * number), line, font=small, fill="#222")
    draw.text((24, 480), "DATOS FICTICIOS · SIN VALIDEZ", font=big, fill="#a33")
    return image


def card_back(person: Applicant) -> Image.Image:
    """Its back: bars and a row of arrows that mean nothing."""
    image = Image.new("RGB", (860, 540), "white")
    draw = ImageDraw.Draw(image)
    seed = random.Random(person.name)
    for x in range(60, 800, 8):
        draw.rectangle((x, 60, x + seed.randrange(1, 6), 220), fill="black")
    font = ImageFont.truetype(FONT, 30)
    draw.text((60, 300), "FICTICIA<<" + person.name.split()[0].upper() + "<" * 22, font=font, fill="black")
    draw.text((60, 420), "SIN VALIDEZ · DATOS FICTICIOS", font=font, fill="black")
    return image


def receipt_image(person: Applicant) -> Image.Image:
    """The receipt as a sheet of paper, 860 × 700."""
    image = Image.new("RGB", (860, 700), "#fbfaf4")
    draw = ImageDraw.Draw(image)
    title, rows = receipt(person)
    draw.text((30, 30), title, font=ImageFont.truetype(FONT, 34), fill="black")
    for number, (name, value) in enumerate(rows):
        draw.text((30, 120 + 80 * number), name, font=ImageFont.truetype(FONT, 20), fill="#555")
        draw.text((30, 146 + 80 * number), value[:64], font=ImageFont.truetype(FONT, 22), fill="black")
    draw.text((30, 640), MARK, font=ImageFont.truetype(FONT, 20), fill="#a33")
    return image


PICTURES: dict[str, Callable[[Applicant], Image.Image]] = {
    "card": card,
    "card_back": card_back,
    "receipt": receipt_image,
}


def sheet_of_paper(person: Applicant, paper: Paper) -> Image.Image:
    """The picture lying a little crooked on a letter page at 150 dpi, grey and noisy."""
    seed = random.Random(person.name + paper.path)
    page = Image.new("L", (1275, 1650), 244)
    page.paste(PICTURES[paper.text](person).convert("L"), (180, 210))
    page = page.rotate(seed.uniform(-2.2, 2.2), fillcolor=205, resample=Image.Resampling.BICUBIC)
    shadow = Image.linear_gradient("L").resize(page.size).point([215 + v // 7 for v in range(256)])
    page = Image.blend(page, Image.effect_noise(page.size, 60), 0.10)
    page = Image.composite(page, Image.new("L", page.size, 60), shadow).filter(ImageFilter.GaussianBlur(0.6))
    return page.rotate(paper.turn, expand=True)


def perspective(size: tuple[int, int], corners: list[tuple[int, int]]) -> list[float]:
    """Pillow's eight PERSPECTIVE coefficients that bring a rectangle of that size to four corners."""
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (size[0], 0), size, (0, size[1])], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def on_the_table(person: Applicant, paper: Paper) -> tuple[Image.Image, Image.Exif]:
    """The picture photographed askew on a table, turned as the sensor saw it, and the EXIF that says so."""
    gradient = Image.linear_gradient("L").resize((1600, 1200))
    brown = [gradient.point([base + v // 5 for v in range(256)]) for base in (120, 78, 48)]
    table = Image.merge("RGB", brown)
    table = Image.blend(table, Image.effect_noise(table.size, 60).convert("RGB"), 0.06)
    flat = PICTURES[paper.text](person)
    warp = perspective(flat.size, [(250, 200), (1350, 285), (1415, 980), (170, 920)])
    how = (table.size, Image.Transform.PERSPECTIVE, warp, Image.Resampling.BICUBIC)
    table.paste(flat.transform(*how), mask=Image.new("L", flat.size, 255).transform(*how))
    angle = {6: 90, 8: -90, 3: 180}.get(paper.orientation, 0)
    exif = Image.Exif()
    exif[Base.Orientation], exif[Base.Make], exif[Base.Model] = paper.orientation, "Ficticia", "De ejemplo"
    return table.filter(ImageFilter.GaussianBlur(0.8)).rotate(angle, expand=True), exif

"""Batches for benchmarks: a table and four PDFs per row, all different."""

import csv
import random
from pathlib import Path

KINDS = ("identificacion", "domicilio", "motivos", "semblanza")
LINES = 45
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"


def make(folder: Path, count: int, pdf_bytes: int) -> None:
    """Writes a batch of ``count`` applications whose PDFs have about ``pdf_bytes``."""
    (folder / "docs").mkdir(parents=True)
    chance = random.Random(7)
    pages = 2 if pdf_bytes > 50_000 else 1
    with (folder / "tabla.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["nombre", "apellidos", "correo", "fecha_nacimiento", "alcaldia", *KINDS])
        for number in range(count):
            names = [f"{kind}-{number}.pdf" for kind in KINDS]
            for name in names:
                (folder / "docs" / name).write_bytes(_pdf(pages, pdf_bytes, chance))
            person = (f"Nombre{number}", "Apellido", f"n{number}@prueba.example")
            writer.writerow([*person, "1990-05-17", "Iztapalapa", *names])


def _pdf(pages: int, size: int, chance: random.Random) -> bytes:
    """Returns pages of text and a stream of noise that fills the file to its size, as a scan would."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for page in range(pages):
        objects.append(PAGE % (5 + 2 * page))
        objects.append(_stream(_text(page, LINES if size > 50_000 else 12, chance)))
    missing = size - sum(map(len, objects)) - 400
    objects.append(_stream(chance.randbytes(max(0, missing))))
    return _serialise(objects)


def _text(page: int, lines: int, chance: random.Random) -> bytes:
    texts = [f"Pagina {page + 1}, renglon {line}: {chance.random():.12f}" for line in range(lines)]
    operators = [f"BT /F1 12 Tf 60 {780 - 16 * line} Td ({text}) Tj ET" for line, text in enumerate(texts)]
    return "\n".join(operators).encode()


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)


def _serialise(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\n" % (size, table, size)
    return body + end + b"startxref\n%d\n%%%%EOF\n" % len(body)

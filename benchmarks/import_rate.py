"""Import of 200 applications × 4 PDFs of 300 KB, against a bare loop that reads, hashes, opens and writes.

Both with a process a core, three times in turn, each on a cold store of its own.
"""

import csv
import hashlib
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.place import command, installation, told_ratio
from reviewer.paths import CALLS

APPLICATIONS, KINDS, PDF_BYTES, ROUNDS = (
    200,
    ("identificacion", "domicilio", "motivos", "semblanza"),
    300_000,
    3,
)


def run() -> list[str]:
    """Prints both times and their ratio."""
    with installation() as folder:
        batch = folder / "batch"
        _make_batch(batch)
        ours, bare = [], []
        for number in range(ROUNDS):
            bare.append(_timed_bare(batch, folder / f"bare{number}"))
            ours.append(_timed_import(batch))
    rate = APPLICATIONS / median(ours)
    print(f"bare loop {median(bare):.1f} s, import {median(ours):.1f} s ({rate:.0f} applications a second)")
    return told_ratio("import against the bare loop", median(ours) / median(bare), target=1.5)


def _timed_import(batch: Path) -> float:
    with installation():
        command("call", "load", str(CALLS / "guionismo-2025.toml"))
        start = time.perf_counter()
        command("import", str(batch), "--call", "guionismo-2025", "--workers", str(os.cpu_count() or 1))
        return time.perf_counter() - start


def _timed_bare(batch: Path, store: Path) -> float:
    paths = sorted(batch.glob("*.pdf"))
    start = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        pages = sum(pool.map(_keep, paths, [store] * len(paths), chunksize=8))
    assert pages >= len(paths)
    return time.perf_counter() - start


def _keep(path: Path, store: Path) -> int:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with path.open("rb") as file:
        reader = PdfReader(file)
        pages = len(reader.pages)
        reader.pages[0].extract_text()
    place = store / sha256[:2] / f"{sha256}.pdf"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return pages


def _make_batch(folder: Path) -> None:
    folder.mkdir()
    chance = random.Random(7)
    with (folder / "tabla.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["nombre", "apellidos", "correo", "fecha_nacimiento", "alcaldia", *KINDS])
        for number in range(APPLICATIONS):
            names = [f"{kind}-{number}.pdf" for kind in KINDS]
            for name in names:
                _make_pdf(folder / name, chance)
            writer.writerow(
                [
                    f"Nombre{number}",
                    "Apellido",
                    f"n{number}@prueba.example",
                    "1990-05-17",
                    "Iztapalapa",
                    *names,
                ]
            )


def _make_pdf(path: Path, chance: random.Random) -> None:
    """Two pages of text, and an attachment-free stream of noise that brings it to its size."""
    canvas = Canvas(str(path), pageCompression=0)
    for page in range(2):
        for line in range(45):
            canvas.drawString(
                60, 780 - 16 * line, f"Página {page + 1}, renglón {line}: {chance.random():.12f}"
            )
        canvas.showPage()
    canvas.save()
    missing = PDF_BYTES - path.stat().st_size
    content = path.read_bytes()
    noise = b"\n%" + chance.randbytes(missing).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
    table = content.rindex(b"\nxref\n") + 1
    body, trailer = content[:table], content[table:]
    start = str(len(body) + len(noise)).encode()
    before, _ = trailer.rsplit(b"startxref\n", 1)
    path.write_bytes(body + noise + before + b"startxref\n" + start + b"\n%%EOF\n")

"""The loop an import is compared with: read, hash, open, extract text, write; a process per core."""

import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pypdf import PdfReader


def timed_loop(batch: Path, store: Path) -> float:
    """Returns the seconds for all PDFs of a batch, from the start of the processes to the end of the last."""
    paths = sorted((batch / "docs").glob("*.pdf"))
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
    target = store / sha256[:2] / f"{sha256}.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return pages

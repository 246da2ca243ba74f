"""The server's own processes for drawing pages, which start and end with it."""

import os
import threading

from reviewer.pdf.worker_pool import PdfWorkers

_lock = threading.Lock()
_workers: PdfWorkers | None = None


def pdf_workers() -> PdfWorkers:
    """Returns the pool of this process."""
    global _workers  # noqa: PLW0603
    with _lock:
        if _workers is None:
            _workers = PdfWorkers(workers=2).__enter__()
        return _workers


def start() -> None:
    """Starts the pool's processes, which takes longer than drawing a page."""
    pdf_workers().start()


def is_healthy() -> bool:
    """Returns whether a process of the pool answers."""
    pdf_workers().run(os.getpid).result(timeout=10)
    return True


def pending_tasks() -> int:
    """Returns the number of tasks that have not ended."""
    return pdf_workers().pending_count


def shut_down() -> None:
    """Ends the pool's processes."""
    global _workers  # noqa: PLW0603
    with _lock:
        if _workers is not None:
            _workers.__exit__(None, None, None)
            _workers = None

"""Pages as the browser shows them: images, words and sizes, made by the PDF processes and cached."""

import asyncio
import hashlib
import hmac
import json
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from reviewer.core.errors import InfrastructureError
from reviewer.jury.reviews.readable_documents import ReadableDocument
from reviewer.ocr import text as ocr_text
from reviewer.pdf.messages import OcrPage, PageText, PdfFailure
from reviewer.storage import damage_reports, documents
from reviewer.storage.encryption import DecryptionError
from reviewer.web.auth import cookies
from reviewer.web.server.pdf_pool import pdf_workers

WIDTHS = (600, 900, 1200, 1600, 2000)  # pixels; few, so that one drawing serves many screens
TILE_WIDTHS = (2800, 4200, 6000, 8400, 11000)  # of drawings in tiles: 400 % of a wide column on a screen of 2x
IMAGE_BYTES = 64 << 20
TEXT_BYTES = 8 << 20
MOST_SIZES = 5000
TEMPORARY_FAILURES = frozenset({"closed", "unavailable"})  # failures that are not the document's own
LETTER_SIZE = (612.0, 792.0)
DIVIDING_HYPHENS = {0x2: "-", 0xFFFE: "-"}  # as pdfium writes the hyphen of a word divided at a line's end

K = TypeVar("K")
T = TypeVar("T")


class ByteCache(Generic[K]):
    """The results used last, up to ``limit`` bytes, for one event loop.

    Simultaneous requests for one key share one computation.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[K, bytes] = OrderedDict()
        self._tasks: dict[K, asyncio.Task[bytes]] = {}

    async def get(self, key: K, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Returns what is cached under ``key``, or what ``make`` returns; its errors reach all who wait."""
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._make(key, make))
        return await asyncio.shield(task)  # a cancelled request must not cancel the task of the others

    async def _make(self, key: K, make: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            content = await make()
        finally:
            del self._tasks[key]
        self._entries[key] = content
        self._size += len(content)
        while self._size > self._limit:
            self._size -= len(self._entries.popitem(last=False)[1])
        return content


Box = tuple[float, float, float, float]
PageKey = tuple[str, int, tuple[str, ...], tuple[Box, ...], bool]  # the last: whether it was read by machine
Tile = tuple[int, int] | None  # column and row, from 0; None: the whole page
_images: ByteCache[tuple[PageKey, int, Tile]] = ByteCache(IMAGE_BYTES)
_texts: ByteCache[PageKey] = ByteCache(TEXT_BYTES)
_sizes: OrderedDict[str, tuple[tuple[float, float], ...]] = OrderedDict()
_sizes_lock = threading.Lock()


def snap_width(width: int, tile: Tile = None) -> int:
    """Returns the width that is drawn for a requested one: the next step, or the widest."""
    steps = TILE_WIDTHS if tile else WIDTHS
    return next((step for step in steps if step >= width), steps[-1])


def boxes_on(document: ReadableDocument, page: int) -> tuple[Box, ...]:
    """Returns what a person covers on page ``page`` (from 1)."""
    return tuple((x0, y0, x1, y1) for number, x0, y0, x1, y1 in document.boxes if number == page)


def version_of(document: ReadableDocument) -> str:
    """Returns a name for what is covered in a document now. It is keyed, since covers are names of people."""
    parts = repr((document.sha256, document.covers, document.boxes)).encode()
    return hmac.new(cookies.signing_key().encode(), parts, hashlib.sha256).hexdigest()[:16]


async def is_read(document: ReadableDocument, page: int) -> bool:
    """Returns whether page ``page`` (from 1) was read by machine: from then on more is covered and found."""
    return await run_in_threadpool(ocr_text.is_read, document.sha256, page)


async def page_image(document: ReadableDocument, *, page: int, width: int, read: bool, tile: Tile = None) -> bytes:
    """Returns page ``page`` (from 1) as WebP of this width in pixels, or a tile of it, covers painted.

    ``read`` says whether it was read by machine, so that covers are looked for in that, too. Raises ``PdfFailure``.
    """

    async def draw() -> bytes:
        ocr_page = await _ocr_page(document, page) if read else None
        words = ocr_page.words if ocr_page else ()
        return await _run_on_file(
            document.sha256,
            lambda path: pdf_workers().draw_page(path, page - 1, width, covers=document.covers, read=words, tile=tile),
        )

    boxes = boxes_on(document, page)
    return await _images.get(((document.sha256, page, document.covers, boxes, read), width, tile), draw)


async def page_text(document: ReadableDocument, *, page: int) -> bytes:
    """Returns page ``page`` (from 1) as JSON: ``{"lines": [[[word, x0, y0, x1, y1], …], …]}``.

    Boxes are fractions of the upright page; covered words are blocks. ``"machine"`` is how sure (0 to 1) a machine
    was that read some of the words, or null; the last key whether the page is ``"unread"``. Raises ``PdfFailure``.
    """
    read = await is_read(document, page)
    boxes = boxes_on(document, page)

    async def make() -> bytes:
        ocr_page = await _ocr_page(document, page) if read else None
        pdf_text = await _run_on_file(
            document.sha256, lambda path: pdf_workers().page_text(path, page - 1, document.covers, ocr_page, boxes)
        )
        payload = {"lines": _lines(pdf_text), "machine": pdf_text.confidence, "unread": pdf_text.unread}
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

    return await _texts.get((document.sha256, page, document.covers, boxes, read), make)


async def _ocr_page(document: ReadableDocument, page: int) -> OcrPage | None:
    """Returns what was read by machine; a page of which that cannot be decrypted is not shown at all."""
    try:
        return await run_in_threadpool(ocr_text.page_read, document.sha256, page)
    except DecryptionError as error:
        raise PdfFailure("unavailable") from error


def is_unread(words: bytes) -> bool:
    """Returns whether ``page_text`` found a page of which nothing could be covered."""
    return words.endswith(b'"unread":true}')


def page_sizes(document: ReadableDocument) -> tuple[tuple[float, float], ...]:
    """Returns the width and height of each page in points, for the layout before pages are drawn.

    Letter size where they can't be read.
    """
    cached = _sizes.get(document.sha256)
    if cached is None:
        cached = _measure(document.sha256)
    return cached + (LETTER_SIZE,) * (document.pages - len(cached))


def prefetch_sizes(upcoming: Iterable[ReadableDocument]) -> None:
    """Measures documents that are likely to be opened next, in a thread of its own."""
    missing = [document for document in upcoming if document.sha256 not in _sizes]
    if missing:
        threading.Thread(target=lambda: [page_sizes(document) for document in missing], daemon=True).start()


def _measure(sha256: str) -> tuple[tuple[float, float], ...]:
    """Returns the sizes from the file; empty where that fails, permanently or only this time."""
    try:
        with documents.local_path(sha256) as path:
            pages = pdf_workers().page_sizes(path).result()
    except (OSError, InfrastructureError):
        return ()
    except PdfFailure as error:
        return () if error.code in TEMPORARY_FAILURES else _remember_sizes(sha256, ())
    return _remember_sizes(sha256, tuple((round(page.width_pt, 1), round(page.height_pt, 1)) for page in pages))


def _remember_sizes(sha256: str, measured: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    with _sizes_lock:
        _sizes[sha256] = measured
        while len(_sizes) > MOST_SIZES:
            _sizes.popitem(last=False)
    return measured


async def _run_on_file(sha256: str, task: Callable[[Path], Future[T]]) -> T:
    """Runs a task of the PDF processes on a stored document; a remote store's copy is kept meanwhile."""
    stack = ExitStack()
    try:
        path = await run_in_threadpool(_checked_path, sha256, stack)
        return await asyncio.wrap_future(task(path))
    finally:
        await run_in_threadpool(stack.close)


def _checked_path(sha256: str, stack: ExitStack) -> Path:
    """Returns the document's file if its hash is right; otherwise records damage.

    Raises ``PdfFailure``.
    """
    try:
        path = stack.enter_context(documents.local_path(sha256))
        with path.open("rb") as file:
            if documents.hash_of(file) == sha256:
                return path
        fault = documents.ALTERED
    except FileNotFoundError:
        fault = documents.MISSING
    except DecryptionError:
        fault = documents.ALTERED
    except OSError as error:
        raise PdfFailure("unavailable") from error
    damage_reports.record(sha256, fault)
    raise PdfFailure(fault)


def _lines(page: PageText) -> list[list[tuple[str, float, float, float, float]]]:
    lines: dict[int, list[tuple[str, float, float, float, float]]] = {}
    for word in page.words:
        box = (round(word.x0, 5), round(word.y0, 5), round(word.x1, 5), round(word.y1, 5))
        lines.setdefault(word.line, []).append((word.text.translate(DIVIDING_HYPHENS), *box))
    return list(lines.values())

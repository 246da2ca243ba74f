"""An application's documents in the reader, with the first page of the next application loaded ahead."""

from collections.abc import Sequence

from reviewer.access.actor import Actor
from reviewer.jury.reviews.readable_documents import ReadableDocument, readable_documents
from reviewer.web.components.reader import ReaderDocument, reader
from reviewer.web.server import page_cache

BELOW = 24  # pixels between both halves of the page and the window's end


def load(actor: Actor, application_id: int) -> list[ReaderDocument]:
    """Returns the application's documents that the person may read."""
    return [to_reader_document(document) for document in readable_documents(actor, application_id=application_id)]


def to_reader_document(document: ReadableDocument) -> ReaderDocument:
    """Returns the document in the form that the reader takes."""
    sizes = page_cache.page_sizes(document)
    view = None if document.view.seen_at is None else document.view
    version = page_cache.version_of(document)
    return ReaderDocument(document.public_id, document.kind, document.label, sizes, view, version)


def show(
    actor: Actor,
    documents: Sequence[ReaderDocument],
    next_application_id: int | None,
    *,
    keys: bool,
    pins: bool = False,
    flags: bool = False,
    covers: bool = False,
) -> None:
    """Draws the reader; see ``reader`` for ``keys``, ``pins``, ``flags`` and ``covers``."""
    upcoming = readable_documents(actor, application_id=next_application_id)[:1] if next_application_id else ()
    prefetch = [document.public_id for document in upcoming]
    reader(
        key="documentos",
        documents=documents,
        prefetch=prefetch,
        below=BELOW,
        pins=pins,
        flags=flags,
        covers=covers,
        keys=keys,
    )
    page_cache.prefetch_sizes(upcoming)

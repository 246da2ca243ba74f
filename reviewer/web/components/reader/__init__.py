"""The documents of an application, as page images beside the rubric."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from reviewer.jury.reviews.document_views import View
from reviewer.pdf.messages import TILE_PIXELS
from reviewer.web.server import page_cache
from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_reader",
    html=source("reader/markup.html"),
    css=source("reader/style.css"),
    js=script("reader"),
)


@dataclass(frozen=True)
class ReaderDocument:
    """A document as the reader shows it: ``pages`` are sizes (any unit), ``view`` is how the person last saw it.

    ``version`` changes with what is covered in it.
    """

    id: str
    kind: str
    label: str
    pages: tuple[tuple[float, float], ...]
    view: View | None = None
    version: str = ""


def reader(
    *,
    key: str,
    documents: Sequence[ReaderDocument],
    prefetch: Sequence[str] = (),
    label: str = "Documentos de la postulación",
    below: int = 16,
    pins: bool = False,
    flags: bool = False,
    covers: bool = False,
    keys: bool = True,
) -> None:
    """Shows the documents, opened where the person last was in them, or else the first one at its top.

    With the same ``key`` it stays in place over reruns: what is read keeps its document, scroll and zoom as
    long as it is among ``documents``. ``prefetch`` names documents (public ids) whose first page is fetched
    ahead. ``label`` tells screen readers whose documents they are. The reader reaches down to ``below`` pixels above
    the window's end. With ``pins`` notes can be put on pages; what they say is the rubric's. With ``flags`` the person
    can tell the coordinators of a page that fails; with ``covers`` they can cover things for the jury. Without ``keys``
    no single letter or sign acts.
    """
    _render(
        key=key,
        data={
            "documents": [_to_json(document) for document in documents],
            "prefetch": list(prefetch),
            "widths": list(page_cache.WIDTHS),
            "tiles": {"size": TILE_PIXELS, "widths": list(page_cache.TILE_WIDTHS)},
            "label": label,
            "below": below,
            "pins": pins,
            "flags": flags,
            "covers": covers,
            "keys": keys,
        },
    )


def _to_json(document: ReaderDocument) -> dict[str, Any]:
    content = asdict(document)
    if document.view and document.view.seen_at:
        content["view"]["seen_at"] = document.view.seen_at.timestamp()
    return content

"""What a row says beside its documents, and the decision on it, saved through our route as one decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.web.auth.requests import opaque_name
from reviewer.web.ui.component_files import script, source

_render = st.components.v2.component(
    "dictamen_screening",
    html=source("screening/markup.html"),
    css=source("form.css") + source("screening/style.css"),
    js=script("screening"),
)


@dataclass(frozen=True)
class ScreeningRequest:
    """What the person has just asked of the page: an application to be taken over, or one to be read anew."""

    take_over: bool = False
    stale_message: str = ""


def screening(
    *,
    key: str,
    actor: Actor,
    slug: str,
    folio: str,
    data: dict[str, Any],
    on_moved: Callable[[], None],
    below: int,
) -> ScreeningRequest:
    """Shows one application; ``data`` is made by ``web.screening.shown``.

    ``on_moved`` is called before the script runs when the person goes on (see ``moved_to``).
    """
    place = f"/cotejo/{slug}"
    result = _render(
        key=key,
        data={
            **data,
            "person": opaque_name(actor),
            "call": place,
            "address": f"{place}/{quote(folio, safe='')}",
            "folio": folio,
            "below": below,
        },
        on_moved_change=on_moved,
        on_taken_change=lambda: None,
        on_stale_change=lambda: None,
    )
    return ScreeningRequest(result.taken is not None, (result.stale or {}).get("told", ""))


def moved_to(key: str) -> str | None:
    """Inside ``on_moved``: the folio that the person goes on to; None: whichever is next."""
    folio: str | None = st.session_state[key].moved["next"]
    return folio

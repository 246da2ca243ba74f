"""The rubric beside the documents: levels, notes and the way on, saved as one clicks and writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.jury.reviews.juror_statistics import ScaleUse
from reviewer.jury.reviews.service import LONGEST_NOTE, ReviewState
from reviewer.web.auth.requests import opaque_name
from reviewer.web.components.rubric import state as rubric_state
from reviewer.web.ui import keyboard
from reviewer.web.ui.component_files import script, source

TRIGGERS = ("conflict", "flag", "committee")
_render = st.components.v2.component(
    "dictamen_rubric",
    html=source("rubric/markup.html"),
    css=source("form.css") + source("rubric/style.css"),
    js=script("rubric"),
)


def two_columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The columns for the documents and the rubric; where the window is narrow one stands below the other."""
    st.html(f"<style>{source('rubric/page.css')}</style>")
    with st.container(key="revisar"):
        left, right = st.columns([6, 5], gap="medium")
    return left, right


@dataclass(frozen=True)
class RubricContext:
    """What the rubric shows beside the review: the juror's own use of the scale, what may be asked for.

    ``documents`` are (public id, label), as the reader shows them; ``keys_enabled``: whether single keys act.
    """

    documents: Sequence[tuple[str, str]]
    scale_use: ScaleUse
    pace: str
    rest: str
    can_declare_conflict: bool
    can_flag: bool
    can_comment: bool
    keys_enabled: bool


def rubric(
    *,
    key: str,
    actor: Actor,
    spec: CallSpec,
    state: ReviewState,
    context: RubricContext,
    on_moved: Callable[[], None],
    below: int,
) -> str | None:
    """Shows one review and saves what the juror says through our routes, without running the script.

    ``on_moved`` is called before the script runs when the juror goes on (see ``moved_to``). Returns which of
    ``TRIGGERS`` the juror has just asked for. It ends ``below`` pixels above the window's end.
    """
    triggers: dict[str, Any] = {f"on_{name}_change": lambda: None for name in TRIGGERS}
    result = _render(
        key=key,
        data={
            "person": opaque_name(actor),
            "address": f"/dictamenes/{spec.slug}/{quote(state.folio, safe='')}",
            "folio": state.folio,
            "title": state.title,
            "byline": " · ".join(filter(None, (state.kind, state.genre))),
            "synopsis": state.synopsis,
            "zone": spec.timezone,
            "scale": dict(zip(("low", "high"), spec.scale, strict=True)),
            "criteria": _criteria(spec),
            "state": rubric_state.review_json(state),
            "limit": LONGEST_NOTE,
            "below": below,
            **_context_data(context),
        },
        on_moved_change=on_moved,
        on_keys_change=lambda: keyboard.set_enabled(actor, on=st.session_state[key].keys == "on"),
        **triggers,
    )
    return next((name for name in TRIGGERS if getattr(result, name) is not None), None)


def moved_to(key: str) -> str | None:
    """Inside ``on_moved``: the folio that the juror goes on to; None: whichever is next."""
    folio: str | None = st.session_state[key].moved["next"]
    return folio


def _context_data(around: RubricContext) -> dict[str, Any]:
    return {
        "documents": [{"id": public_id, "label": label} for public_id, label in around.documents],
        "used": {
            "reviews": around.scale_use.reviews,
            "mean": around.scale_use.mean,
            "counts": {key: dict(levels) for key, levels in around.scale_use.counts.items()},
        },
        "pace": around.pace,
        "rest": around.rest,
        "conflicts": around.can_declare_conflict,
        "flags": around.can_flag,
        "committee": around.can_comment,
        "keys": around.keys_enabled,
    }


def _criteria(spec: CallSpec) -> list[dict[str, Any]]:
    total_weight = sum(criterion.weight for criterion in spec.criteria)
    return [
        {
            "key": criterion.key,
            "label": criterion.label,
            "weight": criterion.weight,
            "share": round(100 * criterion.weight / total_weight),
            "levels": [{"value": value, "words": description} for value, description in criterion.levels.items()],
        }
        for criterion in spec.criteria
    ]

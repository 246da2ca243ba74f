"""A review as JSON: what the rubric shows, and what our routes answer."""

from datetime import datetime
from typing import Any

from reviewer.jury.own import Item
from reviewer.jury.reviews import ReviewState, Saved


def of_state(state: ReviewState) -> dict[str, Any]:
    """The juror's own review."""
    return {
        "folio": state.folio,
        "status": state.status,
        "locked": state.locked,
        "submitted_at": _iso(state.submitted_at),
        "saved_at": _iso(state.saved_at),
        "scores": {key: of_item(each) for key, each in state.scores.items()},
        "notes": {key: of_item(each) for key, each in state.notes.items()},
        "pins": {key: of_item(each) for key, each in state.pins.items()},
        "total": state.total,
        "missing": list(state.missing),
    }


def of_saved(saved: Saved) -> dict[str, Any]:
    """The answer to a write that was taken."""
    return {
        "saved_at": _iso(saved.item.at),
        "version": saved.item.version,
        "total": saved.total,
        "missing": list(saved.missing),
    }


def of_item(item: Item) -> dict[str, Any]:
    """What stands of a criterion or a note."""
    return {"value": item.value, "version": item.version, "at": _iso(item.at)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None

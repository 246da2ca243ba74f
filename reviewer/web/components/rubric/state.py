"""A review as JSON: what the rubric shows, and what our routes answer."""

from datetime import datetime
from typing import Any

from reviewer.jury.reviews.locked_review import Item
from reviewer.jury.reviews.service import ReviewState, SaveResult


def review_json(state: ReviewState) -> dict[str, Any]:
    """The juror's own review."""
    return {
        "folio": state.folio,
        "status": state.status,
        "locked": state.locked,
        "submitted_at": _iso(state.submitted_at),
        "saved_at": _iso(state.saved_at),
        "scores": {key: item_json(item) for key, item in state.scores.items()},
        "notes": {key: item_json(item) for key, item in state.notes.items()},
        "pins": {key: item_json(item) for key, item in state.pins.items()},
        "total": state.total,
        "missing": list(state.missing),
    }


def saved_json(saved: SaveResult) -> dict[str, Any]:
    """The answer to a write that was taken."""
    return {
        "saved_at": _iso(saved.item.at),
        "version": saved.item.version,
        "total": saved.total,
        "missing": list(saved.missing),
    }


def item_json(item: Item) -> dict[str, Any]:
    """What stands of a criterion or a note."""
    return {"value": item.value, "version": item.version, "at": _iso(item.at)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None

"""The audit trail's filters in an address, for the page and for its table."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from reviewer.audit.labels import ACTION_GROUPS
from reviewer.audit.queries import EventFilter
from reviewer.core.errors import UserError


def parse_filters(params: Mapping[str, str], zone: tzinfo = UTC) -> EventFilter:
    """Returns the filter that an address describes; days are whole, in ``zone``.

    Raises ``UserError`` for what is no day or no group.
    """
    group = params.get("que", "")
    if group and group not in ACTION_GROUPS:
        raise UserError(f"«que» tiene que ser una de estas palabras: {', '.join(ACTION_GROUPS)}.")
    last = _parse_day(params.get("hasta"))
    return EventFilter(
        actor_label=params.get("quien", ""),
        group=group,
        about=params.get("sobre", "").strip(),
        since=_midnight(_parse_day(params.get("desde")), zone),
        until=_midnight(last + timedelta(days=1) if last else None, zone),
    )


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError("Los días se escriben como 2025-09-27.") from error


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None

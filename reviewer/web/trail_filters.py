"""What the address says of the audit trail's filters, alike for the page and its table to take along."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from reviewer.access.trail import Sought
from reviewer.access.trail_words import GROUPS
from reviewer.errors import Refused


def sought_in(params: Mapping[str, str], zone: tzinfo = UTC) -> Sought:
    """``quien``, ``que``, ``sobre``, ``desde``, ``hasta``; days are whole, in ``zone``.

    Raises ``Refused`` for what is no day or no group.
    """
    group = params.get("que", "")
    if group and group not in GROUPS:
        raise Refused(f"«que» tiene que ser una de estas palabras: {', '.join(GROUPS)}.")
    last = _day(params.get("hasta"))
    return Sought(
        who=params.get("quien", ""),
        group=group,
        about=params.get("sobre", "").strip(),
        since=_midnight(_day(params.get("desde")), zone),
        until=_midnight(last + timedelta(days=1) if last else None, zone),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused("Los días se escriben como 2025-09-27.") from error


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None

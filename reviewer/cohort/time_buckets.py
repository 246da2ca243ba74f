"""Times counted in SQL by the hour, and turned into the call's zone in Python."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

from reviewer.call.spec import CallSpec
from reviewer.core.database import engine


def utc_bucket(column: Any, spec: CallSpec) -> ColumnElement[str]:
    """Returns SQL for a time's hour in UTC (``2025-09-28 05``), or its minute in a zone of half hours."""
    if engine().dialect.name == "postgresql":
        column = func.timezone("UTC", column)  # otherwise the server's time zone would apply
    offset = spec.closes.astimezone(spec.zone).utcoffset() or timedelta()
    return func.substr(cast(column, String), 1, 16 if offset % timedelta(hours=1) else 13)


def local_time(bucket: str, spec: CallSpec) -> datetime:
    """Returns the beginning of a bucket in the call's zone."""
    minute = bucket if len(bucket) > 13 else f"{bucket}:00"
    return spec.local(datetime.strptime(minute, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))

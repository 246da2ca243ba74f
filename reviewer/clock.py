"""The one clock. Times are stored in UTC and shown in the zone of their call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_set: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Stops the clock at an aware ``moment``, in every thread, until the block ends. For tests."""
    global _set  # noqa: PLW0603
    before, _set = _set, moment.astimezone(UTC)
    try:
        yield
    finally:
        _set = before

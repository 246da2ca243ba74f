"""The application's clock, which tests can stop.

Times are stored in UTC and shown in the zone of their call.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_fixed_moment: datetime | None = None


def now() -> datetime:
    """Returns the present moment as an aware datetime in UTC."""
    return _fixed_moment or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Stops the clock at an aware ``moment``, in every thread, until the block ends. For tests."""
    global _fixed_moment  # noqa: PLW0603
    previous, _fixed_moment = _fixed_moment, moment.astimezone(UTC)
    try:
        yield
    finally:
        _fixed_moment = previous

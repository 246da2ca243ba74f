"""Primary keys of rows that are in the database."""

from typing import Protocol


class Identified(Protocol):
    """A row with an integer primary key, None until it was flushed."""

    id: int | None


def require_id(row: Identified) -> int:
    """Returns the primary key of a stored row.

    Raises ``ValueError`` for a row that was never flushed: a query by its key would match nothing.
    """
    if row.id is None:
        raise ValueError(f"{type(row).__name__} has no primary key yet: flush it first")
    return row.id

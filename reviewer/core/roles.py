"""The roles of people, in a module of its own that the command line can import quickly."""

from enum import StrEnum


class Role(StrEnum):
    """The one role of a person, in all calls."""

    JURY = "jury"
    COORDINATOR = "coordinator"
    ADMIN = "admin"

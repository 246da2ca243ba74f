"""What people are here. By itself, since a command line has to know it before anything else is loaded."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here, over all calls."""

    JURY = "jury"
    COORDINATOR = "coordinator"
    ADMIN = "admin"

"""Who acts or looks: a person who logged in, or the operator at the machine's command line."""

from dataclasses import dataclass

from reviewer.models import Role


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf something is done or read.

    ``session_id`` is the log-in that she came with; every verb makes sure that it still stands. ``origin`` is
    where that log-in came from, as the audit trail keeps it.
    """

    role: Role | None
    name: str
    person_id: int | None = None
    session_id: int | None = None
    origin: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether this is the command line, which stands above roles and phases."""
        return self.person_id is None

    @property
    def label(self) -> str:
        """How the audit trail names her."""
        return "cli" if self.is_operator else f"person:{self.person_id}"


OPERATOR = Actor(role=None, name="cli")

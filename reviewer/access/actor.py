"""Who acts or looks: a person who logged in, or the operator at the machine's command line."""

from dataclasses import dataclass

from reviewer.core.roles import Role


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf something is done or read.

    ``asked_by`` is who had the operator's command run, from a page.

    ``session_id`` is the log-in that she came with; every verb makes sure that it still stands. ``origin`` is
    where that log-in came from, as the audit trail keeps it. ``must_change_password``: her password is still one that
    somebody else knows; until she has chosen her own there is nothing else for her to do.
    """

    role: Role | None
    name: str
    person_id: int | None = None
    session_id: int | None = None
    origin: str = ""
    asked_by: int | None = None
    must_change_password: bool = False

    @property
    def is_operator(self) -> bool:
        """Whether this is the command line, which stands above roles and phases."""
        return self.person_id is None

    @property
    def label(self) -> str:
        """How the audit trail names her."""
        person_id = self.person_id or self.asked_by
        return "cli" if person_id is None else f"person:{person_id}"


OPERATOR = Actor(role=None, name="cli")

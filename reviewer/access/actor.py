"""Who acts or reads: a person who logged in, or the operator at the server's command line."""

from dataclasses import dataclass

from reviewer.core.errors import Forbidden
from reviewer.core.roles import Role


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf something is done or read.

    ``session_id`` is their login session, which every verb checks again. ``origin`` is the device and address
    that the session was opened from, for the audit trail. ``asked_by`` is the id of the person who started
    the operator's command from a page. ``must_change_password``: the password is still a one-time one, and
    nothing else is allowed before it is changed.
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
        """Whether this is the command line, to which roles and phases do not apply."""
        return self.person_id is None

    @property
    def label(self) -> str:
        """The name under which the audit trail records this actor."""
        person_id = self.person_id or self.asked_by
        return "cli" if person_id is None else f"person:{person_id}"

    def require_person_id(self) -> int:
        """Returns the id of the person. Raises ``Forbidden`` for the operator, who is no person."""
        if self.person_id is None:
            raise Forbidden("Esto lo hace una persona, con su propia cuenta.")
        return self.person_id


OPERATOR = Actor(role=None, name="cli")

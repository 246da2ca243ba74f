"""How a person left a screen, so that she finds it so the next time, at whichever machine."""

from reviewer.access.actor import Actor
from reviewer.access.permissions import confirm
from reviewer.database import reading, writing
from reviewer.models import Preference


def preference(viewer: Actor, name: str) -> str | None:
    """What she chose last; None: nothing yet."""
    with reading() as session:
        kept = session.get(Preference, (viewer.person_id, name))
    return kept.value if kept else None


def prefer(actor: Actor, name: str, value: str) -> None:
    """Remembers what she chose: a view, and so nothing to audit."""
    confirm(actor)
    with writing() as session:
        session.merge(Preference(person_id=actor.person_id or 0, name=name, value=value))

"""How a person left a screen, so that she finds it so the next time, at whichever machine."""

from reviewer.access.actor import Actor
from reviewer.access.permissions import not_a_verb, own_data
from reviewer.core.database import read_session, write_session
from reviewer.models import Preference


@not_a_verb("reads how the viewer left a screen")
def get_preference(viewer: Actor, name: str) -> str | None:
    """What she chose last; None: nothing yet."""
    with read_session() as session:
        stored_preference = session.get(Preference, (viewer.person_id, name))
    return stored_preference.value if stored_preference else None


@own_data
def set_preference(actor: Actor, name: str, value: str) -> None:
    """Remembers what she chose: a view, and so nothing to audit."""
    with write_session() as session:
        session.merge(Preference(person_id=actor.person_id or 0, name=name, value=value))

"""What a person chose on a screen, kept for their next visit from any device."""

from reviewer.access.actor import Actor
from reviewer.access.permissions import not_a_verb, own_data
from reviewer.core.database import read_session, write_session
from reviewer.models import Preference


@not_a_verb("reads how the viewer left a screen")
def get_preference(viewer: Actor, name: str) -> str | None:
    """Returns the viewer's last choice; None where there is none."""
    with read_session() as session:
        stored_preference = session.get(Preference, (viewer.person_id, name))
    return stored_preference.value if stored_preference else None


@own_data
def set_preference(actor: Actor, name: str, value: str) -> None:
    """Stores the actor's choice, which is not audited: it changes only what they see."""
    with write_session() as session:
        session.merge(Preference(person_id=actor.require_person_id(), name=name, value=value))

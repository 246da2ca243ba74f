"""Transactions of verbs that change something of a call."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, not_a_verb, require
from reviewer.call.spec import call_in
from reviewer.core.database import write_session
from reviewer.models import Call


@not_a_verb("checks the action that its caller names")
@contextmanager
def write_call(actor: Actor, action: Action, slug: str) -> Iterator[tuple[Session, Call]]:
    """Opens a transaction; yields it with the call, in whose phase the actor may do the action.

    Raises ``Forbidden`` or ``UserError`` as ``require`` does, and ``UserError`` where there is no such call.
    """
    require(actor, action)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, action, call.phase)
        yield session, call

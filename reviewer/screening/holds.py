"""Holds: which screener has an application open, so that two screeners do not get the same one."""

from datetime import timedelta

from sqlmodel import Session, col, delete, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import UserError
from reviewer.models import Application, Call, Person, ScreeningHold, require_id
from reviewer.models.scopes import CURRENT_APPLICATION

HOLD_DURATION = timedelta(minutes=10)  # renewed by every action on the page
MAX_HOLD = 2 * HOLD_DURATION  # a longer one was made before the clock was set back


@verb(Action.SCREEN)
def hold(actor: Actor, *, slug: str, folio: str, take_over: bool = False) -> str:
    """Holds this application, and no other, for the actor; returns who else holds it, or an empty text.

    A hold by somebody else stays unless it has expired or the actor takes it over.
    """
    require(actor, Action.SCREEN, spec.get_call(slug).phase)
    if actor.is_operator:
        return ""
    with write_session() as session:
        application = session.exec(
            select(Application).join(Call).where(Call.slug == slug, Application.folio == folio, CURRENT_APPLICATION)
        ).first()
        if application is None:
            return ""
        current_hold = session.get(ScreeningHold, application.id)
        if current_hold and not take_over and _is_held_by_other(current_hold, actor):
            return session.exec(select(Person.name).where(Person.id == current_hold.person_id)).one()
        deletion = delete(ScreeningHold).where(col(ScreeningHold.person_id) == actor.person_id)
        session.exec(deletion.where(col(ScreeningHold.application_id) != application.id))
        until = clock.now() + HOLD_DURATION
        holder = actor.require_person_id()
        session.merge(ScreeningHold(application_id=require_id(application), person_id=holder, until=until))
        return ""


def refuse_if_held_by_other(session: Session, actor: Actor, application: Application) -> None:
    """Raises UserError while somebody else holds the application; the operator is exempt."""
    current_hold = session.get(ScreeningHold, application.id)
    if current_hold and not actor.is_operator and _is_held_by_other(current_hold, actor):
        name = session.exec(select(Person.name).where(Person.id == current_hold.person_id)).one()
        raise UserError(f"{name} está cotejando la {application.folio}: pase a la siguiente.")


def release(session: Session, actor: Actor, application: Application) -> None:
    """Ends the actor's hold of the application."""
    current_hold = session.get(ScreeningHold, application.id)
    if current_hold and current_hold.person_id == actor.person_id:
        session.delete(current_hold)


def _is_held_by_other(current_hold: ScreeningHold, actor: Actor) -> bool:
    return current_hold.person_id != actor.person_id and timedelta(0) < current_hold.until - clock.now() <= MAX_HOLD

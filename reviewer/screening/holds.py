"""Who has an application before her: two people at work are never given the same one."""

from datetime import timedelta

from sqlmodel import Session, col, delete, select

from reviewer import calls, clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import writing
from reviewer.errors import Refused
from reviewer.models import Application, ApplicationStatus, Call, Person, ScreeningHold

HOLD = timedelta(minutes=10)  # renewed by whatever is done on the page
LONGEST = 2 * HOLD  # one that would stand longer was made before the clock was set back


def hold(actor: Actor, *, call: str, folio: str, take_over: bool = False) -> str:
    """Says that one has this application before her, and nothing else; returns who else has it, or ``""``.

    Somebody else's stays hers unless it ran out or one takes it over.
    """
    require(actor, Action.SCREEN, calls.get_call(call).phase)
    if actor.is_operator:
        return ""
    with writing() as session:
        application = session.exec(
            select(Application)
            .join(Call)
            .where(Call.slug == call, Application.folio == folio)
            .where(Application.status == ApplicationStatus.CURRENT)
        ).first()
        if application is None:
            return ""
        found = session.get(ScreeningHold, application.id)
        if found and not take_over and _is_anothers(found, actor):
            return session.exec(select(Person.name).where(Person.id == found.person_id)).one()
        others = delete(ScreeningHold).where(col(ScreeningHold.person_id) == actor.person_id)
        session.exec(others.where(col(ScreeningHold.application_id) != application.id))
        session.merge(
            ScreeningHold(
                application_id=application.id or 0,
                person_id=actor.person_id or 0,
                until=clock.now() + HOLD,
            )
        )
        return ""


def refuse_if_anothers(session: Session, actor: Actor, application: Application) -> None:
    """Refuses while somebody else has the application before her; the command line is above that."""
    found = session.get(ScreeningHold, application.id)
    if found and not actor.is_operator and _is_anothers(found, actor):
        name = session.exec(select(Person.name).where(Person.id == found.person_id)).one()
        raise Refused(f"{name} está cotejando la {application.folio}: pase a la siguiente.")


def let_go(session: Session, actor: Actor, application: Application) -> None:
    """Says that one is done with the application."""
    found = session.get(ScreeningHold, application.id)
    if found and found.person_id == actor.person_id:
        session.delete(found)


def _is_anothers(found: ScreeningHold, actor: Actor) -> bool:
    return found.person_id != actor.person_id and timedelta(0) < found.until - clock.now() <= LONGEST

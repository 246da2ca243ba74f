"""When the jury may write: the call's phase and its review window, by the one clock."""

from datetime import timedelta

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed
from reviewer.calls import CallSpec
from reviewer.errors import Refused
from reviewer.models import Phase
from reviewer.words import day_and_time


class Closed(Refused):
    """Nothing can be written now: the phase or the deadline does not let it, or it was submitted."""


def closed_because(actor: Actor, spec: CallSpec, phase: Phase) -> str | None:
    """Why this juror can write nothing now, in a sentence; None where she can."""
    now = clock.now()
    if not allowed(actor, Action.REVIEW, phase):
        before = phase in {Phase.INTAKE, Phase.SCREENING}
        return "La dictaminación todavía no empieza." if before else "La dictaminación ya terminó."
    if spec.review_opens and now < spec.review_opens:
        return f"La dictaminación abre el {day_and_time(spec.local(spec.review_opens))}."
    if spec.review_closes and now >= spec.review_closes:
        return f"La dictaminación cerró el {closing_words(spec)}."
    return None


def closing_words(spec: CallSpec) -> str | None:
    """The last minute of reviewing («mié 15 oct 23:59»); None without a deadline."""
    if spec.review_closes is None:
        return None
    return day_and_time(spec.local(spec.review_closes - timedelta(minutes=1)))


def require_open(actor: Actor, spec: CallSpec, phase: Phase) -> None:
    """Raises ``Closed`` outside the phase or the window."""
    reason = closed_because(actor, spec, phase)
    if reason:
        raise Closed(reason)

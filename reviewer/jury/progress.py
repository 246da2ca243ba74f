"""How far the jury has come: by juror, by application, and when it may be done at this pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading
from reviewer.jury.extensions import deadlines_in
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Eligibility,
    Person,
    Review,
    ReviewStatus,
)
from reviewer.tables import Table

RECENT = timedelta(days=7)  # the pace is that of the last week


@dataclass(frozen=True)
class JurorProgress:
    """A juror's part; ``pace`` is reviews submitted a day, over the last week at most.

    ``closes`` is the first moment too late for her, extensions counted; None: no deadline.
    """

    person_id: int
    email: str
    name: str
    assigned: int
    begun: int
    submitted: int
    last_activity: datetime | None
    pace: float
    closes: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether she will not be done in time: at her pace, or since there is none and time is short."""
        if not self.left or self.closes is None:
            return False
        if self.done_at is not None:
            return self.done_at > self.closes
        return self.closes - clock.now() < RECENT

    @property
    def left(self) -> int:
        """What she has still to submit."""
        return self.assigned - self.submitted

    @property
    def done_at(self) -> datetime | None:
        """When she will be done at this pace; None where there is no pace, or nothing left."""
        if not self.left or not self.pace:
            return None
        return clock.now() + timedelta(days=min(self.left / self.pace, 3650))


@dataclass(frozen=True)
class Progress:
    """The whole jury's; ``by_readings[n]`` is how many eligible applications have n submitted reviews."""

    jurors: tuple[JurorProgress, ...]
    by_readings: dict[int, int]

    @property
    def assigned(self) -> int:
        """Readings given out."""
        return sum(each.assigned for each in self.jurors)

    @property
    def submitted(self) -> int:
        """Readings that came back."""
        return sum(each.submitted for each in self.jurors)

    @property
    def stalled(self) -> tuple[JurorProgress, ...]:
        """Those with something left who submitted nothing in the last week: without them, no date."""
        return tuple(each for each in self.jurors if each.left and not each.pace)

    @property
    def late(self) -> tuple[JurorProgress, ...]:
        """Those who will not be done in time."""
        return tuple(each for each in self.jurors if each.late)

    @property
    def done_at(self) -> datetime | None:
        """When the slowest of those who are at it will be done; None where nobody is."""
        return max((each.done_at for each in self.jurors if each.done_at), default=None)


def progress(viewer: Actor, *, call: str) -> Progress:
    """Everybody's progress, the one with most left first. Nothing in it says who applied."""
    require(viewer, Action.SEE_PROGRESS)
    with reading() as session:
        found = session.exec(_by_juror(call)).all()
        deadlines = _deadlines(session, call)
        jurors = tuple(_juror(deadlines, *each) for each in found)
        readings = _by_readings(session, call)
    return Progress(tuple(sorted(jurors, key=lambda each: (-each.left, each.name))), readings)


def table(viewer: Actor, *, call: str) -> Table:
    """``progress`` by juror, to take along; times are the call's."""
    zone = spec_of(get_call(call)).zone
    return Table(
        title="Avance del jurado",
        columns=(
            *("Persona", "Asignadas", "Empezadas", "Enviadas", "Pendientes"),
            *("Última actividad", "Enviadas por día", "Terminaría"),
        ),
        rows=tuple(
            (
                *(each.name, each.assigned, each.begun, each.submitted, each.left),
                each.last_activity.astimezone(zone).replace(microsecond=0) if each.last_activity else None,
                round(each.pace, 2),
                each.done_at.astimezone(zone).date() if each.done_at else None,
            )
            for each in progress(viewer, call=call).jurors
        ),
    )


def _by_juror(call: str) -> Any:
    since = clock.now() - RECENT
    submitted = Review.status == ReviewStatus.SUBMITTED
    recent = and_(submitted, col(Review.submitted_at) > since)
    return (
        sa.select(
            *(col(Person.id), col(Person.email), col(Person.name)),
            func.count(),
            func.sum(case((Review.status == ReviewStatus.BEGUN, 1), else_=0)),
            func.sum(case((submitted, 1), else_=0)),
            func.max(Review.updated_at),
            func.sum(case((recent, 1), else_=0)),
            func.min(Review.started_at),
        )
        .select_from(Assignment)
        .join(Call, col(Call.id) == Assignment.call_id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .join(Person, col(Person.id) == Assignment.person_id)
        .outerjoin(
            Review,
            and_(
                col(Review.application_id) == Assignment.application_id,
                col(Review.person_id) == Assignment.person_id,
            ),
        )
        .where(col(Call.slug) == call, col(Assignment.closed_at).is_(None))
        .where(col(Application.status) == ApplicationStatus.CURRENT)
        .group_by(col(Person.id), col(Person.email), col(Person.name))
    )


def _deadlines(session: Session, slug: str) -> tuple[datetime | None, dict[int, datetime]]:
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    return deadlines_in(session, call) if call else (None, {})


def _juror(
    deadlines: tuple[datetime | None, dict[int, datetime]],
    person_id: int,
    email: str,
    name: str,
    assigned: int,
    begun: int,
    submitted: int,
    last: datetime | None,
    recent: int,
    first: datetime | None,
) -> JurorProgress:
    at_it = min(RECENT, clock.now() - first) if first else RECENT
    days = max(at_it / timedelta(days=1), 1)  # less than a day of work tells no pace a day
    closes = deadlines[1].get(person_id, deadlines[0])
    return JurorProgress(person_id, email, name, assigned, begun, submitted, last, recent / days, closes)


def _by_readings(session: Session, call: str) -> dict[int, int]:
    each = (
        select(col(Application.id), func.count(col(Review.id)).label("readings"))
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(
            Review,
            and_(col(Review.application_id) == Application.id, Review.status == ReviewStatus.SUBMITTED),
        )
        .where(Call.slug == call, Application.status == ApplicationStatus.CURRENT)
        .where(Application.eligibility == Eligibility.ELIGIBLE)
        .group_by(col(Application.id))
        .subquery()
    )
    counted = session.exec(select(each.c.readings, func.count()).group_by(each.c.readings))
    return dict(sorted(counted.all()))

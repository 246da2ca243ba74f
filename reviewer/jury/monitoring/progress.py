"""How far the jury has come, by juror and by application, and when it may be done at this pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import call_in, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.jury.reviews.deadline import deadlines_in
from reviewer.jury.reviews.juror_statistics import PACE_PERIOD, reviews_per_day
from reviewer.models import Application, Assignment, Call, Person, Review, ReviewStatus
from reviewer.models.scopes import (
    CURRENT_APPLICATION,
    OPEN_ASSIGNMENT,
    REVIEW_OF_ASSIGNMENT,
    SUBMITTED_REVIEW,
    eligible_of,
)
from reviewer.tables.csv_files import Table


@dataclass(frozen=True)
class JurorProgress:
    """A juror's progress; ``pace`` is reviews submitted a day, over the last week at most.

    ``closes`` is the first moment too late for this juror, extensions included; None without a deadline.
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
    def is_late(self) -> bool:
        """Whether the juror will not be done in time: by their pace, or having none when time is short."""
        if not self.remaining or self.closes is None:
            return False
        if self.done_at is not None:
            return self.done_at > self.closes
        return self.closes - clock.now() < PACE_PERIOD

    @property
    def remaining(self) -> int:
        """The number of applications still to submit."""
        return self.assigned - self.submitted

    @property
    def done_at(self) -> datetime | None:
        """When the juror will be done at this pace; None without a pace, or with nothing left."""
        if not self.remaining or not self.pace:
            return None
        return clock.now() + timedelta(days=min(self.remaining / self.pace, 3650))


@dataclass(frozen=True)
class Progress:
    """The whole jury; ``by_readings[n]`` is the number of eligible applications with n submitted reviews."""

    jurors: tuple[JurorProgress, ...]
    by_readings: dict[int, int]

    @property
    def assigned(self) -> int:
        """The number of assigned readings."""
        return sum(juror.assigned for juror in self.jurors)

    @property
    def submitted(self) -> int:
        """The number of submitted readings."""
        return sum(juror.submitted for juror in self.jurors)

    @property
    def stalled_jurors(self) -> tuple[JurorProgress, ...]:
        """Jurors with something left who submitted nothing in the last week."""
        return tuple(juror for juror in self.jurors if juror.remaining and not juror.pace)

    @property
    def late_jurors(self) -> tuple[JurorProgress, ...]:
        """Jurors who will not be done in time."""
        return tuple(juror for juror in self.jurors if juror.is_late)

    @property
    def done_at(self) -> datetime | None:
        """When the slowest of the active jurors will be done; None if nobody is active."""
        return max((juror.done_at for juror in self.jurors if juror.done_at), default=None)


@verb(Action.SEE_PROGRESS)
def jury_progress(viewer: Actor, *, slug: str) -> Progress:
    """Returns everybody's progress, the juror with most left first, without naming applicants."""
    require(viewer, Action.SEE_PROGRESS)
    with read_session() as session:
        call = call_in(session, slug)
        deadlines = deadlines_in(session, call)
        jurors = [_juror_progress(deadlines, *row) for row in session.execute(_juror_query(call))]
        readings = _count_by_readings(session, call)
    return Progress(tuple(sorted(jurors, key=lambda juror: (-juror.remaining, juror.name))), readings)


@verb(Action.SEE_PROGRESS)
def progress_table(viewer: Actor, *, slug: str) -> Table:
    """Returns ``jury_progress`` by juror as a table for export; times are in the call's zone."""
    zone = spec_of(get_call(slug)).zone
    return Table(
        title="Avance del jurado",
        columns=(
            *("Persona", "Asignadas", "Empezadas", "Enviadas", "Pendientes"),
            *("Última actividad", "Enviadas por día", "Terminaría"),
        ),
        rows=tuple(
            (
                *(juror.name, juror.assigned, juror.begun, juror.submitted, juror.remaining),
                juror.last_activity.astimezone(zone).replace(microsecond=0) if juror.last_activity else None,
                round(juror.pace, 2),
                juror.done_at.astimezone(zone).date() if juror.done_at else None,
            )
            for juror in jury_progress(viewer, slug=slug).jurors
        ),
    )


def _juror_query(call: Call) -> sa.Select[*tuple[Any, ...]]:
    recent = and_(SUBMITTED_REVIEW, col(Review.submitted_at) > clock.now() - PACE_PERIOD)
    return (
        sa.select(
            *(col(Person.id), col(Person.email), col(Person.name)),
            func.count(),
            func.sum(case((Review.status == ReviewStatus.BEGUN, 1), else_=0)),
            func.sum(case((SUBMITTED_REVIEW, 1), else_=0)),
            func.max(Review.updated_at),
            func.sum(case((recent, 1), else_=0)),
            func.min(Review.started_at),
        )
        .select_from(Assignment)
        .join(Application, col(Application.id) == Assignment.application_id)
        .join(Person, col(Person.id) == Assignment.person_id)
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(col(Assignment.call_id) == call.id, OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .group_by(col(Person.id), col(Person.email), col(Person.name))
    )


def _juror_progress(
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
    pace = reviews_per_day(recent, first)
    closes = deadlines[1].get(person_id, deadlines[0])
    return JurorProgress(person_id, email, name, assigned, begun, submitted, last, pace, closes)


def _count_by_readings(session: Session, call: Call) -> dict[int, int]:
    readings_per_application = (
        select(col(Application.id), func.count(col(Review.id)).label("readings"))
        .outerjoin(Review, and_(col(Review.application_id) == Application.id, SUBMITTED_REVIEW))
        .where(eligible_of(call))
        .group_by(col(Application.id))
        .subquery()
    )
    readings = readings_per_application.c.readings
    counts = session.exec(select(readings, func.count()).group_by(readings))
    return dict(sorted(counts.all()))

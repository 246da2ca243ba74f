"""How far the jury has come: by juror, by application, and when it may be done at this pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import get_call, spec_of
from reviewer.core import clock
from reviewer.core.csv_files import Table
from reviewer.core.database import read_session
from reviewer.jury.reviews.deadline import deadlines_in
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Person,
    Review,
    ReviewStatus,
)
from reviewer.models.scopes import (
    CURRENT_APPLICATION,
    ELIGIBLE_APPLICATION,
    OPEN_ASSIGNMENT,
    REVIEW_OF_ASSIGNMENT,
    SUBMITTED_REVIEW,
)

PACE_PERIOD = timedelta(days=7)  # the pace is that of the last week


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
    def is_late(self) -> bool:
        """Whether she will not be done in time: at her pace, or since there is none and time is short."""
        if not self.remaining or self.closes is None:
            return False
        if self.done_at is not None:
            return self.done_at > self.closes
        return self.closes - clock.now() < PACE_PERIOD

    @property
    def remaining(self) -> int:
        """What she has still to submit."""
        return self.assigned - self.submitted

    @property
    def done_at(self) -> datetime | None:
        """When she will be done at this pace; None where there is no pace, or nothing left."""
        if not self.remaining or not self.pace:
            return None
        return clock.now() + timedelta(days=min(self.remaining / self.pace, 3650))


@dataclass(frozen=True)
class Progress:
    """The whole jury's; ``by_readings[n]`` is how many eligible applications have n submitted reviews."""

    jurors: tuple[JurorProgress, ...]
    by_readings: dict[int, int]

    @property
    def assigned(self) -> int:
        """Readings given out."""
        return sum(juror.assigned for juror in self.jurors)

    @property
    def submitted(self) -> int:
        """Readings that came back."""
        return sum(juror.submitted for juror in self.jurors)

    @property
    def stalled_jurors(self) -> tuple[JurorProgress, ...]:
        """Those with something left who submitted nothing in the last week: without them, no date."""
        return tuple(juror for juror in self.jurors if juror.remaining and not juror.pace)

    @property
    def late_jurors(self) -> tuple[JurorProgress, ...]:
        """Those who will not be done in time."""
        return tuple(juror for juror in self.jurors if juror.is_late)

    @property
    def done_at(self) -> datetime | None:
        """When the slowest of those who are at it will be done; None where nobody is."""
        return max((juror.done_at for juror in self.jurors if juror.done_at), default=None)


@verb(Action.SEE_PROGRESS)
def jury_progress(viewer: Actor, *, slug: str) -> Progress:
    """Everybody's progress, the one with most left first. Nothing in it says who applied."""
    require(viewer, Action.SEE_PROGRESS)
    with read_session() as session:
        rows = session.exec(_juror_query(slug)).all()
        deadlines = _deadlines(session, slug)
        jurors = tuple(_juror_progress(deadlines, *row) for row in rows)
        readings = _count_by_readings(session, slug)
    return Progress(tuple(sorted(jurors, key=lambda juror: (-juror.remaining, juror.name))), readings)


@verb(Action.SEE_PROGRESS)
def progress_table(viewer: Actor, *, slug: str) -> Table:
    """``jury_progress`` by juror, to take along; times are the call's."""
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


def _juror_query(slug: str) -> Any:
    since = clock.now() - PACE_PERIOD
    submitted = SUBMITTED_REVIEW
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
        .outerjoin(Review, REVIEW_OF_ASSIGNMENT)
        .where(col(Call.slug) == slug, OPEN_ASSIGNMENT, CURRENT_APPLICATION)
        .group_by(col(Person.id), col(Person.email), col(Person.name))
    )


def _deadlines(session: Session, slug: str) -> tuple[datetime | None, dict[int, datetime]]:
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    return deadlines_in(session, call) if call else (None, {})


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
    working_time = min(PACE_PERIOD, clock.now() - first) if first else PACE_PERIOD
    days = max(working_time / timedelta(days=1), 1)  # less than a day of work tells no pace a day
    closes = deadlines[1].get(person_id, deadlines[0])
    return JurorProgress(person_id, email, name, assigned, begun, submitted, last, recent / days, closes)


def _count_by_readings(session: Session, slug: str) -> dict[int, int]:
    readings_per_application = (
        select(col(Application.id), func.count(col(Review.id)).label("readings"))
        .join(Call, col(Call.id) == Application.call_id)
        .outerjoin(
            Review,
            and_(col(Review.application_id) == Application.id, SUBMITTED_REVIEW),
        )
        .where(Call.slug == slug, CURRENT_APPLICATION)
        .where(ELIGIBLE_APPLICATION)
        .group_by(col(Application.id))
        .subquery()
    )
    counts = session.exec(
        select(readings_per_application.c.readings, func.count()).group_by(
            readings_per_application.c.readings
        )
    )
    return dict(sorted(counts.all()))

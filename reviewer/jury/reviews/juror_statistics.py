"""A juror's own use of the scale, readings today, and expected end, shown to that juror only.

Resting is a suggestion. No norm sets a time for reading; judgements are known to drift within a session (see
the drift and session effects of the jury's model), so it is made after 90 minutes without a pause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlmodel import col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call import points
from reviewer.call.spec import CallSpec
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.jury.reviews import queue
from reviewer.models import Review, Score
from reviewer.models.scopes import SUBMITTED_REVIEW

PAUSE = timedelta(minutes=20)  # this long without submitting anything is a pause
MAX_WITHOUT_PAUSE = timedelta(minutes=90)
PACE_PERIOD = timedelta(days=7)  # the pace is that of the last week
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScaleUse:
    """``counts[criterion][level]`` over the submitted reviews; ``mean`` of their totals, out of 100."""

    reviews: int
    mean: float | None
    counts: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Pace:
    """A juror's speed: ``without_pause`` since the last pause, ``usual_interval`` between two reviews."""

    submitted_today: int
    without_pause: timedelta
    usual_interval: timedelta | None
    done_at: datetime | None

    @property
    def should_rest(self) -> bool:
        """Whether to suggest a pause."""
        return self.without_pause >= MAX_WITHOUT_PAUSE


@verb(Action.SEE_DESK)
def scale_use(viewer: Actor, *, slug: str, spec: CallSpec) -> ScaleUse:
    """Returns the viewer's own use of the scale in submitted reviews."""
    require(viewer, Action.SEE_DESK)
    query = (
        queue.assigned_query(select(Score.criterion, Score.value, func.count()), viewer, slug)
        .join(Score, col(Score.review_id) == Review.id)
        .where(SUBMITTED_REVIEW)
        .group_by(col(Score.criterion), col(Score.value))
    )
    with read_session() as session:
        rows = session.exec(query).all()
    counts: dict[str, dict[int, int]] = {rubric_criterion.key: {} for rubric_criterion in spec.criteria}
    for criterion, value, count in rows:
        counts.setdefault(criterion, {})[value] = count
    reviews = max((sum(level_counts.values()) for level_counts in counts.values()), default=0)
    return ScaleUse(reviews, _mean_points(spec, counts), counts)


@verb(Action.SEE_DESK)
def reading_pace(viewer: Actor, *, slug: str, spec: CallSpec) -> Pace:
    """Returns how much the viewer has read today and when they will be done at the last week's pace."""
    require(viewer, Action.SEE_DESK)
    now = clock.now()
    midnight = spec.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = (
        select(Review.submitted_at)
        .where(Review.person_id == viewer.person_id, SUBMITTED_REVIEW)
        .where(col(Review.submitted_at) > min(now - PACE_PERIOD, midnight))
        .order_by(col(Review.submitted_at))
    )
    with read_session() as session:
        times = [submitted_at for submitted_at in session.exec(sent) if submitted_at is not None]
        first = select(func.min(Review.started_at)).where(Review.person_id == viewer.person_id)
        begun = session.exec(first).one()
        counts = queue.counts_in(session, viewer, slug=slug)
    gaps = [later - before for before, later in pairwise(times)]
    steps = [gap.total_seconds() for gap in gaps if gap < PAUSE]
    per_day = reviews_per_day(sum(submitted_at > now - PACE_PERIOD for submitted_at in times), begun)
    return Pace(
        submitted_today=sum(submitted_at >= midnight for submitted_at in times),
        without_pause=_time_without_pause(times, now),
        usual_interval=timedelta(seconds=median(steps)) if steps else None,
        done_at=now + counts.remaining / per_day * DAY if counts.remaining and per_day else None,
    )


def reviews_per_day(recent: int, begun: datetime | None) -> float:
    """Returns the pace of a juror who submitted ``recent`` reviews within ``PACE_PERIOD``.

    Days before the first review was begun do not count; less than a day counts as one.
    """
    days = min(PACE_PERIOD, clock.now() - begun) / DAY if begun else 1
    return recent / max(days, 1)


def _time_without_pause(times: Sequence[datetime], now: datetime) -> timedelta:
    """Returns how long the juror has worked without a pause until now."""
    begun = now
    for time in reversed(times):
        if begun - time >= PAUSE:
            break
        begun = time
    return now - begun


def _mean_points(spec: CallSpec, counts: Mapping[str, Mapping[int, int]]) -> float | None:
    """Returns the mean of the totals: each review has every criterion, so it is the total of the means."""
    means = {
        criterion: sum(value * count for value, count in levels.items()) / sum(levels.values())
        for criterion, levels in counts.items()
        if levels
    }
    return points.total(means, spec)

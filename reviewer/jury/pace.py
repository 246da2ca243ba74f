"""How a juror has used the scale, how much she has read today, and when she will be done: hers alone.

When to rest is a suggestion. No norm sets it for reading; judgements are known to drift within a session (see
the drift and session effects of the jury's model), so it comes after an hour and a half without a pause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlmodel import col, func, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec
from reviewer.database import reading
from reviewer.jury import desk
from reviewer.models import Review, ReviewStatus, Score

PAUSE = timedelta(minutes=20)  # so long without sending anything was a pause
LONG = timedelta(minutes=90)
RECENT = timedelta(days=7)  # the pace is that of the last week, as the coordinators see it
DAY = timedelta(days=1)


@dataclass(frozen=True)
class SoFar:
    """``counts[criterion][level]`` over what she submitted; ``mean`` is of her totals, out of 100."""

    reviews: int
    mean: float | None
    counts: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Pace:
    """``today``: reviews sent; ``at_it``: since her last pause; ``each``: the usual time between two."""

    today: int
    at_it: timedelta
    each: timedelta | None
    done_at: datetime | None

    @property
    def should_rest(self) -> bool:
        """Whether a pause would do her reading good."""
        return self.at_it >= LONG


def so_far(viewer: Actor, *, call: str, spec: CallSpec) -> SoFar:
    """Her own use of the scale in the reviews that she has submitted; nobody else's is in it."""
    require(viewer, Action.SEE_DESK)
    query = (
        desk.hers(viewer, call, Score.criterion, Score.value, func.count())
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.status == ReviewStatus.SUBMITTED)
        .group_by(Score.criterion, Score.value)
    )
    with reading() as session:
        found = session.exec(query).all()
    counts: dict[str, dict[int, int]] = {each.key: {} for each in spec.criteria}
    for criterion, value, count in found:
        counts.setdefault(criterion, {})[value] = count
    reviews = max((sum(each.values()) for each in counts.values()), default=0)
    return SoFar(reviews, _mean(spec, counts), counts)


def pace(viewer: Actor, *, call: str, spec: CallSpec) -> Pace:
    """How much she has read today and, at the pace of the last week, when she will be done."""
    require(viewer, Action.SEE_DESK)
    now = clock.now()
    midnight = spec.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = (
        select(Review.submitted_at)
        .where(Review.person_id == viewer.person_id, Review.status == ReviewStatus.SUBMITTED)
        .where(col(Review.submitted_at) > min(now - RECENT, midnight))
        .order_by(col(Review.submitted_at))
    )
    with reading() as session:
        times = [each for each in session.exec(sent) if each is not None]
        begun = session.exec(
            select(func.min(Review.started_at)).where(Review.person_id == viewer.person_id)
        ).one()
        counts = desk.counts_in(session, viewer, call=call)
    gaps = [later - before for before, later in pairwise(times)]
    steps = [each.total_seconds() for each in gaps if each < PAUSE]
    days = max(min(RECENT, now - begun) / DAY, 1) if begun else 1
    recent = sum(each > now - RECENT for each in times)
    return Pace(
        today=sum(each >= midnight for each in times),
        at_it=_at_it(times, now),
        each=timedelta(seconds=median(steps)) if steps else None,
        done_at=now + counts.left / (recent / days) * DAY if counts.left and recent else None,
    )


def _at_it(times: Sequence[datetime], now: datetime) -> timedelta:
    """How long she has gone on without a pause, up to now."""
    begun = now
    for each in reversed(times):
        if begun - each >= PAUSE:
            break
        begun = each
    return now - begun


def _mean(spec: CallSpec, counts: Mapping[str, Mapping[int, int]]) -> float | None:
    """The mean of her totals. Each review has every criterion, so it is the total of the means."""
    low, high = spec.scale
    total = weights = 0.0
    for each in spec.criteria:
        levels = counts[each.key]
        number = sum(levels.values())
        if number:
            total += each.weight * sum(value * count for value, count in levels.items()) / number
            weights += each.weight
    return 100 * (total / weights - low) / (high - low) if weights else None

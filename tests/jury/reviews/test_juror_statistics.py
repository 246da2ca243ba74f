"""A juror's own figures: the use of the scale, readings today, and when they will be done."""

from datetime import UTC, datetime, timedelta

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import juror_statistics, queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.juror_statistics import Pace, ScaleUse
from reviewer.models import Call, Role
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory

NOON = datetime(2026, 3, 10, 18, tzinfo=UTC)  # 12:00 in Mexico City


@pytest.fixture
def order(reviewing_call: Call, juror: Actor, person: PersonFactory) -> list[str]:
    """Ten applications that two jurors read."""
    add_applications(reviewing_call, 10)
    person(Role.JURY)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    return [row.folio for row in queue.rows(juror, call=reviewing_call)]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    monkeypatch.setattr("reviewer.access.permissions.require_login", lambda actor: None)
    return now


def send(juror: Actor, folio: str, *values: int) -> None:
    for criterion, value in zip(CRITERIA, values, strict=True):
        reviews_service.set_score(juror, slug=SLUG, folio=folio, criterion=criterion, value=value, version=0)
    reviews_service.submit(juror, slug=SLUG, folio=folio, versions=dict.fromkeys(CRITERIA, 1))


def statistics_of(juror: Actor, call: Call) -> tuple[ScaleUse, Pace]:
    spec = spec_of(call)
    return juror_statistics.scale_use(juror, slug=SLUG, spec=spec), juror_statistics.reading_pace(
        juror, slug=SLUG, spec=spec
    )


def test_before_the_first_there_is_nothing_to_say(reviewing_call: Call, juror: Actor, order: list[str]) -> None:
    scale_use, pace_today = statistics_of(juror, reviewing_call)
    assert (scale_use.reviews, scale_use.mean) == (0, None)
    assert (
        pace_today.submitted_today,
        pace_today.without_pause,
        pace_today.usual_interval,
        pace_today.done_at,
    ) == (0, timedelta(0), None, None)
    assert not pace_today.should_rest


def test_the_use_of_the_scale_counts_only_own_submitted_reviews(
    reviewing_call: Call, juror: Actor, order: list[str]
) -> None:
    send(juror, order[0], 5, 4, 3, 2)
    send(juror, order[1], 5, 2, 3, 4)
    reviews_service.set_score(juror, slug=SLUG, folio=order[2], criterion="dibujo", value=1, version=0)
    scale_use, _ = statistics_of(juror, reviewing_call)
    assert scale_use.counts["relato"] == {5: 2}
    assert scale_use.counts["dibujo"] == {4: 1, 2: 1}
    assert scale_use.reviews == 2
    totals = [reviews_service.read_review(juror, slug=SLUG, folio=folio).total or 0 for folio in order[:2]]
    assert scale_use.mean == pytest.approx(sum(totals) / 2)


def test_today_the_pace_and_when_to_rest(
    reviewing_call: Call, juror: Actor, order: list[str], time: list[datetime]
) -> None:
    time[0] = NOON - timedelta(days=1)
    send(juror, order[0], 3, 3, 3, 3)
    time[0] = NOON
    for folio in order[1:7]:
        send(juror, folio, 3, 3, 3, 3)
        time[0] += timedelta(minutes=16)
    _, pace_today = statistics_of(juror, reviewing_call)
    assert (pace_today.submitted_today, pace_today.usual_interval) == (6, timedelta(minutes=16))
    assert pace_today.without_pause == timedelta(minutes=96) and pace_today.should_rest
    assert pace_today.done_at is not None  # three are left, seven were sent in a day and a bit
    assert timedelta(hours=10) < pace_today.done_at - time[0] < timedelta(hours=15)
    time[0] += timedelta(minutes=20)
    assert not statistics_of(juror, reviewing_call)[1].should_rest
    time[0] += timedelta(days=8)
    _, later = statistics_of(juror, reviewing_call)
    assert (later.submitted_today, later.done_at) == (0, None)  # no pace, and so no date

"""Points out of 100: in Python and in SQL, with the same result."""

import pytest

from reviewer.call import points
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.database import read_session
from reviewer.models import Call, ReviewStatus, Role
from tests.calls import CRITERIA
from tests.factories.applications import add_application
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_review


@pytest.fixture
def spec(call: Call) -> CallSpec:
    return spec_of(call)


def _scores(*levels: int) -> dict[str, int]:
    return dict(zip(CRITERIA, levels, strict=False))


def test_the_ends_of_the_scale_are_0_and_100_points(spec: CallSpec) -> None:
    low, high = spec.scale
    assert points.total(dict.fromkeys(CRITERIA, low), spec) == 0
    assert points.total(dict.fromkeys(CRITERIA, high), spec) == 100
    assert (points.from_scale(low, spec), points.from_scale(high, spec)) == (0, 100)
    assert points.points_per_level(spec) == 25


def test_criteria_count_by_their_weight(spec: CallSpec) -> None:
    # (40 × 5 + 25 × 1 + 20 × 3 + 15 × 3) / 100 = 3.3; 57.5 % of the way from 1 to 5
    assert points.total(_scores(5, 1, 3, 3), spec) == pytest.approx(57.5)


def test_missing_and_unknown_criteria_do_not_count(spec: CallSpec) -> None:
    assert points.total({}, spec) is None
    assert points.total({"otro": 5}, spec) is None
    assert points.total({"relato": 4, "otro": 1}, spec) == 75


def test_sql_and_python_agree(call: Call, spec: CallSpec, person: PersonFactory) -> None:
    complete = ((1, 1, 1, 1), (5, 5, 5, 5), (5, 1, 3, 3), (2, 5, 4, 1), (3, 4, 5, 5))
    partial: tuple[dict[str, int], ...] = (
        {"plan": 5},
        _scores(1, 2),
        {"dibujo": 4, "otro": 5},
        {"otro": 5},
        {},
    )
    readings = [*(_scores(*levels) for levels in complete), *partial]
    *jurors, unfinished = (person(Role.JURY) for _ in range(len(readings) + 1))
    application = add_application(call)
    for juror, scores in zip(jurors, readings, strict=True):
        add_review(application, juror, scores)
    add_review(application, unfinished, _scores(5), status=ReviewStatus.BEGUN)
    with read_session() as session:
        rows = session.exec(points.by_review(call, spec)).all()
    in_python = {juror.person_id: points.total(scores, spec) for juror, scores in zip(jurors, readings, strict=True)}
    assert {application for application, _, _ in rows} == {application.id}
    assert {juror: float(value) for _, juror, value in rows} == pytest.approx(
        {juror: value for juror, value in in_python.items() if value is not None}
    )

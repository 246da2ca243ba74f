"""Previews of changes of a call, and moving its dates."""

from datetime import UTC, datetime

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import Action
from reviewer.call import changes as call_changes
from reviewer.call import spec as call_spec
from reviewer.call.changes import Difference, with_dates
from reviewer.core import database
from reviewer.core.errors import Forbidden, UserError
from reviewer.intake.corrections import call_rules
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Application, Call, Eligibility, Phase, Role
from tests.calls import SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory


def test_a_new_file_is_compared_part_by_part(call: Call) -> None:
    text = call_text({"review.disagreement": 20, "criteria.2.weight": 15})
    assert call_changes.differences(OPERATOR, text=text) == [
        Difference("review.disagreement", 25.0, 20.0),
        Difference("criteria.ritmo.weight", 20.0, 15.0),
    ]
    assert call_changes.differences(OPERATOR, text=call_text()) == []
    assert call_changes.differences(OPERATOR, text=call_text({"slug": "otra"})) is None


def test_dates_are_moved_in_the_file_and_nothing_else(call: Call) -> None:
    dates = {"closes_at": datetime(2025, 10, 1, 18), "review.closes_at": datetime(2025, 11, 1, 12, 30)}
    moved = call_rules.move_dates(OPERATOR, slug=SLUG, dates=dates).call
    assert moved.source == call_text().replace("2025-09-30T23:59:00", "2025-10-01T18:00:00").replace(
        "2025-10-20T23:59:00", "2025-11-01T12:30:00"
    )
    spec = call_spec.spec_of(call_spec.get_call(SLUG))
    assert spec.review_closes == datetime(2025, 11, 1, 18, 31, tzinfo=UTC)
    without = call_spec.parse(with_dates(moved.source, {"review.opens_at": None, "review.closes_at": None}))
    assert without.review_opens is None and without.review_closes is None
    back = with_dates(with_dates(moved.source, {"review.closes_at": None}), {"review.closes_at": datetime(2025, 12, 1)})
    assert call_spec.parse(back).review.closes_at == datetime(2025, 12, 1)
    with pytest.raises(UserError, match="opens_at tiene que ser anterior"):
        call_rules.move_dates(OPERATOR, slug=SLUG, dates={"closes_at": datetime(2025, 8, 1)})
    assert call_spec.get_call(SLUG).source == moved.source


def test_applications_affected_by_other_dates_are_counted_to_the_second(call: Call) -> None:
    sent = (
        datetime(2025, 10, 1, 5, 59, 59, tzinfo=UTC),  # 23:59:59 in Mexico City: in time
        datetime(2025, 10, 1, 6, 0, 0, tzinfo=UTC),  # the first second too late
        datetime(2025, 9, 30, 18, 0, 59, tzinfo=UTC),
    )
    applications = add_applications(call, 4)
    with database.write_session() as session:
        for application, moment in zip(applications, sent, strict=False):
            session.get_one(Application, application.id).submitted_at = moment
    longer = with_dates(call.source, {"closes_at": datetime(2025, 10, 1, 0, 0)})
    assert call_changes.effects(OPERATOR, slug=SLUG, text=longer) == call_changes.Effects(0, 1)
    shorter = with_dates(call.source, {"closes_at": datetime(2025, 9, 30, 12, 0)})
    assert call_changes.effects(OPERATOR, slug=SLUG, text=shorter) == call_changes.Effects(1, 0)


def test_a_phase_says_what_each_role_gains_and_loses_and_what_is_unfinished(call: Call, person: PersonFactory) -> None:
    for _ in range(3):
        person(Role.JURY)
    add_applications(call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG)
    add_applications(call, 3, start=10)
    add_applications(call, 1, start=20, eligibility=Eligibility.TO_CHECK)
    changes = call_changes.phase_change(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    assert Action.REVIEW in changes.gained[Role.JURY] and Action.REVIEW not in changes.lost[Role.JURY]
    assert (changes.to_check, changes.unassigned, changes.unsubmitted) == (1, 3, 6)
    call_spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    changes = call_changes.phase_change(OPERATOR, slug=SLUG, phase=Phase.ARCHIVED)
    assert Action.SEE_OTHERS_SCORES in changes.lost[Role.JURY]


def test_only_admins_change_a_call(call: Call, coordinator: Actor, juror: Actor) -> None:
    for actor in (coordinator, juror):
        with pytest.raises(Forbidden):
            call_changes.differences(actor, text=call_text())
        with pytest.raises(Forbidden):
            call_rules.move_dates(actor, slug=SLUG, dates={"closes_at": datetime(2025, 10, 2)})
        with pytest.raises(Forbidden):
            call_changes.phase_change(actor, slug=SLUG, phase=Phase.SCREENING)

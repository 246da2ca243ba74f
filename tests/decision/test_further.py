"""Further readings: proposed where they may move somebody across the cut, given out, compared afterwards."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sqlmodel import col, select

from reviewer import clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.calls import spec_of
from reviewer.database import reading, writing
from reviewer.decision import further, standings
from reviewer.decision.call_ranking import compute
from reviewer.decision.further import gains
from reviewer.errors import Forbidden, Refused
from reviewer.jury import assignment
from reviewer.models import (
    Application,
    Assignment,
    Call,
    Eligibility,
    KeptRanking,
    RankedApplication,
    Review,
    ReviewStatus,
    Score,
)
from tests.conftest import SLUG


def test_the_gain_is_what_the_best_is_expected_to_gain() -> None:
    """For one seat: E[max(m + σ̃ Z, the other)] − the larger of both, by integration."""
    merit, variance, noise = np.array([0.4, 0.1, -0.6]), np.array([0.3, 0.5, 0.2]), 1.7
    found = gains(merit, variance, noise, seats=1)
    for place, other in ((0, 0.1), (1, 0.4), (2, 0.4)):
        moves = variance[place] / np.sqrt(variance[place] + noise)

        def best(z: float, m: float = merit[place], s: float = moves, o: float = other) -> float:
            return float(max(m + s * z, o) * norm.pdf(z))

        expected = quad(best, -9, 9, points=[(other - merit[place]) / moves], limit=200)[0]
        assert found[place] == pytest.approx(expected - max(merit[place], other), abs=1e-9)


@pytest.fixture
def ranked(scored: Call) -> Call:
    """Six seats for the twenty-four, ranked."""
    with writing() as session:
        stored = session.get(Call, scored.id)
        assert stored is not None
        stored.source = stored.source.replace("seats        = 60", "seats        = 6").replace(
            "seats    = 20", "seats    = 2"
        )
        best = session.exec(select(Application).where(Application.folio == "GUI-0019")).one()
        best.eligibility, best.updated_at = Eligibility.TO_CHECK, clock.now()
    compute(OPERATOR, call=SLUG)
    return scored


def test_those_near_the_cut_come_first_and_only_eligible_ones(ranked: Call) -> None:
    found = further.propose(OPERATOR, call=SLUG, readings=8)
    assert len(found) == 8 and all(each.readings == 2 and not each.awaited for each in found)
    assert "GUI-0019" not in {each.folio for each in found}
    assert all(abs(each.now.rank - 6.5) < 8 for each in found[:4])
    assert all(each.error_after < each.now.error for each in found)
    everyone = further.propose(OPERATOR, call=SLUG, readings=100)
    assert everyone[:8] == found and len(everyone) == 23


def submit(pairs: tuple[tuple[int, int], ...], call: Call, value: int) -> None:
    with writing() as session:
        for application, person in pairs:
            review = Review(
                call_id=call.id or 0,
                application_id=application,
                person_id=person,
                status=ReviewStatus.SUBMITTED,
                submitted_at=clock.now(),
            )
            session.add(review)
            session.flush()
            session.add_all(
                Score(review_id=review.id or 0, criterion=each.key, value=value)
                for each in spec_of(call).criteria
            )


def test_a_round_is_compared_with_the_ranking_before_it(ranked: Call) -> None:
    before = {each.folio: each for each in standings.lines(OPERATOR, call=SLUG, sought=standings.Sought())}
    outside = [each.folio for each in further.propose(OPERATOR, call=SLUG, readings=23) if each.now.rank > 6][
        :3
    ]
    plan = assignment.draw_further(OPERATOR, call=SLUG, folios=outside)
    further.note_round(OPERATOR, call=SLUG, pairs=plan.pairs)
    (given,) = further.rounds(OPERATOR, call=SLUG)
    assert (given.readings, given.in_by_now) == (3, 0) and all(
        each.now is None for each in given.applications
    )
    awaited = {each.folio: each for each in further.propose(OPERATOR, call=SLUG, readings=23)}
    assert all(awaited[each].awaited == 1 for each in outside)

    submit(plan.pairs, ranked, 5)
    compute(OPERATOR, call=SLUG)
    compute(OPERATOR, call=SLUG)
    (given,) = further.rounds(OPERATOR, call=SLUG)
    assert given.in_by_now == 3 and given.entered and len(given.entered) == len(given.left)
    assert set(given.entered) <= set(outside)
    for each in given.applications:
        assert each.before.rank == before[each.folio].rank
        assert each.now is not None and each.now.estimate > each.before.estimate
    with reading() as session:
        assert len(session.exec(select(KeptRanking)).all()) == 2

    submit_more = assignment.draw_further(OPERATOR, call=SLUG, folios=["GUI-0001"])
    submit(submit_more.pairs, ranked, 1)
    compute(OPERATOR, call=SLUG)
    with reading() as session:
        assert len(session.exec(select(KeptRanking)).all()) == 2
        lines = session.exec(select(RankedApplication).order_by(col(RankedApplication.rank))).all()
    assert len(lines) == 48


def test_five_readings_are_enough_for_one(ranked: Call) -> None:
    target = further.propose(OPERATOR, call=SLUG, readings=1)[0].folio
    with writing() as session:
        application = session.exec(select(Application).where(Application.folio == target)).one()
        line = session.exec(
            select(RankedApplication).where(RankedApplication.application_id == application.id)
        ).one()
        line.reviews = 5
    assert target not in {each.folio for each in further.propose(OPERATOR, call=SLUG, readings=100)}


def test_without_a_cut_there_is_nothing_to_propose(scored: Call) -> None:
    with pytest.raises(Refused, match="calcular el ranking"):
        further.propose(OPERATOR, call=SLUG, readings=5)
    compute(OPERATOR, call=SLUG)
    with pytest.raises(Refused, match="Hay lugar para todas"):
        further.propose(OPERATOR, call=SLUG, readings=5)


def test_only_coordinators_propose_and_give(ranked: Call, jury: list[Actor], admin: Actor) -> None:
    with reading() as session:
        given = session.exec(select(Assignment)).first()
    assert given is not None
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            further.propose(actor, call=SLUG, readings=5)
        with pytest.raises(Forbidden):
            further.rounds(actor, call=SLUG)
        with pytest.raises(Forbidden):
            further.note_round(actor, call=SLUG, pairs=((given.application_id, given.person_id),))

"""Further readings: proposed where they may move somebody across the cut, given out, compared afterwards."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.decision.ranking import additional_readings
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.decision.ranking.additional_readings import knowledge_gradient
from reviewer.decision.ranking.service import compute
from reviewer.jury.assignment import service as assignment_service
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
    require_id,
)
from tests.calls import NO_REVIEW_WINDOW, SIX_SEATS, SLUG, call_text


def test_the_gain_is_what_the_best_is_expected_to_gain() -> None:
    """For one seat: E[max(m + σ̃ Z, the other)] − the larger of both, by integration."""
    merit, variance, noise = np.array([0.4, 0.1, -0.6]), np.array([0.3, 0.5, 0.2]), 1.7
    gradient = knowledge_gradient(merit, variance, noise, seats=1)
    for place, threshold in ((0, 0.1), (1, 0.4), (2, 0.4)):
        change_sd = variance[place] / np.sqrt(variance[place] + noise)

        def best(z: float, m: float = merit[place], s: float = change_sd, o: float = threshold) -> float:
            return float(max(m + s * z, o) * norm.pdf(z))

        expected = quad(best, -9, 9, points=[(threshold - merit[place]) / change_sd], limit=200)[0]
        assert gradient[place] == pytest.approx(expected - max(merit[place], threshold), abs=1e-9)


@pytest.fixture
def ranked(scored: Call) -> Call:
    """Six seats for the twenty-four, ranked."""
    with write_session() as session:
        call = session.get(Call, scored.id)
        assert call is not None
        call.source = call_text(NO_REVIEW_WINDOW | SIX_SEATS)
        best = session.exec(select(Application).where(Application.folio == "HIS-0019")).one()
        best.eligibility, best.updated_at = Eligibility.TO_CHECK, clock.now()
    compute(OPERATOR, slug=SLUG)
    return scored


def test_those_near_the_cut_come_first_and_only_eligible_ones(ranked: Call) -> None:
    candidates = additional_readings.propose(OPERATOR, slug=SLUG, readings=8)
    assert len(candidates) == 8 and all(candidate.readings == 2 and not candidate.pending for candidate in candidates)
    assert "HIS-0019" not in {candidate.folio for candidate in candidates}
    assert all(abs(candidate.now.rank - 6.5) < 8 for candidate in candidates[:4])
    assert all(candidate.error_after < candidate.now.error for candidate in candidates)
    everyone = additional_readings.propose(OPERATOR, slug=SLUG, readings=100)
    assert everyone[:8] == candidates and len(everyone) == 23


def submit(pairs: tuple[tuple[int, int], ...], call: Call, value: int) -> None:
    with write_session() as session:
        for application, person in pairs:
            review = Review(
                call_id=require_id(call),
                application_id=application,
                person_id=person,
                status=ReviewStatus.SUBMITTED,
                submitted_at=clock.now(),
            )
            session.add(review)
            session.flush()
            session.add_all(
                Score(review_id=require_id(review), criterion=criterion.key, value=value)
                for criterion in spec_of(call).criteria
            )


def test_a_round_is_compared_with_the_ranking_before_it(ranked: Call) -> None:
    before = {
        line.folio: line
        for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=ranking_queries.RankingFilters())
    }
    outside = [
        candidate.folio
        for candidate in additional_readings.propose(OPERATOR, slug=SLUG, readings=23)
        if candidate.now.rank > 6
    ][:3]
    plan = assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=outside)
    additional_readings.record_round(OPERATOR, slug=SLUG, pairs=plan.pairs)
    (round_summary,) = additional_readings.rounds(OPERATOR, slug=SLUG)
    assert (round_summary.readings, round_summary.submitted) == (3, 0) and all(
        application.now is None for application in round_summary.applications
    )
    candidates_by_folio = {
        candidate.folio: candidate for candidate in additional_readings.propose(OPERATOR, slug=SLUG, readings=23)
    }
    assert all(candidates_by_folio[folio].pending == 1 for folio in outside)

    submit(plan.pairs, ranked, 5)
    compute(OPERATOR, slug=SLUG)
    compute(OPERATOR, slug=SLUG)
    (round_summary,) = additional_readings.rounds(OPERATOR, slug=SLUG)
    assert (
        round_summary.submitted == 3 and round_summary.entered and len(round_summary.entered) == len(round_summary.left)
    )
    assert set(round_summary.entered) <= set(outside)
    for application in round_summary.applications:
        assert application.before.rank == before[application.folio].rank
        assert application.now is not None and application.now.estimate > application.before.estimate
    with read_session() as session:
        assert len(session.exec(select(KeptRanking)).all()) == 2

    further_plan = assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=["HIS-0001"])
    submit(further_plan.pairs, ranked, 1)
    compute(OPERATOR, slug=SLUG)
    with read_session() as session:
        assert len(session.exec(select(KeptRanking)).all()) == 2
        lines = session.exec(select(RankedApplication).order_by(col(RankedApplication.rank))).all()
    assert len(lines) == 48


def test_five_readings_are_enough_for_one(ranked: Call) -> None:
    target = additional_readings.propose(OPERATOR, slug=SLUG, readings=1)[0].folio
    with write_session() as session:
        application = session.exec(select(Application).where(Application.folio == target)).one()
        line = session.exec(select(RankedApplication).where(RankedApplication.application_id == application.id)).one()
        line.reviews = 5
    assert target not in {
        candidate.folio for candidate in additional_readings.propose(OPERATOR, slug=SLUG, readings=100)
    }


def test_without_a_cut_there_is_nothing_to_propose(scored: Call) -> None:
    with pytest.raises(UserError, match="calcular el ranking"):
        additional_readings.propose(OPERATOR, slug=SLUG, readings=5)
    compute(OPERATOR, slug=SLUG)
    with pytest.raises(UserError, match="Hay lugar para todas"):
        additional_readings.propose(OPERATOR, slug=SLUG, readings=5)


def test_only_coordinators_propose_and_give(ranked: Call, jury: list[Actor], admin: Actor) -> None:
    with read_session() as session:
        existing_assignment = session.exec(select(Assignment)).first()
    assert existing_assignment is not None
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            additional_readings.propose(actor, slug=SLUG, readings=5)
        with pytest.raises(Forbidden):
            additional_readings.rounds(actor, slug=SLUG)
        with pytest.raises(Forbidden):
            additional_readings.record_round(
                actor, slug=SLUG, pairs=((existing_assignment.application_id, existing_assignment.person_id),)
            )

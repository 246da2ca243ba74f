"""A ranking is computed once and kept until something that it rests on changes."""

import json

import pytest
from sqlmodel import col, func, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.decision.ranking.service import compute, ranking_of
from reviewer.demographics import group_rules
from reviewer.jury.conflicts import recusals
from reviewer.models import (
    Application,
    Call,
    Conflict,
    Eligibility,
    KeptRanking,
    RankedApplication,
    Review,
    ReviewStatus,
    Score,
)
from tests.calls import SLUG, call_text
from tests.stored_rows import count_events


def kept_stamp() -> str:
    with read_session() as session:
        return session.exec(select(KeptRanking.stamp)).one()


def test_the_kept_ranking_equals_the_computed_one(scored: Call) -> None:
    shares: list[float] = []
    first = compute(OPERATOR, slug=SLUG, on_progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    shares.clear()
    assert compute(OPERATOR, slug=SLUG, on_progress=shares.append) == first
    with read_session() as session:
        assert ranking_of(session, scored) == first
    assert not shares and count_events("ranking.compute") == 1


@pytest.mark.parametrize("change", ["swap", "reopen", "recuse", "ineligible"])
def test_a_change_of_its_inputs_recomputes_the_ranking(scored: Call, change: str) -> None:
    first, stamp = compute(OPERATOR, slug=SLUG), kept_stamp()
    with write_session() as session:
        review = session.exec(select(Review).order_by(col(Review.id))).first()
        assert review is not None
        if change == "swap":
            scores = session.exec(select(Score).order_by(col(Score.value), col(Score.id))).all()
            low, high = scores[0], scores[-1]
            low.value, high.value = high.value, low.value
        elif change == "reopen":
            review.status = ReviewStatus.BEGUN
        elif change == "recuse":
            conflict = Conflict(application_id=review.application_id, person_id=review.person_id, kind="work")
            recusals.recuse(session, OPERATOR, scored, [conflict])
        else:
            application = session.get(Application, review.application_id)
            assert application is not None
            application.eligibility, application.updated_at = Eligibility.INELIGIBLE, clock.now()
    again = compute(OPERATOR, slug=SLUG)
    assert again != first and kept_stamp() != stamp
    with read_session() as session:
        assert session.exec(select(func.count()).select_from(RankedApplication)).one() == len(again.ranking)


def test_changed_group_rules_recompute_a_stratified_ranking(scored: Call, coordinator: Actor) -> None:
    spec.load_call(OPERATOR, text=call_text({"decision.strata": ["genero"]}))
    compute(OPERATOR, slug=SLUG)
    stamp = kept_stamp()
    group_rules.change(coordinator, field="ocupacion", text="Todas: a", based_on=0)
    compute(OPERATOR, slug=SLUG)
    assert kept_stamp() == stamp, "strata do not go by those"
    group_rules.change(coordinator, field="genero", text="Todas: a", based_on=0)
    compute(OPERATOR, slug=SLUG)
    assert kept_stamp() != stamp


def test_a_draft_changes_nothing(scored: Call) -> None:
    compute(OPERATOR, slug=SLUG)
    with write_session() as session:
        draft = session.exec(select(Review).order_by(col(Review.id))).first()
        assert draft is not None
        draft.status = ReviewStatus.BEGUN
    compute(OPERATOR, slug=SLUG)
    stamp = kept_stamp()
    with write_session() as session:
        score = session.exec(select(Score).where(Score.review_id == draft.id)).first()
        assert score is not None
        score.value, score.version, score.updated_at = 6 - score.value, score.version + 1, clock.now()
    compute(OPERATOR, slug=SLUG)
    assert kept_stamp() == stamp


def test_nothing_submitted_is_a_refusal_and_only_coordinators_may(
    reviewing_call: Call, juror: Actor, admin: Actor
) -> None:
    with pytest.raises(UserError, match="ningún dictamen"):
        compute(OPERATOR, slug=SLUG)
    for actor in (juror, admin):
        with pytest.raises(Forbidden):
            compute(actor, slug=SLUG)


def test_the_command_prints_the_contracts_shape(scored: Call, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for _ in range(2):
        assert main(["rank", "--call", SLUG, "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]
    assert set(answers[0]) == {"seats", "model", "ranking", "reviewers", "groups", "warnings"}
    assert answers[0]["seats"] == 24 and len(answers[0]["ranking"]) == 24
    assert {entry["reviews"] for entry in answers[0]["ranking"]} == {2}
    strict = max(answers[0]["reviewers"], key=lambda juror: juror["severity"])
    assert strict["reviews"] == 16 and set(strict) == {"reviewer", "reviews", "severity", "flags"}

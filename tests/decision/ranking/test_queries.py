"""The list as a coordinator sees it: every filter and order by the database, a page at a time."""

from dataclasses import astuple

import pytest
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.decision.ranking import queries as ranking_queries
from reviewer.decision.ranking.application_detail import application_detail
from reviewer.decision.ranking.queries import Band, Mark, Order, RankingFilters
from reviewer.decision.ranking.service import compute
from reviewer.models import (
    Applicant,
    Application,
    Assignment,
    Call,
    CommitteeMessage,
    Eligibility,
    Note,
    NoteKind,
    PinnedNote,
    Review,
    ReviewStatus,
    Score,
    require_id,
)
from tests.calls import NO_REVIEW_WINDOW, SIX_SEATS, SLUG, SPEC, call_text


@pytest.fixture
def ranked(scored: Call) -> Call:
    """Eight seats for twenty-four applications that differ in alcaldía, kind, title and eligibility."""
    with write_session() as session:
        call = session.get(Call, scored.id)
        assert call is not None
        call.source = call_text(NO_REVIEW_WINDOW | SIX_SEATS)
        applications = session.exec(select(Application).order_by(Application.folio)).all()
        for place, application in enumerate(applications):
            application.project_kind = "Serie" if place % 3 == 0 else "Largometraje"
            application.eligibility = Eligibility.TO_CHECK if place == 20 else Eligibility.ELIGIBLE
            applicant = session.get(Applicant, application.id)
            assert applicant is not None
            applicant.alcaldia = "09015" if place % 2 else None
        applications[3].project_title = "100% _de_ agua"
        first = session.exec(select(Review).where(Review.application_id == applications[0].id)).first()
        assert first is not None
        first.status = ReviewStatus.BEGUN
    compute(OPERATOR, slug=SLUG)
    return scored


def folios(**filters: object) -> list[str]:
    ranking_filters = RankingFilters(**filters)  # type: ignore[arg-type]
    return [line.folio for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=ranking_filters)]


def test_pages_follow_one_another_in_any_order(ranked: Call) -> None:
    assert len(folios()) == 24
    for order in Order:
        for descending in (False, True):
            sought = RankingFilters(order=order, descending=descending)
            all_lines = ranking_queries.lines(OPERATOR, slug=SLUG, filters=sought)
            parts = [
                line
                for start in range(0, 24, 7)
                for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=sought, offset=start, limit=7)
            ]
            assert parts == all_lines and len({line.folio for line in all_lines}) == 24
    by_chance = ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters(order=Order.CHANCE, descending=True))
    assert [line.chance for line in by_chance] == sorted((line.chance for line in by_chance), reverse=True)
    assert sum(line.chance for line in by_chance) == pytest.approx(6)


def test_filters_count_as_they_show(ranked: Call) -> None:
    for sought in (
        RankingFilters(band=Band.IN),
        RankingFilters(band=Band.CUT),
        RankingFilters(band=Band.OUT),
        RankingFilters(mark=Mark.MISSING),
        RankingFilters(alcaldia="09015", kind="Serie"),
    ):
        assert ranking_queries.count(OPERATOR, slug=SLUG, filters=sought) == len(
            ranking_queries.lines(OPERATOR, slug=SLUG, filters=sought)
        )
    overview = ranking_queries.overview(OPERATOR, slug=SLUG)
    assert overview is not None and overview.is_current and overview.seats == 6
    assert overview.bands == {band: len(folios(band=band)) for band in Band} and sum(overview.bands.values()) == 24
    assert all(overview.bands.values())
    assert folios(mark=Mark.TO_CHECK) == ["HIS-0021"]
    assert len(folios(alcaldia="09015")) == 12 and len(folios(kind="Serie")) == 8
    assert folios(text="his-0007") == ["HIS-0007"]
    assert folios(text="100% _") == ["HIS-0004"]
    assert folios(text="%") == folios(text="nadie") == []
    missing = ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters(mark=Mark.MISSING))
    assert len(missing) == 24 and all(Mark.MISSING in line.marks for line in missing)
    disagreeing = [
        line
        for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters())
        if line.spread >= SPEC.review.disagreement - 1e-9
    ]
    assert {line.folio for line in disagreeing} == set(folios(mark=Mark.DISAGREEMENT)) and disagreeing


def test_a_list_takes_as_many_queries_for_one_row_as_for_all(ranked: Call, queries: list[str]) -> None:
    for limit in (1, 24):
        queries.clear()
        ranking_queries.overview(OPERATOR, slug=SLUG)
        ranking_queries.count(OPERATOR, slug=SLUG, filters=RankingFilters())
        ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters(), limit=limit)
        assert len(queries) == 14


def test_titles_do_not_name_their_author_in_a_blind_call(ranked: Call) -> None:
    with write_session() as session:
        application = session.exec(select(Application).where(Application.folio == "HIS-0005")).one()
        session.get_one(Applicant, application.id).first_names = "Zenaida"
        application.project_title = "Zenaida cruza el río"
    (line,) = ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters(text="HIS-0005"))
    assert line.title == "█████ cruza el río"
    assert application_detail(OPERATOR, slug=SLUG, folio="HIS-0005").line.title == line.title


def test_the_way_of_one_application_adds_up_in_points(ranked: Call) -> None:
    for line in ranking_queries.lines(OPERATOR, slug=SLUG, filters=RankingFilters()):
        detail = application_detail(OPERATOR, slug=SLUG, folio=line.folio)
        assert detail.line == line
        assert line.mean + sum(astuple(detail.steps)) == pytest.approx(line.estimate, abs=1e-6)
        assert len(detail.readings) == line.readings
        points = [reading.points for reading in detail.readings]
        assert sum(points) / len(points) == pytest.approx(line.mean)
    assert application_detail(OPERATOR, slug=SLUG, folio="HIS-0001").pending_jurors


def test_private_notes_stay_private(ranked: Call, jury: list[Actor]) -> None:
    with write_session() as session:
        review = session.exec(
            select(Review).where(Review.status == ReviewStatus.SUBMITTED).order_by(col(Review.id))
        ).first()
        assert review is not None
        application = session.get(Application, review.application_id)
        assert application is not None
        session.add(Note(review_id=require_id(review), kind=NoteKind.COMMITTEE, text="al comité"))
        session.add(Note(review_id=require_id(review), kind=NoteKind.PRIVATE, text="PRIVADO"))
        for key, shared, text in (("a", True, "a la vista"), ("b", False, "PRIVADO"), ("c", True, "")):
            session.add(
                PinnedNote(
                    application_id=review.application_id,
                    person_id=review.person_id,
                    key=key,
                    document="d",
                    page=1,
                    x=0,
                    y=0,
                    shared=shared,
                    text=text,
                )
            )
        session.add(
            CommitteeMessage(
                application_id=review.application_id, person_id=review.person_id, key="m", text="en la mesa"
            )
        )
    detail = application_detail(OPERATOR, slug=SLUG, folio=application.folio)
    commented = [reading for reading in detail.readings if reading.comment]
    assert [(reading.comment, reading.notes) for reading in commented] == [("al comité", ("a la vista",))]
    assert [text for _, text in detail.messages] == ["en la mesa"]
    assert "PRIVADO" not in repr(detail)


def test_a_draft_is_not_shown_as_a_reading(ranked: Call) -> None:
    with write_session() as session:
        draft = session.exec(select(Review).where(Review.status == ReviewStatus.BEGUN)).one()
        scores = session.exec(select(Score).where(Score.review_id == draft.id)).all()
        assignment = session.exec(
            select(Assignment).where(
                Assignment.application_id == draft.application_id, Assignment.person_id == draft.person_id
            )
        ).one()
        assert scores and assignment.closed_at is None
    detail = application_detail(OPERATOR, slug=SLUG, folio="HIS-0001")
    assert len(detail.readings) == 1


def test_juror_figures_have_standard_errors(ranked: Call) -> None:
    by_name = {juror.name: juror for juror in ranking_queries.jurors(OPERATOR, slug=SLUG)}
    assert set(by_name) == {"Inés", "Óscar", "Úrsula"}
    strict = by_name["Óscar"]
    assert strict.severity == max(juror.severity for juror in by_name.values())
    assert strict.severity > 2 * strict.severity_error > 0
    assert all(juror.noise > juror.noise_error > 0 < juror.spread_error for juror in by_name.values())


def test_only_coordinators_look(ranked: Call, jury: list[Actor], admin: Actor, coordinator: Actor) -> None:
    for actor in (jury[0], admin):
        for look in (
            lambda viewer: ranking_queries.overview(viewer, slug=SLUG),
            lambda viewer: ranking_queries.lines(viewer, slug=SLUG, filters=RankingFilters()),
            lambda viewer: ranking_queries.count(viewer, slug=SLUG, filters=RankingFilters()),
            lambda viewer: ranking_queries.jurors(viewer, slug=SLUG),
            lambda viewer: ranking_queries.kinds(viewer, slug=SLUG),
            lambda viewer: ranking_queries.has_submitted_reviews(viewer, slug=SLUG),
            lambda viewer: application_detail(viewer, slug=SLUG, folio="HIS-0001"),
        ):
            with pytest.raises(Forbidden):
                look(actor)
    assert application_detail(coordinator, slug=SLUG, folio="HIS-0002").line.folio == "HIS-0002"
    with pytest.raises(UserError, match="HIS-9"):
        application_detail(coordinator, slug=SLUG, folio="HIS-9")

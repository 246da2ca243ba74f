"""The list as a coordinator sees it: every filter and order by the database, a page at a time."""

from dataclasses import astuple

import pytest
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import writing
from reviewer.decision import standings
from reviewer.decision.call_ranking import compute
from reviewer.decision.dossier import dossier
from reviewer.decision.standings import Band, Mark, Order, Sought
from reviewer.errors import Forbidden, Refused
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
)
from tests.conftest import SLUG


@pytest.fixture
def ranked(scored: Call) -> Call:
    """Eight seats for the twenty-four; some of them told apart by alcaldía, kind, title and checks."""
    with writing() as session:
        stored = session.get(Call, scored.id)
        assert stored is not None
        stored.source = stored.source.replace("seats        = 60", "seats        = 6").replace(
            "seats    = 20", "seats    = 2"
        )
        applications = session.exec(select(Application).order_by(Application.folio)).all()
        for place, each in enumerate(applications):
            each.project_kind = "Serie" if place % 3 == 0 else "Largometraje"
            each.eligibility = Eligibility.TO_CHECK if place == 20 else Eligibility.ELIGIBLE
            applicant = session.get(Applicant, each.id)
            assert applicant is not None
            applicant.alcaldia = "09015" if place % 2 else None
        applications[3].project_title = "100% _de_ agua"
        first = session.exec(select(Review).where(Review.application_id == applications[0].id)).first()
        assert first is not None
        first.status = ReviewStatus.BEGUN
    compute(OPERATOR, call=SLUG)
    return scored


def folios(**sought: object) -> list[str]:
    return [each.folio for each in standings.lines(OPERATOR, call=SLUG, sought=Sought(**sought))]  # type: ignore[arg-type]


def test_pages_follow_one_another_in_any_order(ranked: Call) -> None:
    assert len(folios()) == 24
    for order in Order:
        for descending in (False, True):
            sought = Sought(order=order, descending=descending)
            whole = standings.lines(OPERATOR, call=SLUG, sought=sought)
            parts = [
                line
                for start in range(0, 24, 7)
                for line in standings.lines(OPERATOR, call=SLUG, sought=sought, offset=start, limit=7)
            ]
            assert parts == whole and len({each.folio for each in whole}) == 24
    by_chance = standings.lines(OPERATOR, call=SLUG, sought=Sought(order=Order.CHANCE, descending=True))
    assert [each.chance for each in by_chance] == sorted((each.chance for each in by_chance), reverse=True)
    assert sum(each.chance for each in by_chance) == pytest.approx(6)


def test_filters_count_as_they_show(ranked: Call) -> None:
    for sought in (
        Sought(band=Band.IN),
        Sought(band=Band.CUT),
        Sought(band=Band.OUT),
        Sought(mark=Mark.MISSING),
        Sought(alcaldia="09015", kind="Serie"),
    ):
        assert standings.count(OPERATOR, call=SLUG, sought=sought) == len(
            standings.lines(OPERATOR, call=SLUG, sought=sought)
        )
    seen = standings.overview(OPERATOR, call=SLUG)
    assert seen is not None and seen.fresh and seen.seats == 6
    assert seen.bands == {each: len(folios(band=each)) for each in Band} and sum(seen.bands.values()) == 24
    assert all(seen.bands.values())
    assert folios(mark=Mark.TO_CHECK) == ["GUI-0021"]
    assert len(folios(alcaldia="09015")) == 12 and len(folios(kind="Serie")) == 8
    assert folios(text="gui-0007") == ["GUI-0007"]
    assert folios(text="100% _") == ["GUI-0004"]
    assert folios(text="%") == ["GUI-0004"] and folios(text="nadie") == []
    missing = standings.lines(OPERATOR, call=SLUG, sought=Sought(mark=Mark.MISSING))
    assert len(missing) == 24 and all(Mark.MISSING in each.marks for each in missing)
    apart = [each for each in standings.lines(OPERATOR, call=SLUG, sought=Sought()) if each.apart >= 30]
    assert {each.folio for each in apart} == set(folios(mark=Mark.APART)) and apart


def test_a_list_takes_as_many_queries_for_one_row_as_for_all(ranked: Call, queries: list[str]) -> None:
    for limit in (1, 24):
        queries.clear()
        standings.overview(OPERATOR, call=SLUG)
        standings.count(OPERATOR, call=SLUG, sought=Sought())
        standings.lines(OPERATOR, call=SLUG, sought=Sought(), limit=limit)
        assert len(queries) == 11


def test_the_way_of_one_application_adds_up_in_points(ranked: Call) -> None:
    for line in standings.lines(OPERATOR, call=SLUG, sought=Sought()):
        found = dossier(OPERATOR, call=SLUG, folio=line.folio)
        assert found.line == line
        assert line.mean + sum(astuple(found.steps)) == pytest.approx(line.estimate, abs=1e-6)
        assert len(found.readings) == line.readings
        points = [each.points for each in found.readings]
        assert sum(points) / len(points) == pytest.approx(line.mean)
    assert dossier(OPERATOR, call=SLUG, folio="GUI-0001").awaited


def test_what_is_private_stays_so(ranked: Call, jury: list[Actor]) -> None:
    with writing() as session:
        review = session.exec(
            select(Review).where(Review.status == ReviewStatus.SUBMITTED).order_by(col(Review.id))
        ).first()
        assert review is not None
        application = session.get(Application, review.application_id)
        assert application is not None
        session.add(Note(review_id=review.id or 0, kind=NoteKind.COMMITTEE, text="al comité"))
        session.add(Note(review_id=review.id or 0, kind=NoteKind.PRIVATE, text="PRIVADO"))
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
    found = dossier(OPERATOR, call=SLUG, folio=application.folio)
    said = [each for each in found.readings if each.comment]
    assert [(each.comment, each.notes) for each in said] == [("al comité", ("a la vista",))]
    assert [text for _, text in found.messages] == ["en la mesa"]
    assert "PRIVADO" not in repr(found)


def test_a_draft_is_not_shown_as_a_reading(ranked: Call) -> None:
    with writing() as session:
        begun = session.exec(select(Review).where(Review.status == ReviewStatus.BEGUN)).one()
        scores = session.exec(select(Score).where(Score.review_id == begun.id)).all()
        given = session.exec(
            select(Assignment).where(
                Assignment.application_id == begun.application_id, Assignment.person_id == begun.person_id
            )
        ).one()
        assert scores and given.closed_at is None
    found = dossier(OPERATOR, call=SLUG, folio="GUI-0001")
    assert len(found.readings) == 1


def test_jurors_are_told_with_their_margins(ranked: Call) -> None:
    by_name = {each.name: each for each in standings.jurors(OPERATOR, call=SLUG)}
    assert set(by_name) == {"Inés", "Óscar", "Úrsula"}
    strict = by_name["Óscar"]
    assert strict.severity == max(each.severity for each in by_name.values())
    assert strict.severity > 2 * strict.severity_error > 0
    assert all(each.noise > each.noise_error > 0 < each.spread_error for each in by_name.values())


def test_only_coordinators_look(ranked: Call, jury: list[Actor], admin: Actor, coordinator: Actor) -> None:
    for actor in (jury[0], admin):
        for look in (
            lambda viewer: standings.overview(viewer, call=SLUG),
            lambda viewer: standings.lines(viewer, call=SLUG, sought=Sought()),
            lambda viewer: standings.count(viewer, call=SLUG, sought=Sought()),
            lambda viewer: standings.jurors(viewer, call=SLUG),
            lambda viewer: standings.kinds(viewer, call=SLUG),
            lambda viewer: standings.anything_submitted(viewer, call=SLUG),
            lambda viewer: dossier(viewer, call=SLUG, folio="GUI-0001"),
        ):
            with pytest.raises(Forbidden):
                look(actor)
    assert dossier(coordinator, call=SLUG, folio="GUI-0002").line.folio == "GUI-0002"
    with pytest.raises(Refused, match="GUI-9"):
        dossier(coordinator, call=SLUG, folio="GUI-9")

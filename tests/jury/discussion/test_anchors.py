"""Anchors: all jurors read them first; they are compared once opened, by jurors who submitted all of them."""

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import recusals
from reviewer.jury.discussion import anchors, comparison
from reviewer.jury.monitoring import closing
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Application, Assignment, Call, Conflict, Phase, Role
from tests.calls import CRITERIA, SLUG
from tests.factories.applications import SURNAMES, add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.stored_rows import readers_by_folio

CHOSEN = ("HIS-0003", "HIS-0007")


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    jurors = [person(Role.JURY, name=name) for name in ("Inés", "Óscar", "Rita", "Saúl", "Tere")]
    add_applications(reviewing_call, 10)
    anchors.choose(OPERATOR, slug=SLUG, folios=CHOSEN)
    assignment_service.assign(OPERATOR, slug=SLUG)
    return jurors


def compared_folios(actor: Actor) -> list[str]:
    return [application.folio for application in comparison.compared_applications(actor, slug=SLUG)[0]]


def test_the_whole_jury_reads_them_and_loads_stay_even(jury: list[Actor], person: PersonFactory) -> None:
    now = readers_by_folio()
    assert {folio for folio, person_ids in now.items() if len(person_ids) == 5} == set(CHOSEN)
    assert all(len(person_ids) == 3 for folio, person_ids in now.items() if folio not in CHOSEN)
    with database.read_session() as session:
        marked = session.exec(select(Application.folio).join(Assignment).where(Assignment.anchor)).all()
    assert sorted(marked) == sorted(CHOSEN * 5)
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes
    late = person(Role.JURY)
    assert len(assignment_service.assign(OPERATOR, slug=SLUG).pairs) == 2
    assert all(late.person_id in readers_by_folio()[folio] for folio in CHOSEN)
    assert not assignment_service.level_loads(OPERATOR, slug=SLUG).withdrawn or all(
        len(readers_by_folio()[folio]) == 6 for folio in CHOSEN
    )


def test_comparison_requires_opening_and_submitting_all_anchors(jury: list[Actor], coordinator: Actor) -> None:
    for juror in jury[:3]:
        submit_review(juror, CHOSEN[0])
    submit_review(jury[0], CHOSEN[1])
    assert compared_folios(jury[0]) == []
    assert compared_folios(coordinator) == list(CHOSEN)
    assert anchors.open_comparison(coordinator, slug=SLUG) == 2
    assert compared_folios(jury[0]) == list(CHOSEN) and compared_folios(jury[1]) == []
    compared = comparison.compared_applications(jury[0], slug=SLUG)[0][0]
    assert {reading.juror for reading in compared.readings} == {"Inés", "Óscar", "Rita"}
    assert [reading.juror for reading in compared.readings if reading.is_own] == ["Inés"]
    assert (compared.mean, compared.difference) == (50, 0) and SURNAMES.split()[0] not in compared.title
    with pytest.raises(UserError, match="No hay anclas por abrir"):
        anchors.open_comparison(coordinator, slug=SLUG)


def test_what_was_compared_is_not_changed_any_more(jury: list[Actor], coordinator: Actor) -> None:
    submit_review(jury[0], CHOSEN[0])
    submit_review(jury[0], CHOSEN[1])
    reviews_service.reopen(jury[0], slug=SLUG, folio=CHOSEN[0])
    reviews_service.submit(
        jury[0],
        slug=SLUG,
        folio=CHOSEN[0],
        versions=dict.fromkeys(CRITERIA, 1),
    )
    anchors.open_comparison(coordinator, slug=SLUG)
    with pytest.raises(UserError, match="ya se abrió"):
        reviews_service.reopen(jury[0], slug=SLUG, folio=CHOSEN[0])
    with pytest.raises(UserError, match="ya se abrió"):
        closing.reopen_review(
            coordinator, slug=SLUG, folio=CHOSEN[0], person_id=jury[0].require_person_id(), reason="Error"
        )
    with pytest.raises(UserError, match="deja de ser ancla solo antes"):
        anchors.drop(coordinator, slug=SLUG, folio=CHOSEN[0])


def test_who_is_recused_from_one_compares_the_others_alone(jury: list[Actor], coordinator: Actor) -> None:
    recusals.declare_conflict(jury[0], slug=SLUG, folio=CHOSEN[0], kind="work", statement="")
    assert len(readers_by_folio()[CHOSEN[0]]) == 4
    submit_review(jury[0], CHOSEN[1])
    for folio in CHOSEN:
        submit_review(jury[1], folio)
    anchors.open_comparison(coordinator, slug=SLUG)
    assert compared_folios(jury[0]) == [CHOSEN[1]] and compared_folios(jury[1]) == list(CHOSEN)


def test_from_deliberation_on_jurors_compare_what_they_sent(jury: list[Actor], coordinator: Actor) -> None:
    folios = [folio for folio, person_ids in sorted(readers_by_folio().items()) if jury[0].person_id in person_ids][:3]
    for folio in folios:
        submit_review(jury[0], folio)
    for juror in jury[1:]:
        for folio, person_ids in readers_by_folio().items():
            if juror.person_id in person_ids and folio not in CHOSEN:
                submit_review(juror, folio)
    assert compared_folios(jury[0]) == []
    with database.write_session() as session:
        application_id = session.exec(select(Application.id).where(Application.folio == folios[0])).one()
        session.add(Conflict(application_id=application_id or 0, person_id=jury[0].require_person_id(), kind="other"))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    assert sorted(compared_folios(jury[0])) == sorted(folios[1:])
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.ARCHIVED)
    assert compared_folios(jury[0]) == []


def test_choosing_is_checked_and_undone(jury: list[Actor], coordinator: Actor, admin: Actor) -> None:
    with pytest.raises(UserError, match="HIS-0999"):
        anchors.choose(coordinator, slug=SLUG, folios=["HIS-0001", "HIS-0999"])
    assert anchors.choose(coordinator, slug=SLUG, folios=[CHOSEN[0], "HIS-0001"]) == 1
    assert len(assignment_service.assign(coordinator, slug=SLUG).pairs) == 2
    anchors.drop(coordinator, slug=SLUG, folio="HIS-0001")
    anchor_rows = [
        (anchor.folio, anchor.assigned, anchor.submitted, anchor.opened)
        for anchor in anchors.list_anchors(coordinator, slug=SLUG)
    ]
    assert anchor_rows == [(CHOSEN[0], 5, 0, False), (CHOSEN[1], 5, 0, False)]
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            anchors.choose(actor, slug=SLUG, folios=["HIS-0001"])
        with pytest.raises(Forbidden):
            anchors.open_comparison(actor, slug=SLUG)
    with pytest.raises(Forbidden):
        comparison.compared_applications(admin, slug=SLUG)


def test_a_page_of_comparisons_takes_as_many_queries_for_one_as_for_many(
    jury: list[Actor], coordinator: Actor, queries: list[str]
) -> None:
    for folio in CHOSEN:
        submit_review(jury[0], folio)
        submit_review(jury[1], folio)
    anchors.open_comparison(coordinator, slug=SLUG)
    needed = []
    for limit in (1, 2):
        queries.clear()
        assert len(comparison.compared_applications(jury[0], slug=SLUG, limit=limit)[0]) == limit
        needed.append(len(queries))
    assert needed == [11, 11]


def test_they_come_first_on_the_desk_and_on_the_way_through_it(jury: list[Actor], reviewing_call: Call) -> None:
    for juror in jury:
        order = [row.folio for row in queue.rows(juror, call=reviewing_call)]
        assert sorted(order[:2]) == sorted(CHOSEN)
        reviews_service.set_score(juror, slug=SLUG, folio=order[4], criterion="dibujo", value=2, version=0)
        assert queue.next_folio(juror, slug=SLUG) == order[0]
        reviews_service.skip(juror, slug=SLUG, folio=order[0])
        assert queue.next_folio(juror, slug=SLUG) == order[1]
        submit_review(juror, order[1])
        assert queue.next_folio(juror, slug=SLUG) == order[4]

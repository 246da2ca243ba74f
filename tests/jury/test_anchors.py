"""Anchors: read by all, first; compared only once opened and only by who sent all of them."""

import pytest
from sqlmodel import select

from reviewer import calls, database
from reviewer.access.actor import OPERATOR, Actor
from reviewer.errors import Forbidden, Refused
from reviewer.jury import anchors, assignment, comparison, conflicts, desk, reviews, running
from reviewer.models import Application, Assignment, Call, Conflict, Phase, Role
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import LAST, add_applications, readers
from tests.jury.test_desk import finish

CHOSEN = ("GUI-0003", "GUI-0007")


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    made = [person(Role.JURY, name=name) for name in ("Inés", "Óscar", "Rita", "Saúl", "Tere")]
    add_applications(reviewing_call, 10)
    anchors.choose(OPERATOR, call=SLUG, folios=CHOSEN)
    assignment.assign(OPERATOR, call=SLUG)
    return made


def seen(actor: Actor) -> list[str]:
    return [each.folio for each in comparison.compared(actor, call=SLUG)[0]]


def test_the_whole_jury_reads_them_and_loads_stay_even(jury: list[Actor], person: PersonFactory) -> None:
    now = readers()
    assert {folio for folio, its in now.items() if len(its) == 5} == set(CHOSEN)
    assert all(len(its) == 3 for folio, its in now.items() if folio not in CHOSEN)
    with database.reading() as session:
        marked = session.exec(select(Application.folio).join(Assignment).where(Assignment.anchor)).all()
    assert sorted(marked) == sorted(CHOSEN * 5)
    assert not assignment.assign(OPERATOR, call=SLUG).changes
    late = person(Role.JURY)
    assert len(assignment.assign(OPERATOR, call=SLUG).pairs) == 2
    assert all(late.person_id in readers()[each] for each in CHOSEN)
    assert not assignment.even_out(OPERATOR, call=SLUG).taken or all(
        len(readers()[each]) == 6 for each in CHOSEN
    )


def test_nobody_compares_before_they_are_opened_nor_before_she_sent_all(
    jury: list[Actor], coordinator: Actor
) -> None:
    for juror in jury[:3]:
        finish(juror, CHOSEN[0])
    finish(jury[0], CHOSEN[1])
    assert seen(jury[0]) == []
    assert seen(coordinator) == list(CHOSEN)
    assert anchors.open_comparison(coordinator, call=SLUG) == 2
    assert seen(jury[0]) == list(CHOSEN) and seen(jury[1]) == []
    told = comparison.compared(jury[0], call=SLUG)[0][0]
    assert {each.juror for each in told.readings} == {"Inés", "Óscar", "Rita"}
    assert [each.juror for each in told.readings if each.hers] == ["Inés"]
    assert (told.mean, told.difference) == (50, 0) and LAST.split()[0] not in told.title
    with pytest.raises(Refused, match="No hay anclas por abrir"):
        anchors.open_comparison(coordinator, call=SLUG)


def test_what_was_compared_is_not_changed_any_more(jury: list[Actor], coordinator: Actor) -> None:
    finish(jury[0], CHOSEN[0])
    finish(jury[0], CHOSEN[1])
    reviews.reopen(jury[0], call=SLUG, folio=CHOSEN[0])
    reviews.submit(
        jury[0],
        call=SLUG,
        folio=CHOSEN[0],
        versions=dict.fromkeys(("motivacion", "mirada", "escritura", "compromiso"), 1),
    )
    anchors.open_comparison(coordinator, call=SLUG)
    with pytest.raises(Refused, match="ya se abrió"):
        reviews.reopen(jury[0], call=SLUG, folio=CHOSEN[0])
    with pytest.raises(Refused, match="ya se abrió"):
        running.reopen_review(
            coordinator, call=SLUG, folio=CHOSEN[0], person_id=jury[0].person_id or 0, reason="Error"
        )
    with pytest.raises(Refused, match="deja de ser ancla solo antes"):
        anchors.drop(coordinator, call=SLUG, folio=CHOSEN[0])


def test_who_is_recused_from_one_compares_the_others_alone(jury: list[Actor], coordinator: Actor) -> None:
    conflicts.declare_conflict(jury[0], call=SLUG, folio=CHOSEN[0], kind="work", statement="")
    assert len(readers()[CHOSEN[0]]) == 4
    finish(jury[0], CHOSEN[1])
    for each in CHOSEN:
        finish(jury[1], each)
    anchors.open_comparison(coordinator, call=SLUG)
    assert seen(jury[0]) == [CHOSEN[1]] and seen(jury[1]) == list(CHOSEN)


def test_from_deliberation_on_each_sees_the_scores_of_what_she_sent(
    jury: list[Actor], coordinator: Actor
) -> None:
    mine = [folio for folio, its in sorted(readers().items()) if jury[0].person_id in its][:3]
    for each in mine:
        finish(jury[0], each)
    for juror in jury[1:]:
        for folio, its in readers().items():
            if juror.person_id in its and folio not in CHOSEN:
                finish(juror, folio)
    assert seen(jury[0]) == []
    with database.writing() as session:
        found = session.exec(select(Application.id).where(Application.folio == mine[0])).one()
        session.add(Conflict(application_id=found or 0, person_id=jury[0].person_id or 0, kind="other"))
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    assert sorted(seen(jury[0])) == sorted(mine[1:])
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.ARCHIVED)
    assert seen(jury[0]) == []


def test_choosing_is_checked_and_undone(jury: list[Actor], coordinator: Actor, admin: Actor) -> None:
    with pytest.raises(Refused, match="GUI-0999"):
        anchors.choose(coordinator, call=SLUG, folios=["GUI-0001", "GUI-0999"])
    assert anchors.choose(coordinator, call=SLUG, folios=[CHOSEN[0], "GUI-0001"]) == 1
    assert len(assignment.assign(coordinator, call=SLUG).pairs) == 2
    anchors.drop(coordinator, call=SLUG, folio="GUI-0001")
    told = [
        (each.folio, each.given, each.submitted, each.opened)
        for each in anchors.chosen(coordinator, call=SLUG)
    ]
    assert told == [(CHOSEN[0], 5, 0, False), (CHOSEN[1], 5, 0, False)]
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            anchors.choose(actor, call=SLUG, folios=["GUI-0001"])
        with pytest.raises(Forbidden):
            anchors.open_comparison(actor, call=SLUG)
    with pytest.raises(Forbidden):
        comparison.compared(admin, call=SLUG)


def test_a_page_of_comparisons_takes_as_many_queries_for_one_as_for_many(
    jury: list[Actor], coordinator: Actor, queries: list[str]
) -> None:
    for each in CHOSEN:
        finish(jury[0], each)
        finish(jury[1], each)
    anchors.open_comparison(coordinator, call=SLUG)
    needed = []
    for limit in (1, 2):
        queries.clear()
        assert len(comparison.compared(jury[0], call=SLUG, limit=limit)[0]) == limit
        needed.append(len(queries))
    assert needed == [10, 10]


def test_they_come_first_on_the_desk_and_on_the_way_through_it(
    jury: list[Actor], reviewing_call: Call
) -> None:
    for juror in jury:
        order = [each.folio for each in desk.rows(juror, call=reviewing_call)]
        assert sorted(order[:2]) == sorted(CHOSEN)
        reviews.set_score(juror, call=SLUG, folio=order[4], criterion="mirada", value=2, version=0)
        assert desk.next_folio(juror, call=SLUG) == order[0]
        reviews.skip(juror, call=SLUG, folio=order[0])
        assert desk.next_folio(juror, call=SLUG) == order[1]
        finish(juror, order[1])
        assert desk.next_folio(juror, call=SLUG) == order[4]

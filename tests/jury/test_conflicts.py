"""Conflicts of interest: declared before, on opening or found by the machine; somebody else reads at once."""

import pytest
from sqlmodel import select, update

from reviewer import calls, database
from reviewer.access.actor import OPERATOR, Actor
from reviewer.decision.call_ranking import rank_call
from reviewer.errors import Forbidden, Refused
from reviewer.exports import scores
from reviewer.jury import assignment, conflicts, desk, foreseen, progress, reviews, suggestions
from reviewer.jury.names import may_be, surnames_of, words_of
from reviewer.models import Call, Conflict, ConflictDeclaration, Phase, Review, ReviewStatus, Role
from reviewer.verification.decisions import no_juror_with_her_conflict
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, events, readers, rename
from tests.jury.test_desk import finish

ENTRIES = "José Pérez Ñandú\ngui 7"


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    names = ("Inés Íñiguez Solís", "Óscar Luna Prado", "Rita Cruz Vega", "Saúl Mata Gil")
    return [person(Role.JURY, name=each, email=f"j{n}@unam.mx") for n, each in enumerate(names)]


def foresee(juror: Actor, entries: str) -> int:
    return conflicts.declare_in_advance(juror, call=SLUG, entries=entries, kind="work", statement="")


def test_a_recused_application_goes_to_somebody_else_at_once(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 9)
    assignment.assign(OPERATOR, call=SLUG)
    folio = desk.next_folio(jury[0], call=SLUG) or ""
    before = readers()
    reviews.set_score(jury[0], call=SLUG, folio=folio, criterion="mirada", value=2, version=0)
    conflicts.declare_conflict(jury[0], call=SLUG, folio=folio, kind="work", statement="Fuimos socios.")
    after = readers()
    assert jury[0].person_id not in after[folio] and len(after[folio]) == 3
    assert {each: its for each, its in after.items() if each != folio} == {
        each: its for each, its in before.items() if each != folio
    }
    assert assignment.assign(OPERATOR, call=SLUG).pairs == ()
    told = conflicts.recusals(OPERATOR, call=SLUG)
    assert [(each.folio, each.juror, each.kind, each.statement, each.readers) for each in told] == [
        (folio, "Inés Íñiguez Solís", "work", "Fuimos socios.", 3)
    ]
    assert (told[0].origin, told[0].signed_as) == ("opening", "Inés Íñiguez Solís")
    assert events("assignment.replace") == 1


def test_a_reading_sent_before_the_recusal_is_kept_and_counts_nowhere(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor
) -> None:
    add_applications(reviewing_call, 2)
    assignment.assign(OPERATOR, call=SLUG, reviews=4)
    for juror in jury[:2]:
        finish(juror, "GUI-0001")
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    conflicts.declare_conflict(jury[0], call=SLUG, folio="GUI-0001", kind="work", statement="")
    with database.reading() as session:
        kept = session.exec(select(Review.person_id, Review.status).order_by(Review.person_id)).all()  # type: ignore[arg-type]
        exported = scores(session, reviewing_call).rows
        assert list(no_juror_with_her_conflict(session)) == []
    assert kept == [
        (jury[0].person_id, ReviewStatus.SET_ASIDE),
        (jury[1].person_id, ReviewStatus.SUBMITTED),
    ]
    assert {row[0] for row in exported} == {"j1@unam.mx"}
    assert sorted(each.submitted for each in progress.progress(coordinator, call=SLUG).jurors) == [0, 0, 0, 1]
    ranked = rank_call(OPERATOR, call=SLUG)
    assert [(each.application, each.reviews) for each in ranked.ranking] == [("GUI-0001", 1)]
    with database.writing() as session:
        session.exec(update(Review).values(status=ReviewStatus.SUBMITTED))
    with database.reading() as session:
        assert len(list(no_juror_with_her_conflict(session))) == 1, "la revisión lo ve"


def test_where_nobody_else_may_read_it_the_gap_stays_and_nothing_is_lost(
    jury: list[Actor], reviewing_call: Call
) -> None:
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG, reviews=4)
    conflicts.declare_conflict(jury[0], call=SLUG, folio="GUI-0001", kind="partner", statement="")
    assert len(readers()["GUI-0001"]) == 3


def test_what_is_declared_in_advance_is_matched_and_the_answer_never_tells(
    jury: list[Actor], reviewing_call: Call
) -> None:
    made = add_applications(reviewing_call, 8)
    rename(made[2], "JOSE ANTONIO", "Perez de Ñandu")
    assignment.assign(OPERATOR, call=SLUG, reviews=3)
    hit, miss = foresee(jury[0], ENTRIES), foresee(jury[1], "Nadie Conocido Aquí\nGUI-9999")
    assert hit == miss == 2
    assert {type(each) for each in foreseen.declared(jury[0], call=SLUG)} == {foreseen.Declared}
    with database.reading() as session:
        pairs = session.exec(select(Conflict.application_id, Conflict.person_id)).all()
    assert set(pairs) == {(made[2].id, jury[0].person_id), (made[6].id, jury[0].person_id)}
    now = readers()
    assert all(jury[0].person_id not in now[folio] for folio in ("GUI-0003", "GUI-0007"))
    assert all(len(each) == 3 for each in now.values())
    assert [each.entry for each in foreseen.declared(jury[0], call=SLUG)] == ["gui 7", "José Pérez Ñandú"]
    assert not foreseen.declared(jury[2], call=SLUG)


def test_later_batches_are_matched_at_assignment_and_after_an_import(
    jury: list[Actor], reviewing_call: Call
) -> None:
    foresee(jury[0], "María Zamora Ríos")
    late = add_applications(reviewing_call, 3)
    rename(late[1], "María del Carmen", "Zamora Ríos")
    assignment.assign(OPERATOR, call=SLUG, reviews=3)
    assert jury[0].person_id not in readers()["GUI-0002"]
    corrected = next(each for each in late if jury[0].person_id in readers()[each.folio])
    rename(corrected, "Maria", "Zamora Rios")
    conflicts.apply_declarations(OPERATOR, call=SLUG)
    assert jury[0].person_id not in readers()[corrected.folio]
    assert {each.origin for each in conflicts.recusals(OPERATOR, call=SLUG)} == {"advance"}


def test_what_was_declared_is_looked_at_again_on_opening(jury: list[Actor], reviewing_call: Call) -> None:
    made = add_applications(reviewing_call, 3)
    assignment.assign(OPERATOR, call=SLUG, reviews=3)
    foresee(jury[0], "María Zamora Ríos")
    mine = next(each for each in made if jury[0].person_id in readers()[each.folio])
    assert not conflicts.meets_at_opening(jury[0], call=SLUG, folio=mine.folio)
    rename(mine, "Maria", "Zamora Rios")  # corrected by a later batch
    other = next(each for each in jury[1:] if each.person_id in readers()[mine.folio])
    assert not conflicts.meets_at_opening(other, call=SLUG, folio=mine.folio)
    assert conflicts.meets_at_opening(jury[0], call=SLUG, folio=mine.folio)
    assert jury[0].person_id not in readers()[mine.folio]
    with pytest.raises(Forbidden):
        reviews.read_review(jury[0], call=SLUG, folio=mine.folio)


@pytest.mark.parametrize("entries", ["", "Zamora", "de la O", "x" * 300 + " y"])
def test_an_entry_that_says_too_little_is_refused_whoever_applied(
    jury: list[Actor], reviewing_call: Call, entries: str
) -> None:
    rename(add_applications(reviewing_call, 1)[0], "Ana", "Zamora")
    with pytest.raises(Refused):
        foresee(jury[0], entries)
    with database.reading() as session:
        assert not session.exec(select(ConflictDeclaration)).all()


def test_names_are_compared_as_people_write_them() -> None:
    def alike(one: str, other: str) -> bool:
        return may_be(words_of(one), words_of(other))

    assert alike("nuñez de la peña, ambar", "Ámbar Sol Núñez de la Peña")
    assert alike("Ana Zamora", "Ana María Zamora Ríos") and alike("Ana María Zamora Ríos", "Ana Zamora")
    assert alike("Guadalupe Villarreal", "Guadalupe Villareal")
    assert not alike("Ana Zamora", "Ana Zamudio Ríos") and not alike("Luis Mata", "Luz Mata")
    assert surnames_of("María de los Ángeles Núñez de la Peña") == ("nunez", "pena")
    assert surnames_of("Ana Ríos") == ("rios",)


def test_the_machine_suggests_and_coordinators_decide(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, queries: list[str]
) -> None:
    made = add_applications(reviewing_call, 12)
    rename(made[0], "Pablo", "ÍÑIGUEZ SOLIS")
    rename(made[1], "Pablo", "Otro Apellido", email="pablo@unam.mx")
    rename(made[2], "Pablo", "Luna Vega", email="pablo@gmail.com")
    with database.writing() as session:
        made[3].synopsis = "Agradezco a mi maestra, Rita Cruz\nVega, su consejo."
        session.merge(made[3])
    assignment.assign(OPERATOR, call=SLUG, reviews=3)
    assert suggestions.search(coordinator, call=SLUG) == 1 + 4 + 1
    assert suggestions.search(coordinator, call=SLUG) == 0
    seen = suggestions.waiting(coordinator, call=SLUG)
    found = {(each.folio, each.juror, each.reason) for each in seen}
    assert ("GUI-0001", "Inés Íñiguez Solís", "surnames") in found
    assert ("GUI-0004", "Rita Cruz Vega", "mention") in found
    assert {each[0] for each in found} == {"GUI-0001", "GUI-0002", "GUI-0004"}
    assert [each.assigned for each in seen] == sorted((each.assigned for each in seen), reverse=True)
    by_folio = {each.folio: each.id for each in seen}
    assert (
        suggestions.decide(coordinator, call=SLUG, suggestion_ids=[by_folio["GUI-0001"]], confirm=True) == 1
    )
    assert jury[0].person_id not in readers()["GUI-0001"] and len(readers()["GUI-0001"]) == 3
    suggestions.decide(coordinator, call=SLUG, suggestion_ids=[by_folio["GUI-0004"]], confirm=False)
    with pytest.raises(Refused, match="Ya se había decidido"):
        suggestions.decide(coordinator, call=SLUG, suggestion_ids=[by_folio["GUI-0004"]], confirm=True)
    assert suggestions.search(coordinator, call=SLUG) == 0
    assert suggestions.counts(coordinator, call=SLUG) == suggestions.Counts(4, 1, 1)
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(suggestions.waiting(coordinator, call=SLUG, limit=limit)) == limit
        needed.append(len(queries))
    assert needed == [2, 2]


def test_each_role_does_its_part_and_only_while_there_is_something_to_decide(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, admin: Actor
) -> None:
    for actor in (coordinator, admin):
        with pytest.raises(Forbidden):
            foresee(actor, ENTRIES)
    for actor in (jury[0], admin):
        for read in (conflicts.recusals, suggestions.waiting, suggestions.counts, suggestions.search):
            with pytest.raises(Forbidden):
                read(actor, call=SLUG)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(Refused, match="ya tiene fallo"):
        foresee(jury[0], ENTRIES)


def test_in_deliberation_a_recusal_calls_nobody_to_read(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 1)
    assignment.assign(OPERATOR, call=SLUG)
    hers = next(each for each in jury if each.person_id in readers()["GUI-0001"])
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    conflicts.declare_conflict(hers, call=SLUG, folio="GUI-0001", kind="kinship", statement="")
    assert len(readers()["GUI-0001"]) == 2

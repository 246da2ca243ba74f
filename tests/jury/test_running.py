"""The jury changes while it works: limits, latecomers, departures, changes by hand. Begun work stays."""

import secrets
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from reviewer import calls, database
from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.errors import Forbidden, Refused
from reviewer.jury import assignment, byhand, conflicts, desk, leaving, panel, reviews
from reviewer.jury.byhand import Change
from reviewer.jury.own import Item
from reviewer.jury.panel import Terms
from reviewer.models import Call, Phase, Review, Role
from tests.conftest import SLUG, PersonFactory, call_text
from tests.jury.cases import add_applications, readers, rename
from tests.jury.test_desk import finish


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=f"Jurado {number}") for number in range(5)]


def number(actor: Actor) -> int:
    return actor.person_id or 0


def loads() -> Counter[int]:
    return Counter(person for its in readers().values() for person in its)


def limit(actor: Actor, most: int | None, alcaldia: str | None = None) -> None:
    panel.set_terms(OPERATOR, call=SLUG, terms=[Terms(number(actor), most, alcaldia)])


def begin(actor: Actor, folio: str) -> None:
    reviews.set_score(actor, call=SLUG, folio=folio, criterion="mirada", value=2, version=0)


def test_a_jurors_own_limit_holds_and_the_others_share_the_rest(
    jury: list[Actor], reviewing_call: Call
) -> None:
    add_applications(reviewing_call, 20)
    limit(jury[0], 4)
    limit(jury[1], 0)
    plan = assignment.assign(OPERATOR, call=SLUG)
    assert not plan.warnings and plan.groups == 1
    assert sorted(loads().values()) == [4, 18, 19, 19] and number(jury[1]) not in loads()


def test_what_limits_leave_open_is_refused_with_the_reason_and_what_would_help(
    jury: list[Actor], reviewing_call: Call
) -> None:
    add_applications(reviewing_call, 6)
    for each in jury:
        limit(each, 3)
    words = (
        r"Faltan 3.lecturas de GUI-\d+.*llegan a su límite \(Jurado.*Suba sus límites en 3.lecturas en total"
    )
    assert assignment.preview(OPERATOR, call=SLUG).short
    with pytest.raises(Refused, match=words):
        assignment.assign(OPERATOR, call=SLUG)
    assert not readers()
    limit(jury[2], 6)
    assignment.assign(OPERATOR, call=SLUG)
    assert loads()[number(jury[2])] == 6 and len(loads()) == 5


def test_nobody_reads_her_own_alcaldia_where_the_call_says_so(
    installation: object, person: PersonFactory
) -> None:
    call = calls.load_call(OPERATOR, text=call_text().replace("own_alcaldia = true", "own_alcaldia = false"))
    jury = [person(Role.JURY, name=name) for name in ("Inés", "Óscar", "Rita", "Saúl")]
    for each in add_applications(call, 8)[:4]:
        rename(each, "Ana", "Ríos", alcaldia="09007")
    limit(jury[0], None, "09007")
    plan = assignment.assign(OPERATOR, call=SLUG, reviews=2)
    assert all(number(jury[0]) not in readers()[f"GUI-{n:04d}"] for n in range(1, 5))
    assert plan.warnings == (
        "Nadie debe leer postulaciones de su propia alcaldía, y no se sabe dónde vive Óscar, Rita y Saúl: "
        "anótelo en «Jurado».",
    )
    limit(jury[1], None, "09007")
    limit(jury[2], None, "09007")
    assert "o alcaldía propia" in assignment.preview(OPERATOR, call=SLUG, reviews=3).short[0]
    seen = byhand.preview_change(OPERATOR, call=SLUG, change=Change(("GUI-0001",), taker=number(jury[0])))
    assert seen.bad == (("GUI-0001", "es de su propia alcaldía"),)


def test_a_late_juror_takes_over_only_what_evens_the_loads(
    jury: list[Actor], reviewing_call: Call, person: PersonFactory
) -> None:
    add_applications(reviewing_call, 20)
    assignment.assign(OPERATOR, call=SLUG)
    begun = desk.next_folio(jury[0], call=SLUG) or ""
    begin(jury[0], begun)
    before = readers()
    late = person(Role.JURY, name="Última")
    assert not assignment.assign(OPERATOR, call=SLUG).changes
    seen = assignment.preview_levelling(OPERATOR, call=SLUG)
    assert readers() == before
    plan = assignment.even_out(OPERATOR, call=SLUG)
    assert plan == seen and len(plan.pairs) == len(plan.taken) == 10
    assert {person for _, person in plan.pairs} == {number(late)}
    after = readers()
    assert sorted(loads().values()) == [10] * 6 and all(len(each) == 3 for each in after.values())
    assert number(jury[0]) in after[begun]
    assert sum(len(before[folio] - after[folio]) for folio in before) == 10
    assert not assignment.even_out(OPERATOR, call=SLUG).changes


def test_a_further_reader_is_drawn_and_stays(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 5)
    assignment.assign(OPERATOR, call=SLUG)
    plan = assignment.draw_further(OPERATOR, call=SLUG, folios=["GUI-0002", "GUI-0004"])
    assert (plan.applications, plan.folios) == (2, ("GUI-0002", "GUI-0004"))
    assert [len(readers()[f"GUI-{n:04d}"]) for n in range(1, 6)] == [3, 4, 3, 4, 3]
    assert not assignment.assign(OPERATOR, call=SLUG).changes
    with pytest.raises(Refused, match=r"No son postulaciones elegibles.*GUI-0099"):
        assignment.draw_further(OPERATOR, call=SLUG, folios=["GUI-0099"])
    assignment.draw_further(OPERATOR, call=SLUG, folios=["GUI-0002"])
    with pytest.raises(Refused, match="no alcanza el jurado para todas las lecturas de GUI-0002"):
        assignment.draw_further(OPERATOR, call=SLUG, folios=["GUI-0002", "GUI-0001"])
    assert len(readers()["GUI-0001"]) == 3


@pytest.mark.parametrize("hand_on_begun", [False, True])
def test_a_juror_leaves_and_only_her_unfinished_work_moves(
    jury: list[Actor], reviewing_call: Call, hand_on_begun: bool
) -> None:
    add_applications(reviewing_call, 20)
    assignment.assign(OPERATOR, call=SLUG)
    hers = jury[0]
    done = desk.next_folio(hers, call=SLUG) or ""
    finish(hers, done)
    begun = desk.next_folio(hers, call=SLUG) or ""
    begin(hers, begun)
    before = readers()
    going: dict[str, Any] = {"call": SLUG, "person_id": number(hers), "hand_on_begun": hand_on_begun}
    seen = leaving.preview_leaving(OPERATOR, **going)
    assert (seen.submitted, seen.begun, seen.pending) == (1, 1, 10) and readers() == before
    assert leaving.leave(OPERATOR, **going, reason="Viaje") == seen
    after = readers()
    kept = {done} if hand_on_begun else {done, begun}
    assert {folio for folio, its in after.items() if number(hers) in its} == kept
    assert all(len(its) == 3 for its in after.values())
    for folio, its in before.items():
        assert its - {number(hers)} <= after[folio]
    others = [loads()[number(each)] for each in jury[1:]]
    assert max(others) - min(others) <= 1
    assert not assignment.assign(OPERATOR, call=SLUG).changes
    with database.reading() as session:
        assert len(session.exec(select(Review)).all()) == 2
    leaving.come_back(OPERATOR, call=SLUG, person_id=number(hers))
    assert assignment.standing(OPERATOR, call=SLUG).jurors == 5


def test_a_successor_takes_over_as_far_as_she_may(
    jury: list[Actor], reviewing_call: Call, person: PersonFactory
) -> None:
    add_applications(reviewing_call, 10)
    assignment.assign(OPERATOR, call=SLUG)
    new = person(Role.JURY, name="Suplente")
    limit(new, 4)
    going: dict[str, Any] = {
        "call": SLUG,
        "person_id": number(jury[0]),
        "hand_on_begun": True,
        "successor": number(new),
    }
    leaving.leave(OPERATOR, **going)
    assert loads()[number(new)] == 4 and sum(loads().values()) == 30
    with pytest.raises(Refused, match="tiene que estar en el jurado"):
        leaving.leave(OPERATOR, **(going | {"person_id": number(jury[1]), "successor": number(jury[0])}))


def test_what_a_deactivated_juror_never_began_goes_to_others(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 10)
    assignment.assign(OPERATOR, call=SLUG)
    finish(jury[0], desk.next_folio(jury[0], call=SLUG) or "")
    begun = desk.next_folio(jury[0], call=SLUG) or ""
    begin(jury[0], begun)
    people.set_active(OPERATOR, person_id=number(jury[0]), active=False)
    plan = assignment.assign(OPERATOR, call=SLUG)
    assert len(plan.taken) == 4 and len(plan.pairs) == 5
    assert len(readers()[begun]) == 4  # she keeps what she began, and somebody reads it in her stead
    assert not assignment.assign(OPERATOR, call=SLUG).changes


def test_by_hand_each_folio_is_done_or_told_why_not(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 4)
    add_applications(reviewing_call, 6, start=5)
    assignment.assign(OPERATOR, call=SLUG)
    hers = sorted(folio for folio, its in readers().items() if number(jury[0]) in its)
    finish(jury[0], hers[0])
    begin(jury[0], hers[1])
    asked = Change((*hers, "GUI-0077"), giver=number(jury[0]), taker=number(jury[1]))
    before = readers()
    seen = byhand.preview_change(OPERATOR, call=SLUG, change=asked)
    assert readers() == before
    why = dict(seen.bad)
    assert (why[hers[0]], why[hers[1]]) == ("ya la envió", "ya la empezó")
    assert "no es una postulación" in why["GUI-0077"]
    assert {why[each] for each in hers[2:] if number(jury[1]) in before[each]} <= {"ya la tiene"}
    assert seen.good and set(seen.good) == {each for each in hers[2:] if number(jury[1]) not in before[each]}
    assert byhand.carry_out(OPERATOR, call=SLUG, change=asked) == seen
    for folio, its in readers().items():
        moved = {number(jury[0]), number(jury[1])} if folio in seen.good else set()
        assert its ^ before[folio] == moved
    # What was taken may be given back by hand, but a deal does not give it to her again.
    back = Change((seen.good[0],), taker=number(jury[0]))
    assert not assignment.assign(OPERATOR, call=SLUG).changes
    assert byhand.carry_out(OPERATOR, call=SLUG, change=back).good == (seen.good[0],)
    with pytest.raises(Refused, match="No hay nada que cambiar"):
        byhand.carry_out(OPERATOR, call=SLUG, change=back)


def test_two_jurors_swap_and_a_taken_one_leaves_a_gap_that_is_said(
    jury: list[Actor], reviewing_call: Call
) -> None:
    add_applications(reviewing_call, 10)
    assignment.assign(OPERATOR, call=SLUG)
    one, other = number(jury[0]), number(jury[1])
    before = readers()
    mine = next(each for each, its in before.items() if one in its and other not in its)
    theirs = next(each for each, its in before.items() if other in its and one not in its)
    byhand.carry_out(OPERATOR, call=SLUG, change=Change((mine,), giver=one, taker=other, back=(theirs,)))
    after = readers()
    assert other in after[mine] and one not in after[mine] and one in after[theirs]
    seen = byhand.preview_change(OPERATOR, call=SLUG, change=Change((theirs,), giver=one))
    assert seen.thin == (theirs,)
    byhand.carry_out(OPERATOR, call=SLUG, change=Change((theirs,), giver=one))
    assert len(assignment.assign(OPERATOR, call=SLUG).pairs) == 1
    limit(jury[0], 1)
    given = Change((theirs, mine), taker=one)
    assert byhand.preview_change(OPERATOR, call=SLUG, change=given).over == 6
    with pytest.raises(Refused, match="distintas"):
        byhand.preview_change(OPERATOR, call=SLUG, change=Change((mine,), giver=one, taker=one))


@pytest.mark.parametrize(
    ("text", "folios"),
    [
        ("GUI-0003, 5;7\ngui-9", ["GUI-0003", "GUI-0005", "GUI-0007", "GUI-0009"]),
        ("GUI-0008 a GUI-0011", ["GUI-0008", "GUI-0009", "GUI-0010", "GUI-0011"]),
        ("3..5, A-17", ["GUI-0003", "GUI-0004", "GUI-0005", "A-17"]),
        ("", []),
    ],
)
def test_folios_are_read_as_people_list_them(reviewing_call: Call, text: str, folios: list[str]) -> None:
    assert list(byhand.read_folios(text, reviewing_call)) == folios


STEPS = st.tuples(
    st.sampled_from(("batch", "leave", "return", "begin", "conflict", "even", "assign")), st.integers(0, 4)
)


@given(st.lists(STEPS, max_size=10))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_promises_hold_and_begun_work_never_moves(
    jury: list[Actor], steps: list[tuple[str, int]]
) -> None:
    slug = f"prueba-{secrets.token_hex(4)}"
    text = call_text().replace(SLUG, slug).replace("opens_at     = 2025-09-29", "# ")
    call = calls.load_call(OPERATOR, text=text.replace("closes_at    = 2025-10-15", "# "))
    calls.set_phase(OPERATOR, slug=slug, phase=Phase.REVIEWING)
    world = World(call, jury)
    for step, who in (("batch", 0), ("assign", 0), *steps, ("assign", 0)):
        world.do(step, jury[who])
        world.check(assigned=step == "assign")


class World:
    """A call with its jury, and what must never change in it."""

    def __init__(self, call: Call, jury: list[Actor]) -> None:
        self.call, self.jury, self.batches = call, jury, 0
        self.away: set[int] = set()
        self.begun: set[tuple[str, int]] = set()
        self.recused: set[tuple[str, int]] = set()

    def do(self, step: str, juror: Actor) -> None:
        """One thing that happens; what can't happen now does not."""
        slug, here = self.call.slug, number(juror) not in self.away
        if step == "batch":
            add_applications(self.call, 3, start=1 + 3 * self.batches)
            self.batches += 1
        elif step == "leave" and here and len(self.away) < 1:
            leaving.leave(OPERATOR, call=slug, person_id=number(juror), hand_on_begun=False)
            self.away.add(number(juror))
        elif step == "return" and not here:
            leaving.come_back(OPERATOR, call=slug, person_id=number(juror))
            self.away.discard(number(juror))
        elif step in ("begin", "conflict"):
            self._read(step, juror)
        elif step == "even":
            assignment.even_out(OPERATOR, call=slug)
        elif step == "assign":
            assignment.assign(OPERATOR, call=slug)
            assert not assignment.assign(OPERATOR, call=slug).changes

    def _read(self, step: str, juror: Actor) -> None:
        slug = self.call.slug
        folio = desk.next_folio(juror, call=slug)
        fresh = folio is not None and folio not in {each for each, _ in self.recused}
        if step == "begin" and folio is not None:
            version = reviews.read_review(juror, call=slug, folio=folio).scores.get("mirada", Item())
            reviews.set_score(
                juror, call=slug, folio=folio, criterion="mirada", value=2, version=version.version
            )
            self.begun.add((folio, number(juror)))
        elif folio is not None and fresh and (folio, number(juror)) not in self.begun and not self.away:
            conflicts.declare_conflict(juror, call=slug, folio=folio, kind="work", statement="")
            self.recused.add((folio, number(juror)))

    def check(self, *, assigned: bool) -> None:
        """Begun work is where it was, nobody reads what she must not, and every promise is met."""
        now = readers(self.call)
        pairs = {(folio, person) for folio, its in now.items() for person in its}
        assert self.begun <= pairs and not self.recused & pairs
        assert not {pair for pair in pairs - self.begun if pair[1] in self.away}
        if assigned:
            assert len(now) == 3 * self.batches and all(len(its) >= 3 for its in now.values())


def test_only_coordinators_run_the_jury(jury: list[Actor], admin: Actor) -> None:
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            panel.members(actor, call=SLUG)
        with pytest.raises(Forbidden):
            leaving.preview_leaving(actor, call=SLUG, person_id=number(jury[1]), hand_on_begun=True)
        with pytest.raises(Forbidden):
            byhand.preview_change(actor, call=SLUG, change=Change(("GUI-0001",), taker=number(jury[1])))


def test_the_list_of_the_jury_takes_two_queries_whoever_is_in_it(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, queries: list[str]
) -> None:
    add_applications(reviewing_call, 10)
    assignment.assign(OPERATOR, call=SLUG)
    finish(jury[0], desk.next_folio(jury[0], call=SLUG) or "")
    limit(jury[1], 9, "09003")
    queries.clear()
    seen = {each.person_id: each for each in panel.members(coordinator, call=SLUG)}
    assert len(queries) == 3
    assert (seen[number(jury[0])].submitted, seen[number(jury[0])].pending) == (1, 5)
    assert (seen[number(jury[1])].most, seen[number(jury[1])].alcaldia) == (9, "09003")
    assert len(seen) == 5 and not any(each.away for each in seen.values())

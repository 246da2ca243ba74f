"""Changes of a jury at work: limits, jurors who join late or leave, changes by hand. Begun reviews stay."""

import secrets
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import manual, members, withdrawal
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.assignment.manual import Change
from reviewer.jury.assignment.members import Terms
from reviewer.jury.conflicts import recusals
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.locked_review import Item
from reviewer.models import Call, Phase, Review, Role
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import add_applications, change_application
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.stored_rows import readers_by_folio


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, name=f"Jurado {number}") for number in range(5)]


def id_of(actor: Actor) -> int:
    return actor.require_person_id()


def loads() -> Counter[int]:
    return Counter(person for person_ids in readers_by_folio().values() for person in person_ids)


def set_limit(actor: Actor, most: int | None, alcaldia: str | None = None) -> None:
    members.set_terms(OPERATOR, slug=SLUG, terms=[Terms(id_of(actor), most, alcaldia)])


def begin_review(actor: Actor, folio: str) -> None:
    reviews_service.set_score(actor, slug=SLUG, folio=folio, criterion="dibujo", value=2, version=0)


def test_a_jurors_own_limit_holds_and_the_others_share_the_rest(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 20)
    set_limit(jury[0], 4)
    set_limit(jury[1], 0)
    plan = assignment_service.assign(OPERATOR, slug=SLUG)
    assert not plan.warnings and plan.groups == 1
    assert sorted(loads().values()) == [4, 18, 19, 19] and id_of(jury[1]) not in loads()


def test_what_limits_leave_open_is_refused_with_the_reason_and_what_would_help(
    jury: list[Actor], reviewing_call: Call
) -> None:
    add_applications(reviewing_call, 6)
    for juror in jury:
        set_limit(juror, 3)
    pattern = r"Faltan 3.lecturas de HIS-\d+.*llegan a su límite \(Jurado.*Suba sus límites en 3.lecturas en total"
    assert assignment_service.preview(OPERATOR, slug=SLUG).shortages
    with pytest.raises(UserError, match=pattern):
        assignment_service.assign(OPERATOR, slug=SLUG)
    assert not readers_by_folio()
    set_limit(jury[2], 6)
    assignment_service.assign(OPERATOR, slug=SLUG)
    assert loads()[id_of(jury[2])] == 6 and len(loads()) == 5


def test_jurors_do_not_read_their_own_alcaldia_where_excluded(installation: object, person: PersonFactory) -> None:
    call = spec.load_call(OPERATOR, text=call_text({"review.own_alcaldia": False}))
    jury = [person(Role.JURY, name=name) for name in ("Inés", "Óscar", "Rita", "Saúl")]
    for application in add_applications(call, 8)[:4]:
        change_application(application, first_names="Ana", surnames="Ríos", alcaldia="09007")
    set_limit(jury[0], None, "09007")
    plan = assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    assert all(id_of(jury[0]) not in readers_by_folio()[f"HIS-{n:04d}"] for n in range(1, 5))
    assert plan.warnings == (
        "Nadie debe leer postulaciones de su propia alcaldía, y no se sabe dónde vive Óscar, Rita y Saúl: "
        "anótelo en «Jurado».",
    )
    set_limit(jury[1], None, "09007")
    set_limit(jury[2], None, "09007")
    assert "o alcaldía propia" in assignment_service.preview(OPERATOR, slug=SLUG, reviews=3).shortages[0]
    preview = manual.preview_change(OPERATOR, slug=SLUG, change=Change(("HIS-0001",), taker=id_of(jury[0])))
    assert preview.rejected == (("HIS-0001", "es de su propia alcaldía"),)


def test_a_late_juror_takes_over_only_what_evens_the_loads(
    jury: list[Actor], reviewing_call: Call, person: PersonFactory
) -> None:
    add_applications(reviewing_call, 20)
    assignment_service.assign(OPERATOR, slug=SLUG)
    begun = queue.next_folio(jury[0], slug=SLUG) or ""
    begin_review(jury[0], begun)
    before = readers_by_folio()
    late = person(Role.JURY, name="Última")
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes
    preview = assignment_service.preview_level_loads(OPERATOR, slug=SLUG)
    assert readers_by_folio() == before
    plan = assignment_service.level_loads(OPERATOR, slug=SLUG)
    assert plan == preview and len(plan.pairs) == len(plan.withdrawn) == 10
    assert {person for _, person in plan.pairs} == {id_of(late)}
    after = readers_by_folio()
    assert sorted(loads().values()) == [10] * 6 and all(len(person_ids) == 3 for person_ids in after.values())
    assert id_of(jury[0]) in after[begun]
    assert sum(len(before[folio] - after[folio]) for folio in before) == 10
    assert not assignment_service.level_loads(OPERATOR, slug=SLUG).has_changes


def test_a_further_reader_is_drawn_and_stays(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 5)
    assignment_service.assign(OPERATOR, slug=SLUG)
    plan = assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=["HIS-0002", "HIS-0004"])
    assert (plan.applications, plan.folios) == (2, ("HIS-0002", "HIS-0004"))
    assert [len(readers_by_folio()[f"HIS-{n:04d}"]) for n in range(1, 6)] == [3, 4, 3, 4, 3]
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes
    with pytest.raises(UserError, match=r"No son postulaciones elegibles.*HIS-0099"):
        assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=["HIS-0099"])
    assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=["HIS-0002"])
    with pytest.raises(UserError, match="no alcanza el jurado para todas las lecturas de HIS-0002"):
        assignment_service.assign_additional(OPERATOR, slug=SLUG, folios=["HIS-0002", "HIS-0001"])
    assert len(readers_by_folio()["HIS-0001"]) == 3


@pytest.mark.parametrize("hand_on_begun", [False, True])
def test_a_juror_leaves_and_only_unfinished_work_moves(
    jury: list[Actor], reviewing_call: Call, hand_on_begun: bool
) -> None:
    add_applications(reviewing_call, 20)
    assignment_service.assign(OPERATOR, slug=SLUG)
    juror = jury[0]
    done = queue.next_folio(juror, slug=SLUG) or ""
    submit_review(juror, done)
    begun = queue.next_folio(juror, slug=SLUG) or ""
    begin_review(juror, begun)
    before = readers_by_folio()
    going: dict[str, Any] = {"slug": SLUG, "person_id": id_of(juror), "hand_on_begun": hand_on_begun}
    preview = withdrawal.preview_withdrawal(OPERATOR, **going)
    assert (preview.submitted, preview.begun, preview.pending) == (1, 1, 10) and readers_by_folio() == before
    assert withdrawal.withdraw_juror(OPERATOR, **going, reason="Viaje") == preview
    after = readers_by_folio()
    kept_folios = {done} if hand_on_begun else {done, begun}
    assert {folio for folio, person_ids in after.items() if id_of(juror) in person_ids} == kept_folios
    assert all(len(person_ids) == 3 for person_ids in after.values())
    for folio, person_ids in before.items():
        assert person_ids - {id_of(juror)} <= after[folio]
    other_loads = [loads()[id_of(other_juror)] for other_juror in jury[1:]]
    assert max(other_loads) - min(other_loads) <= 1
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes
    with database.read_session() as session:
        assert len(session.exec(select(Review)).all()) == 2
    withdrawal.reinstate_juror(OPERATOR, slug=SLUG, person_id=id_of(juror))
    assert assignment_service.assignment_summary(OPERATOR, slug=SLUG).jurors == 5


def test_a_successor_takes_over_as_far_as_limits_allow(
    jury: list[Actor], reviewing_call: Call, person: PersonFactory
) -> None:
    add_applications(reviewing_call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG)
    new = person(Role.JURY, name="Suplente")
    set_limit(new, 4)
    going: dict[str, Any] = {
        "slug": SLUG,
        "person_id": id_of(jury[0]),
        "hand_on_begun": True,
        "successor": id_of(new),
    }
    withdrawal.withdraw_juror(OPERATOR, **going)
    assert loads()[id_of(new)] == 4 and sum(loads().values()) == 30
    with pytest.raises(UserError, match="tiene que estar en el jurado"):
        withdrawal.withdraw_juror(OPERATOR, **(going | {"person_id": id_of(jury[1]), "successor": id_of(jury[0])}))


def test_what_a_deactivated_juror_never_began_goes_to_others(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG)
    submit_review(jury[0], queue.next_folio(jury[0], slug=SLUG) or "")
    begun = queue.next_folio(jury[0], slug=SLUG) or ""
    begin_review(jury[0], begun)
    people.set_active(OPERATOR, person_id=id_of(jury[0]), active=False)
    plan = assignment_service.assign(OPERATOR, slug=SLUG)
    assert len(plan.withdrawn) == 4 and len(plan.pairs) == 5
    assert len(readers_by_folio()[begun]) == 4  # one who keeps what they began, and three others
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes


def test_a_change_by_hand_moves_folios_or_gives_reasons(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 4)
    add_applications(reviewing_call, 6, start=5)
    assignment_service.assign(OPERATOR, slug=SLUG)
    folios = sorted(folio for folio, person_ids in readers_by_folio().items() if id_of(jury[0]) in person_ids)
    submit_review(jury[0], folios[0])
    begin_review(jury[0], folios[1])
    change = Change((*folios, "HIS-0077"), giver=id_of(jury[0]), taker=id_of(jury[1]))
    before = readers_by_folio()
    preview = manual.preview_change(OPERATOR, slug=SLUG, change=change)
    assert readers_by_folio() == before
    why = dict(preview.rejected)
    assert (why[folios[0]], why[folios[1]]) == ("ya la envió", "ya la empezó")
    assert "no es una postulación" in why["HIS-0077"]
    assert {why[folio] for folio in folios[2:] if id_of(jury[1]) in before[folio]} <= {"ya la tiene"}
    assert preview.movable and set(preview.movable) == {
        folio for folio in folios[2:] if id_of(jury[1]) not in before[folio]
    }
    assert manual.carry_out(OPERATOR, slug=SLUG, change=change) == preview
    for folio, person_ids in readers_by_folio().items():
        moved = {id_of(jury[0]), id_of(jury[1])} if folio in preview.movable else set()
        assert person_ids ^ before[folio] == moved
    # What was taken may be given back by hand, but a deal does not give it to the same juror again.
    back = Change((preview.movable[0],), taker=id_of(jury[0]))
    assert not assignment_service.assign(OPERATOR, slug=SLUG).has_changes
    assert manual.carry_out(OPERATOR, slug=SLUG, change=back).movable == (preview.movable[0],)
    with pytest.raises(UserError, match="No hay nada que cambiar"):
        manual.carry_out(OPERATOR, slug=SLUG, change=back)


def test_two_jurors_swap_and_a_taken_one_leaves_a_gap_that_is_said(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG)
    first, second = id_of(jury[0]), id_of(jury[1])
    before = readers_by_folio()
    first_folio = next(
        folio for folio, person_ids in before.items() if first in person_ids and second not in person_ids
    )
    second_folio = next(
        folio for folio, person_ids in before.items() if second in person_ids and first not in person_ids
    )
    manual.carry_out(
        OPERATOR,
        slug=SLUG,
        change=Change((first_folio,), giver=first, taker=second, exchanged=(second_folio,)),
    )
    after = readers_by_folio()
    assert second in after[first_folio] and first not in after[first_folio] and first in after[second_folio]
    preview = manual.preview_change(OPERATOR, slug=SLUG, change=Change((second_folio,), giver=first))
    assert preview.understaffed == (second_folio,)
    manual.carry_out(OPERATOR, slug=SLUG, change=Change((second_folio,), giver=first))
    assert len(assignment_service.assign(OPERATOR, slug=SLUG).pairs) == 1
    set_limit(jury[0], 1)
    change = Change((second_folio, first_folio), taker=first)
    assert manual.preview_change(OPERATOR, slug=SLUG, change=change).above_limit == 6
    with pytest.raises(UserError, match="distintas"):
        manual.preview_change(OPERATOR, slug=SLUG, change=Change((first_folio,), giver=first, taker=first))


STEPS = st.tuples(
    st.sampled_from(("batch", "leave", "return", "begin", "conflict", "even", "assign")), st.integers(0, 4)
)


@given(st.lists(STEPS, max_size=10))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_promises_hold_and_begun_work_never_moves(
    jury: list[Actor], steps: list[tuple[str, int]]
) -> None:
    slug = f"prueba-{secrets.token_hex(4)}"
    call = spec.load_call(OPERATOR, text=call_text(NO_REVIEW_WINDOW | {"slug": slug}))
    spec.set_phase(OPERATOR, slug=slug, phase=Phase.REVIEWING)
    world = CallSimulation(call, jury)
    for step, index in (("batch", 0), ("assign", 0), *steps, ("assign", 0)):
        world.do(step, jury[index])
        world.check(assigned=step == "assign")


class CallSimulation:
    """A state machine of changes to a jury; its invariants hold after every one."""

    def __init__(self, call: Call, jury: list[Actor]) -> None:
        self.call, self.jury, self.batches = call, jury, 0
        self.away: set[int] = set()
        self.begun: set[tuple[str, int]] = set()
        self.recused: set[tuple[str, int]] = set()

    def do(self, step: str, juror: Actor) -> None:
        """Carries out one change; a refusal of it is accepted."""
        slug, is_present = self.call.slug, id_of(juror) not in self.away
        if step == "batch":
            add_applications(self.call, 3, start=1 + 3 * self.batches)
            self.batches += 1
        elif step == "leave" and is_present and len(self.away) < 1:
            withdrawal.withdraw_juror(OPERATOR, slug=slug, person_id=id_of(juror), hand_on_begun=False)
            self.away.add(id_of(juror))
        elif step == "return" and not is_present:
            withdrawal.reinstate_juror(OPERATOR, slug=slug, person_id=id_of(juror))
            self.away.discard(id_of(juror))
        elif step in ("begin", "conflict"):
            self._read(step, juror)
        elif step == "even":
            assignment_service.level_loads(OPERATOR, slug=slug)
        elif step == "assign":
            assignment_service.assign(OPERATOR, slug=slug)
            assert not assignment_service.assign(OPERATOR, slug=slug).has_changes

    def _read(self, step: str, juror: Actor) -> None:
        slug = self.call.slug
        folio = queue.next_folio(juror, slug=slug)
        fresh = folio is not None and folio not in {recused_folio for recused_folio, _ in self.recused}
        if step == "begin" and folio is not None:
            item = reviews_service.read_review(juror, slug=slug, folio=folio).scores.get("dibujo", Item())
            reviews_service.set_score(juror, slug=slug, folio=folio, criterion="dibujo", value=2, version=item.version)
            self.begun.add((folio, id_of(juror)))
        elif folio is not None and fresh and (folio, id_of(juror)) not in self.begun and not self.away:
            recusals.declare_conflict(juror, slug=slug, folio=folio, kind="work", statement="")
            self.recused.add((folio, id_of(juror)))

    def check(self, *, assigned: bool) -> None:
        """Begun reviews kept their reader, no juror has a barred application, and each has its readers."""
        now = readers_by_folio(self.call)
        pairs = {(folio, person) for folio, person_ids in now.items() for person in person_ids}
        assert self.begun <= pairs and not self.recused & pairs
        assert not {pair for pair in pairs - self.begun if pair[1] in self.away}
        if assigned:
            assert len(now) == 3 * self.batches and all(len(person_ids) >= 3 for person_ids in now.values())


def test_only_coordinators_run_the_jury(jury: list[Actor], admin: Actor) -> None:
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            members.list_members(actor, slug=SLUG)
        with pytest.raises(Forbidden):
            withdrawal.preview_withdrawal(actor, slug=SLUG, person_id=id_of(jury[1]), hand_on_begun=True)
        with pytest.raises(Forbidden):
            manual.preview_change(actor, slug=SLUG, change=Change(("HIS-0001",), taker=id_of(jury[1])))


def test_the_list_of_the_jury_takes_two_queries_whoever_is_in_it(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, queries: list[str]
) -> None:
    add_applications(reviewing_call, 10)
    assignment_service.assign(OPERATOR, slug=SLUG)
    submit_review(jury[0], queue.next_folio(jury[0], slug=SLUG) or "")
    set_limit(jury[1], 9, "09003")
    queries.clear()
    members_by_id = {member.person_id: member for member in members.list_members(coordinator, slug=SLUG)}
    assert len(queries) == 3
    assert (members_by_id[id_of(jury[0])].submitted, members_by_id[id_of(jury[0])].pending) == (1, 5)
    assert (members_by_id[id_of(jury[1])].most, members_by_id[id_of(jury[1])].alcaldia) == (9, "09003")
    assert len(members_by_id) == 5 and not any(member.is_away for member in members_by_id.values())

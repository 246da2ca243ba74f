"""The jury's meeting: opened once, its agenda fixed, votes by hand, recusals kept by the system."""

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.decision.acta import signing
from reviewer.decision.deliberation import meeting, readiness, votes
from reviewer.decision.deliberation import queries as deliberation_queries
from reviewer.decision.lottery.lots import lot
from reviewer.models import AuditEvent, Ordering, PanelMember, Phase, Resolution, Role, VoteChoice, require_id
from tests.calls import SLUG, SPEC
from tests.factories.applications import FIRST_NAMES, SURNAMES
from tests.factories.decisions import DecidedCall
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict
from tests.stored_rows import count_events


def open_one(who: Actor, *, ordering: Ordering = Ordering.RANKING, around: int = 2) -> deliberation_queries.MeetingView:
    meeting.open_meeting(who, slug=SLUG, place="Sala 2", ordering=ordering, per_side=around)
    return current_view(who)


def current_view(who: Actor) -> deliberation_queries.MeetingView:
    view = deliberation_queries.current_meeting(who, slug=SLUG)
    assert view is not None
    return view


def arrive(decided: DecidedCall, *people: Actor) -> None:
    for actor in people:
        meeting.set_present(decided.coordinator, slug=SLUG, person_id=actor.require_person_id(), present=True)


def test_the_agenda_is_the_neighbourhood_of_the_cut_in_the_order_that_was_chosen(
    decided: DecidedCall,
) -> None:
    items = open_one(decided.coordinator).items
    assert [item.folio for item in items] == list(decided.ranked[4:8])
    assert [item.selection_status for item in items] == ["selected", "selected", "waiting", "waiting"]
    meeting.close_meeting(decided.coordinator, slug=SLUG)
    lottery_items = open_one(decided.coordinator, ordering=Ordering.LOTTERY, around=6).items
    lots = [lot(SPEC.decision.lottery_seed, item.folio) for item in lottery_items]
    assert lots == sorted(lots, reverse=True) and len(lottery_items) == 12
    meeting.close_meeting(decided.coordinator, slug=SLUG)
    folios = [item.folio for item in open_one(decided.coordinator, ordering=Ordering.FOLIO).items]
    assert folios == sorted(folios)


def test_a_second_meeting_at_once_is_refused_and_one_more_application_may_come(decided: DecidedCall) -> None:
    open_one(decided.coordinator)
    with pytest.raises(UserError, match="Ya hay una sesión abierta"):
        open_one(decided.coordinator)
    last = decided.ranked[-1]
    assert meeting.add_to_agenda(decided.coordinator, slug=SLUG, folio=last.lower()) == 5
    assert meeting.add_to_agenda(decided.coordinator, slug=SLUG, folio=last) == 5
    with pytest.raises(UserError, match="no está en el ranking"):
        meeting.add_to_agenda(decided.coordinator, slug=SLUG, folio="HIS-9999")


def test_who_is_recused_is_named_and_has_no_vote(decided: DecidedCall) -> None:
    ana, bruno, _ = decided.jury
    folio = decided.ranked[5]
    add_conflict(decided.application_ids[folio], ana)
    open_one(decided.coordinator)
    arrive(decided, ana, bruno)
    detail = deliberation_queries.item_detail(decided.coordinator, slug=SLUG, position=2)
    assert detail is not None and detail.item.folio == folio and detail.item.recused == ("Jurado Ana",)
    assert [(voter.name, voter.recused) for voter in detail.voters] == [
        ("Jurado Ana", True),
        ("Jurado Bruno", False),
    ]
    for actor, reason in ((ana, "se excusó"), (decided.jury[2], "está en la sesión")):
        with pytest.raises(UserError, match=reason):
            cast(decided, folio, actor, VoteChoice.FAVOUR)
    with pytest.raises(UserError, match="Solo vota quien es del jurado"):
        cast(decided, folio, decided.coordinator, VoteChoice.FAVOUR)


def cast(decided: DecidedCall, folio: str, who: Actor, choice: VoteChoice | None) -> None:
    votes.vote(decided.coordinator, slug=SLUG, folio=folio, person_id=who.require_person_id(), choice=choice)


def test_votes_are_counted_changed_and_taken_back(decided: DecidedCall) -> None:
    folio = decided.ranked[4]
    open_one(decided.coordinator)
    arrive(decided, *decided.jury)
    for juror, choice in zip(decided.jury, VoteChoice, strict=True):
        cast(decided, folio, juror, choice)
    cast(decided, folio, decided.jury[1], VoteChoice.FAVOUR)
    cast(decided, folio, decided.jury[1], VoteChoice.FAVOUR)
    assert current_view(decided.coordinator).items[0].tally == {VoteChoice.FAVOUR: 2, VoteChoice.ABSTAIN: 1}
    cast(decided, folio, decided.jury[1], None)
    assert current_view(decided.coordinator).items[0].tally == {VoteChoice.FAVOUR: 1, VoteChoice.ABSTAIN: 1}
    assert count_events("vote.cast") == 5


def test_a_decision_needs_its_reason_and_no_screen_overwrites_anothers(decided: DecidedCall) -> None:
    folio = decided.ranked[4]
    open_one(decided.coordinator)
    with pytest.raises(UserError, match="motivo"):
        settle(decided, folio, Resolution.SELECT, reason=" ")
    settle(decided, folio, Resolution.SELECT)
    item = current_view(decided.coordinator).items[0]
    assert (item.verdict, item.reason, item.version) == (Resolution.SELECT, "Voz propia.", 2)
    with pytest.raises(StaleWrite):
        settle(decided, folio, Resolution.SELECT)
    assert [item.folio for item in current_view(decided.coordinator).undecided] == list(decided.ranked[5:8])


def settle(
    decided: DecidedCall, folio: str, verdict: Resolution, *, reason: str = "Voz propia.", version: int = 1
) -> None:
    votes.decide(decided.coordinator, slug=SLUG, folio=folio, verdict=verdict, reason=reason, version=version)


def test_a_blind_meeting_names_nobody_who_applied(decided: DecidedCall) -> None:
    open_one(decided.coordinator, around=6)
    output = repr(current_view(decided.coordinator))
    output += repr(deliberation_queries.item_detail(decided.coordinator, slug=SLUG, position=1))
    assert "El pozo" in output and "La historia de" in output
    assert not [word for word in (*FIRST_NAMES.split(), *SURNAMES.split()[:1], "ambar@") if word in output]
    with read_session() as session:
        trail = repr([event.detail for event in session.exec(select(AuditEvent))])
    assert "Voz propia" not in trail


def test_who_was_there_is_kept_and_guests_have_no_vote(decided: DecidedCall) -> None:
    ana = decided.jury[0]
    open_one(decided.coordinator)
    arrive(decided, ana, ana)
    meeting.add_guest(decided.coordinator, slug=SLUG, name="Óscar Peña", capacity="Observador")
    attendees = {attendee.name: attendee for attendee in current_view(decided.coordinator).attendees}
    assert (
        attendees["Jurado Ana"].can_vote
        and not attendees["Óscar Peña"].can_vote
        and not attendees["Jurado Bruno"].present
    )
    meeting.set_present(decided.coordinator, slug=SLUG, person_id=ana.require_person_id(), present=False)
    attendees = {attendee.name: attendee for attendee in current_view(decided.coordinator).attendees}
    assert not attendees["Jurado Ana"].present and attendees["Jurado Ana"].left_at is not None
    meeting.remove_guest(decided.coordinator, slug=SLUG, attendance_id=attendees["Óscar Peña"].attendance_id or 0)
    assert "Óscar Peña" not in {attendee.name for attendee in current_view(decided.coordinator).attendees}


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_only_coordinators_deliberate(decided: DecidedCall, person: PersonFactory, role: Role) -> None:
    other_actor = person(role)
    with pytest.raises(Forbidden):
        open_one(other_actor)
    open_one(decided.coordinator)
    for act in (
        lambda: deliberation_queries.current_meeting(other_actor, slug=SLUG),
        lambda: deliberation_queries.item_detail(other_actor, slug=SLUG, position=1),
        lambda: votes.show_item(other_actor, slug=SLUG, position=2),
        lambda: readiness.requirements(other_actor, slug=SLUG),
        lambda: meeting.close_meeting(other_actor, slug=SLUG),
    ):
        with pytest.raises(Forbidden):
            act()


def test_before_deliberation_it_says_what_is_missing(decided: DecidedCall) -> None:
    assert all(
        requirement.met
        for requirement in readiness.requirements(decided.coordinator, slug=SLUG)
        if requirement.is_blocking
    )
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    missing = [
        requirement for requirement in readiness.requirements(decided.coordinator, slug=SLUG) if not requirement.met
    ]
    assert "está en dictaminación" in missing[0].text and missing[0].is_blocking
    with pytest.raises(UserError, match="está en dictaminación"):
        open_one(decided.coordinator)


def test_the_screens_read_the_same_number_of_rows_of_any_agenda(decided: DecidedCall, queries: list[str]) -> None:
    counts = []
    for per_side in (1, 6):
        open_one(decided.coordinator, around=per_side)
        queries.clear()
        current_view(decided.coordinator)
        deliberation_queries.item_detail(decided.coordinator, slug=SLUG, position=1)
        counts.append(len(queries))
        meeting.close_meeting(decided.coordinator, slug=SLUG)
    assert counts[0] == counts[1] <= 40


def test_who_left_the_calls_jury_is_not_awaited_and_the_acta_says_so(
    decided: DecidedCall, person: PersonFactory
) -> None:
    """Celia read and then left; Dora never did anything in this call and left."""
    ana, _, celia = decided.jury
    dora = person(Role.JURY, name="Jurado Dora")
    with write_session() as session:
        for juror in (celia, dora):
            session.add(
                PanelMember(call_id=require_id(decided.call), person_id=juror.require_person_id(), left_at=clock.now())
            )
    open_one(decided.coordinator)
    arrive(decided, ana)
    assert [attendee.name for attendee in current_view(decided.coordinator).attendees] == [
        "Jurado Ana",
        "Jurado Bruno",
        decided.coordinator.name,
    ]
    with pytest.raises(UserError, match="no es parte del jurado de esta convocatoria"):
        arrive(decided, celia)
    members = signing.draft(decided.coordinator, slug=SLUG).members
    assert [(member.name, member.capacity, member.present) for member in members] == [
        ("Jurado Ana", "Jurado", True),
        ("Jurado Bruno", "Jurado", False),
        ("Jurado Celia", "Jurado (dejó el jurado)", False),
    ]

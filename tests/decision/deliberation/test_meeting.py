"""The jury's meeting: opened once, its agenda fixed, votes by hand, recusals kept by the system."""

import pytest
from sqlmodel import select

from reviewer import calls, clock
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import reading, writing
from reviewer.decision.acta import signing
from reviewer.decision.deliberation import meeting, readiness, room, votes
from reviewer.decision.lots import lot
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import AuditEvent, Ordering, PanelMember, Phase, Resolution, Role, VoteChoice
from tests.conftest import SLUG, PersonFactory
from tests.decision.decided import Decided, conflict
from tests.jury.cases import FIRST, LAST, events


def open_one(who: Actor, *, ordering: Ordering = Ordering.RANKING, around: int = 2) -> room.Room:
    meeting.open_meeting(who, call=SLUG, place="Sala 2", ordering=ordering, around=around)
    return seen(who)


def seen(who: Actor) -> room.Room:
    found = room.room(who, call=SLUG)
    assert found is not None
    return found


def come(decided: Decided, *people: Actor) -> None:
    for each in people:
        meeting.set_present(decided.coordinator, call=SLUG, person_id=each.person_id or 0, present=True)


def test_the_agenda_is_the_neighbourhood_of_the_cut_in_the_order_that_was_chosen(decided: Decided) -> None:
    items = open_one(decided.coordinator).items
    assert [each.folio for each in items] == list(decided.ranked[4:8])
    assert [each.standing for each in items] == ["selected", "selected", "waiting", "waiting"]
    meeting.close_meeting(decided.coordinator, call=SLUG)
    drawn = open_one(decided.coordinator, ordering=Ordering.LOTTERY, around=6).items
    lots = [lot("guionismo-2025", each.folio) for each in drawn]
    assert lots == sorted(lots, reverse=True) and len(drawn) == 12
    meeting.close_meeting(decided.coordinator, call=SLUG)
    folios = [each.folio for each in open_one(decided.coordinator, ordering=Ordering.FOLIO).items]
    assert folios == sorted(folios)


def test_a_second_meeting_at_once_is_refused_and_one_more_application_may_come(decided: Decided) -> None:
    open_one(decided.coordinator)
    with pytest.raises(Refused, match="Ya hay una sesión abierta"):
        open_one(decided.coordinator)
    last = decided.ranked[-1]
    assert meeting.add_to_agenda(decided.coordinator, call=SLUG, folio=last.lower()) == 5
    assert meeting.add_to_agenda(decided.coordinator, call=SLUG, folio=last) == 5
    with pytest.raises(Refused, match="no está en el ranking"):
        meeting.add_to_agenda(decided.coordinator, call=SLUG, folio="GUI-9999")


def test_who_is_recused_is_named_and_has_no_vote(decided: Decided) -> None:
    ana, bruno, _ = decided.jury
    folio = decided.ranked[5]
    conflict(folio, ana, decided.application_ids)
    open_one(decided.coordinator)
    come(decided, ana, bruno)
    wall = room.on_the_wall(decided.coordinator, call=SLUG, position=2)
    assert wall is not None and wall.item.folio == folio and wall.item.recused == ("Jurado Ana",)
    assert [(each.name, each.recused) for each in wall.voters] == [
        ("Jurado Ana", True),
        ("Jurado Bruno", False),
    ]
    for who, reason in ((ana, "se excusó"), (decided.jury[2], "está en la sesión")):
        with pytest.raises(Refused, match=reason):
            cast(decided, folio, who, VoteChoice.FAVOUR)
    with pytest.raises(Refused, match="Solo vota quien es del jurado"):
        cast(decided, folio, decided.coordinator, VoteChoice.FAVOUR)


def cast(decided: Decided, folio: str, who: Actor, choice: VoteChoice | None) -> None:
    votes.vote(decided.coordinator, call=SLUG, folio=folio, person_id=who.person_id or 0, choice=choice)


def test_votes_are_counted_changed_and_taken_back(decided: Decided) -> None:
    folio = decided.ranked[4]
    open_one(decided.coordinator)
    come(decided, *decided.jury)
    for who, choice in zip(decided.jury, VoteChoice, strict=True):
        cast(decided, folio, who, choice)
    cast(decided, folio, decided.jury[1], VoteChoice.FAVOUR)
    cast(decided, folio, decided.jury[1], VoteChoice.FAVOUR)
    assert seen(decided.coordinator).items[0].tally == {VoteChoice.FAVOUR: 2, VoteChoice.ABSTAIN: 1}
    cast(decided, folio, decided.jury[1], None)
    assert seen(decided.coordinator).items[0].tally == {VoteChoice.FAVOUR: 1, VoteChoice.ABSTAIN: 1}
    assert events("vote.cast") == 5


def test_a_decision_needs_its_reason_and_no_screen_overwrites_anothers(decided: Decided) -> None:
    folio = decided.ranked[4]
    open_one(decided.coordinator)
    with pytest.raises(Refused, match="motivo"):
        settle(decided, folio, Resolution.SELECT, reason=" ")
    settle(decided, folio, Resolution.SELECT)
    item = seen(decided.coordinator).items[0]
    assert (item.verdict, item.reason, item.version) == (Resolution.SELECT, "Voz propia.", 2)
    with pytest.raises(Stale):
        settle(decided, folio, Resolution.SELECT)
    assert [each.folio for each in seen(decided.coordinator).undecided] == list(decided.ranked[5:8])


def settle(
    decided: Decided, folio: str, verdict: Resolution, *, reason: str = "Voz propia.", version: int = 1
) -> None:
    votes.decide(decided.coordinator, call=SLUG, folio=folio, verdict=verdict, reason=reason, version=version)


def test_a_blind_meeting_names_nobody_who_applied(decided: Decided) -> None:
    open_one(decided.coordinator, around=6)
    shown = repr(seen(decided.coordinator))
    shown += repr(room.on_the_wall(decided.coordinator, call=SLUG, position=1))
    assert "El pozo" in shown and "La historia de" in shown
    assert not [each for each in (*FIRST.split(), *LAST.split()[:1], "ambar@") if each in shown]
    with reading() as session:
        trail = repr([each.detail for each in session.exec(select(AuditEvent))])
    assert "Voz propia" not in trail


def test_who_was_there_is_kept_and_guests_have_no_vote(decided: Decided) -> None:
    ana = decided.jury[0]
    open_one(decided.coordinator)
    come(decided, ana, ana)
    meeting.add_guest(decided.coordinator, call=SLUG, name="Óscar Peña", capacity="Observador")
    there = {each.name: each for each in seen(decided.coordinator).attendees}
    assert there["Jurado Ana"].votes and not there["Óscar Peña"].votes and not there["Jurado Bruno"].present
    meeting.set_present(decided.coordinator, call=SLUG, person_id=ana.person_id or 0, present=False)
    there = {each.name: each for each in seen(decided.coordinator).attendees}
    assert not there["Jurado Ana"].present and there["Jurado Ana"].left_at is not None
    meeting.remove_guest(decided.coordinator, call=SLUG, attendance_id=there["Óscar Peña"].attendance_id or 0)
    assert "Óscar Peña" not in {each.name for each in seen(decided.coordinator).attendees}


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_only_coordinators_deliberate(decided: Decided, person: PersonFactory, role: Role) -> None:
    other = person(role)
    with pytest.raises(Forbidden):
        open_one(other)
    open_one(decided.coordinator)
    for act in (
        lambda: room.room(other, call=SLUG),
        lambda: room.on_the_wall(other, call=SLUG, position=1),
        lambda: votes.show(other, call=SLUG, position=2),
        lambda: readiness.needs(other, call=SLUG),
        lambda: meeting.close_meeting(other, call=SLUG),
    ):
        with pytest.raises(Forbidden):
            act()


def test_before_deliberation_it_says_what_is_missing(decided: Decided) -> None:
    assert all(each.met for each in readiness.needs(decided.coordinator, call=SLUG) if each.stops)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    missing = [each for each in readiness.needs(decided.coordinator, call=SLUG) if not each.met]
    assert "está en dictaminación" in missing[0].words and missing[0].stops
    with pytest.raises(Refused, match="está en dictaminación"):
        open_one(decided.coordinator)


def test_the_screens_read_the_same_number_of_rows_of_any_agenda(decided: Decided, queries: list[str]) -> None:
    counts = []
    for around in (1, 6):
        open_one(decided.coordinator, around=around)
        queries.clear()
        seen(decided.coordinator)
        room.on_the_wall(decided.coordinator, call=SLUG, position=1)
        counts.append(len(queries))
        meeting.close_meeting(decided.coordinator, call=SLUG)
    assert counts[0] == counts[1] <= 40


def test_who_left_the_calls_jury_is_not_awaited_and_the_acta_says_so(
    decided: Decided, person: PersonFactory
) -> None:
    """Celia read and then left; Dora never did anything in this call and left."""
    ana, _, celia = decided.jury
    dora = person(Role.JURY, name="Jurado Dora")
    with writing() as session:
        for each in (celia, dora):
            session.add(
                PanelMember(call_id=decided.call.id or 0, person_id=each.person_id or 0, left_at=clock.now())
            )
    open_one(decided.coordinator)
    come(decided, ana)
    assert [each.name for each in seen(decided.coordinator).attendees] == [
        "Jurado Ana",
        "Jurado Bruno",
        decided.coordinator.name,
    ]
    with pytest.raises(Refused, match="no es parte del jurado de esta convocatoria"):
        come(decided, celia)
    members = signing.draft(decided.coordinator, call=SLUG).members
    assert [(each.name, each.capacity, each.present) for each in members] == [
        ("Jurado Ana", "Jurado", True),
        ("Jurado Bruno", "Jurado", False),
        ("Jurado Celia", "Jurado (dejó el jurado)", False),
    ]

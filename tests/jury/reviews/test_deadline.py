"""Extensions of the deadline, to the second, in the call's time zone, for one juror or for all."""

from datetime import UTC, datetime, timedelta

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec as call_spec
from reviewer.core import clock
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import deadline, queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed, format_deadline
from reviewer.jury.reviews.locked_review import Item
from reviewer.models import Call, Phase, Role
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, log_in_again
from tests.stored_rows import count_events

CLOSES = datetime(2025, 10, 21, 6, 0, 0, tzinfo=UTC)  # the end of 20 October, 23:59, in Mexico City
SECOND = timedelta(seconds=1)


@pytest.fixture
def jury(call: Call, person: PersonFactory) -> list[Actor]:
    call_spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    jurors = [person(Role.JURY, name=name) for name in ("Inés", "Óscar")]
    add_applications(call, 4)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    return jurors


def can_write(juror: Actor, at: datetime) -> bool:
    with clock.set_to(at):
        fresh = log_in_again(juror)
        folio = queue.next_folio(fresh, slug=SLUG) or ""
        stands = reviews_service.read_review(fresh, slug=SLUG, folio=folio).scores.get("dibujo", Item())
        value = 1 + stands.version % 5
        try:
            reviews_service.set_score(
                fresh, slug=SLUG, folio=folio, criterion="dibujo", value=value, version=stands.version
            )
        except ReviewingClosed:
            return False
        return True


def extend(until: datetime, juror: Actor | None = None) -> str:
    return deadline.grant_extension(
        OPERATOR,
        slug=SLUG,
        last_minute_at=until,
        reason="Enfermedad",
        person_id=juror.person_id if juror else None,
    )


def test_a_personal_extension_counts_to_the_last_second_for_one_juror(jury: list[Actor]) -> None:
    ines, oscar = jury
    assert can_write(ines, CLOSES - SECOND) and not can_write(ines, CLOSES)
    with clock.set_to(CLOSES):
        assert extend(datetime(2025, 10, 22, 12, 0), ines) == "mié 22 oct 12:00"
    personal_deadline = datetime(2025, 10, 22, 18, 1, 0, tzinfo=UTC)
    assert (
        can_write(ines, CLOSES)
        and can_write(ines, personal_deadline - SECOND)
        and not can_write(ines, personal_deadline)
    )
    assert not can_write(oscar, CLOSES)
    spec = call_spec.spec_of(call_spec.get_call(SLUG))
    assert format_deadline(spec, ines) == "mié 22 oct 12:00"
    assert format_deadline(spec, oscar) == format_deadline(spec) == "lun 20 oct 23:59"


def test_everybodys_extension_reaches_all_and_may_be_withdrawn(jury: list[Actor], coordinator: Actor) -> None:
    with clock.set_to(CLOSES - timedelta(days=2)):
        extend(datetime(2025, 10, 25, 23, 59))
    common_deadline = datetime(2025, 10, 26, 6, 0, tzinfo=UTC)
    assert all(can_write(juror, common_deadline - SECOND) and not can_write(juror, common_deadline) for juror in jury)
    granted = deadline.active_extensions(coordinator, slug=SLUG)
    assert [(extension.name, extension.closes_at, extension.reason) for extension in granted] == [
        (None, common_deadline, "Enfermedad")
    ]
    for _ in range(2):
        deadline.withdraw_extension(coordinator, slug=SLUG, extension_id=granted[0].id)
    assert not can_write(jury[0], CLOSES) and count_events("extension.withdraw") == 1
    assert deadline.active_extensions(coordinator, slug=SLUG) == []


def test_a_time_with_a_zone_is_taken_in_it_and_summer_time_elsewhere_does_not_matter(
    jury: list[Actor],
) -> None:
    with clock.set_to(CLOSES):
        formatted = extend(datetime.fromisoformat("2025-10-26T08:30:00+02:00"))
    assert formatted == "dom 26 oct 00:30"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(2025, 10, 20, 23, 59), "Ya puede escribir hasta el lun 20 oct 23:59"),
        (datetime(2025, 10, 21, 12, 0), "Esa fecha ya pasó"),
    ],
)
def test_what_gives_no_more_time_is_refused(jury: list[Actor], until: datetime, words: str) -> None:
    with clock.set_to(CLOSES + timedelta(days=2)), pytest.raises(UserError, match=words):
        extend(until)
    with pytest.raises(UserError, match="Escriba el motivo"):
        deadline.grant_extension(OPERATOR, slug=SLUG, last_minute_at=until, reason=" ")


def test_an_extension_does_not_reach_beyond_the_phase(jury: list[Actor]) -> None:
    with clock.set_to(CLOSES):
        extend(datetime(2025, 10, 25, 23, 59))
    call_spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    assert not can_write(jury[0], CLOSES)


def test_without_a_deadline_there_is_nothing_to_extend(reviewing_call: Call, juror: Actor) -> None:
    with pytest.raises(UserError, match="no tiene fecha de cierre"):
        extend(datetime(2030, 1, 1), juror)
    assert call_spec.spec_of(reviewing_call).review_closes is None


def test_only_coordinators_extend(jury: list[Actor], admin: Actor, coordinator: Actor) -> None:
    for actor in (jury[0], admin):
        with pytest.raises(Forbidden):
            deadline.grant_extension(actor, slug=SLUG, last_minute_at=datetime(2030, 1, 1), reason="x")
    with pytest.raises(UserError, match="ya no está en el jurado"):
        deadline.grant_extension(
            coordinator,
            slug=SLUG,
            last_minute_at=datetime(2030, 1, 1),
            reason="x",
            person_id=admin.person_id,
        )

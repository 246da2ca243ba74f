"""A juror's review: items with versions, written by that juror only and only while reviews are open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.deadline import ReviewingClosed
from reviewer.jury.reviews.locked_review import Item, StaleItem
from reviewer.models import Call, NoteKind, Phase, Role
from tests.calls import CRITERIA, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory, log_in_again
from tests.stored_rows import count_events

FOLIO = "HIS-0001"


@pytest.fixture
def assignee(reviewing_call: Call, juror: Actor) -> Actor:
    """A juror who was given three applications."""
    add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return juror


def set_score(actor: Actor, criterion: str, value: int, version: int = 0) -> reviews_service.SaveResult:
    return reviews_service.set_score(actor, slug=SLUG, folio=FOLIO, criterion=criterion, value=value, version=version)


def set_note(
    actor: Actor, text: str, version: int = 0, kind: NoteKind = NoteKind.PRIVATE
) -> reviews_service.SaveResult:
    return reviews_service.set_note(actor, slug=SLUG, folio=FOLIO, kind=kind, text=text, version=version)


def submit(actor: Actor) -> str | None:
    versions = {key: score.version for key, score in read(actor).scores.items()}
    return reviews_service.submit(actor, slug=SLUG, folio=FOLIO, versions=versions)


def read(actor: Actor) -> reviews_service.ReviewState:
    return reviews_service.read_review(actor, slug=SLUG, folio=FOLIO)


def score_all(actor: Actor, value: int = 3) -> None:
    for criterion in CRITERIA:
        set_score(actor, criterion, value)


def test_a_score_is_kept_with_its_version_and_the_points_follow(assignee: Actor) -> None:
    assert read(assignee).status == "pending"
    first = set_score(assignee, "relato", 4)
    assert (first.item.version, first.total) == (1, 75)
    assert first.missing == ("dibujo", "ritmo", "plan")
    second = set_score(assignee, "relato", 5, version=1)
    assert (second.item.version, second.total) == (2, 100)
    # 40 % at 5, 20 % at 1: (40 * 5 + 20 * 1) / 60 = 3.67 on a scale of 1 to 5
    assert set_score(assignee, "ritmo", 1).total == pytest.approx(200 / 3)
    state = read(assignee)
    assert state.status == "begun" and state.total == pytest.approx(200 / 3)
    assert {key: score.value for key, score in state.scores.items()} == {"relato": 5, "ritmo": 1}
    assert (count_events("score.set"), count_events("review.begin")) == (3, 1)


def test_the_same_score_twice_is_one_change(assignee: Actor) -> None:
    """The first answer may have been lost, so a repeated request gets the same one."""
    first = set_score(assignee, "relato", 4)
    assert set_score(assignee, "relato", 4) == first
    assert count_events("score.set") == 1


def test_a_write_based_on_an_older_version_is_refused_with_what_stands(assignee: Actor) -> None:
    set_score(assignee, "relato", 4)
    with pytest.raises(StaleItem) as refused:
        set_score(assignee, "relato", 3)
    assert (refused.value.current.value, refused.value.current.version) == (4, 1)
    assert read(assignee).scores["relato"].value == 4
    set_note(assignee, "de la otra pestaña")
    with pytest.raises(StaleItem) as refused:
        set_note(assignee, "de esta")
    assert refused.value.current.value == "de la otra pestaña"


@pytest.mark.parametrize(("criterion", "value"), [("relato", 0), ("relato", 6), ("otro", 3)])
def test_off_the_rubric_nothing_is_kept(assignee: Actor, criterion: str, value: int) -> None:
    with pytest.raises(UserError):
        set_score(assignee, criterion, value)
    assert read(assignee).status == "pending"


def test_notes_have_their_own_versions_and_may_be_emptied(assignee: Actor) -> None:
    assert set_note(assignee, "").item.version == 0
    assert set_note(assignee, "Ojo:\r\nvuelve ñ\0").item.version == 1
    assert set_note(assignee, "Para todos", kind=NoteKind.COMMITTEE).item.version == 1
    assert read(assignee).notes["private"].value == "Ojo:\nvuelve ñ"
    assert set_note(assignee, "", version=1).item.version == 2
    assert read(assignee).notes["private"].value == ""
    with pytest.raises(UserError, match="acórtelo"):
        set_note(assignee, "x" * 10_001, version=2)


def test_sending_needs_every_criterion_and_happens_once(assignee: Actor) -> None:
    set_score(assignee, "relato", 3)
    with pytest.raises(UserError, match="Dibujo y trazo, Ritmo de la página, Plan"):
        submit(assignee)
    for criterion in CRITERIA[1:]:
        set_score(assignee, criterion, 3)
    following = submit(assignee)
    assert following in {"HIS-0002", "HIS-0003"}
    assert submit(assignee) == following
    assert count_events("review.submit") == 1
    with pytest.raises(ReviewingClosed, match="reábralo"):
        set_score(assignee, "relato", 4, version=1)
    with pytest.raises(ReviewingClosed):
        set_note(assignee, "tarde")


def test_sending_what_another_tab_has_changed_is_refused(assignee: Actor) -> None:
    score_all(assignee)
    versions = {key: score.version for key, score in read(assignee).scores.items()}
    set_score(assignee, "dibujo", 5, version=1)
    with pytest.raises(StaleWrite):
        reviews_service.submit(assignee, slug=SLUG, folio=FOLIO, versions=versions)
    assert read(assignee).status == "begun"


def test_a_sent_review_can_be_reopened_and_keeps_its_scores(assignee: Actor) -> None:
    score_all(assignee)
    submit(assignee)
    reviews_service.reopen(assignee, slug=SLUG, folio=FOLIO)
    reviews_service.reopen(assignee, slug=SLUG, folio=FOLIO)
    assert count_events("review.reopen") == 1
    state = read(assignee)
    assert (state.status, state.submitted_at, state.total) == ("begun", None, 50)
    assert set_score(assignee, "dibujo", 5, version=1).item.version == 2


def test_skipping_puts_it_behind_the_others_until_it_is_taken_up(assignee: Actor) -> None:
    assert reviews_service.skip(assignee, slug=SLUG, folio=FOLIO) in {"HIS-0002", "HIS-0003"}
    following = reviews_service.skip(assignee, slug=SLUG, folio="HIS-0002")
    assert following == "HIS-0003"
    assert reviews_service.skip(assignee, slug=SLUG, folio="HIS-0003") == FOLIO


def test_the_only_one_left_is_not_skipped(reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    assert reviews_service.skip(juror, slug=SLUG, folio=FOLIO) is None
    assert read(juror).status == "pending"


def test_only_the_assigned_juror_reads_and_writes_a_review(assignee: Actor, person: PersonFactory) -> None:
    """The answer does not reveal whether the application exists."""
    set_score(assignee, "relato", 4)
    set_note(assignee, "secreta")
    other_juror = person(Role.JURY)
    answers = set()
    for folio in (FOLIO, "HIS-9999", "' OR 1=1 --"):
        for act in (
            lambda f=folio: reviews_service.read_review(other_juror, slug=SLUG, folio=f),
            lambda f=folio: reviews_service.set_score(
                other_juror, slug=SLUG, folio=f, criterion="dibujo", value=1, version=0
            ),
            lambda f=folio: reviews_service.set_note(
                other_juror, slug=SLUG, folio=f, kind=NoteKind.PRIVATE, text="x", version=0
            ),
            lambda f=folio: reviews_service.submit(other_juror, slug=SLUG, folio=f, versions={}),
            lambda f=folio: reviews_service.reopen(other_juror, slug=SLUG, folio=f),
            lambda f=folio: reviews_service.skip(other_juror, slug=SLUG, folio=f),
        ):
            with pytest.raises(Forbidden) as refused:
                act()
            answers.add(str(refused.value))
    assert len(answers) == 1
    for role in (Role.COORDINATOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            read(person(role))


def test_two_jurors_of_one_application_see_only_their_own(
    reviewing_call: Call, juror: Actor, person: PersonFactory
) -> None:
    other_juror = person(Role.JURY)
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    set_score(juror, "relato", 5)
    set_note(juror, "solo para mí")
    set_score(other_juror, "relato", 1)
    assert read(other_juror).scores["relato"].value == 1
    assert not read(other_juror).notes
    assert read(juror).scores["relato"].value == 5


def test_a_blind_call_covers_who_wrote_it(assignee: Actor) -> None:
    state = read(assignee)
    for text in (state.title, state.synopsis, repr(state)):
        assert not any(word in text.casefold() for word in ("núñez", "ámbar", "@correo"))
    assert "El pozo" in state.title and "vuelve a Tláhuac" in state.synopsis


def test_the_phase_decides(reviewing_call: Call, assignee: Actor) -> None:
    score_all(assignee)
    for phase, message in ((Phase.SCREENING, "todavía no empieza"), (Phase.DELIBERATION, "ya terminó")):
        spec.set_phase(OPERATOR, slug=SLUG, phase=phase)
        assert message in (read(assignee).locked or "")
        for act in (
            lambda: set_score(assignee, "dibujo", 1, version=1),
            lambda: submit(assignee),
            lambda: set_note(assignee, "x"),
        ):
            with pytest.raises(ReviewingClosed, match=message):
                act()


def test_the_window_opens_and_closes_to_the_second(installation: object, juror: Actor) -> None:
    """The window is 2 October 9:00 to 20 October 23:59 in Mexico City (UTC-6), with the whole last minute."""
    call = spec.load_call(OPERATOR, text=call_text())
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    add_applications(call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    opening, closing = datetime(2025, 10, 2, 15, tzinfo=UTC), datetime(2025, 10, 21, 6, tzinfo=UTC)
    second = timedelta(seconds=1)
    for moment, message in (
        (opening - second, "abre el jue 2 oct 09:00"),
        (opening, None),
        (closing - second, None),
        (closing, "cerró el lun 20 oct 23:59"),
    ):
        with clock.set_to(moment):
            fresh = log_in_again(juror)
            assert (message or "") in (read(fresh).locked or "")
            if message is None:
                stands = read(fresh).scores.get("dibujo", Item())
                set_score(fresh, "dibujo", 2 + stands.version, version=stands.version)
            else:
                with pytest.raises(ReviewingClosed, match=message):
                    set_score(fresh, "dibujo", 5, version=0)


def test_of_concurrent_writes_one_succeeds_and_the_others_are_stale(assignee: Actor) -> None:
    def try_it(value: int) -> str:
        try:
            set_score(assignee, "dibujo", value)
        except StaleItem:
            return "told"
        return "first"

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(try_it, (1, 2, 3, 4, 5)))
    assert answers == ["first", "told", "told", "told", "told"]
    assert read(assignee).scores["dibujo"].version == 1
    assert (count_events("review.begin"), count_events("score.set")) == (1, 1)

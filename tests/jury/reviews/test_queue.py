"""A juror's queue: only assigned applications, in an order per juror, in a constant number of queries."""

import pytest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import recusals
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Call, Role
from tests.calls import CRITERIA, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict
from tests.stored_rows import count_events


@pytest.fixture
def assignee(reviewing_call: Call, juror: Actor) -> Actor:
    """A juror who was given thirty applications."""
    add_applications(reviewing_call, 30)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return juror


def folios(actor: Actor, call: Call, **kwargs: object) -> list[str]:
    return [row.folio for row in queue.rows(actor, call=call, limit=100, **kwargs)]  # type: ignore[arg-type]


def submit_review(actor: Actor, folio: str) -> None:
    for criterion in CRITERIA:
        reviews_service.set_score(actor, slug=SLUG, folio=folio, criterion=criterion, value=3, version=0)
    versions = dict.fromkeys(CRITERIA, 1)
    reviews_service.submit(actor, slug=SLUG, folio=folio, versions=versions)


def test_counts_and_filters_follow_the_juror(assignee: Actor, reviewing_call: Call) -> None:
    order = folios(assignee, reviewing_call)
    assert sorted(order) != order and len(order) == 30
    submit_review(assignee, order[3])
    reviews_service.set_score(assignee, slug=SLUG, folio=order[7], criterion="dibujo", value=1, version=0)
    counts = queue.counts(assignee, slug=SLUG)
    assert (counts.pending, counts.begun, counts.submitted, counts.remaining) == (28, 1, 1, 29)
    assert folios(assignee, reviewing_call, state="submitted") == [order[3]]
    assert folios(assignee, reviewing_call, state="begun") == [order[7]]
    assert folios(assignee, reviewing_call) == order
    assert folios(assignee, reviewing_call, offset=28) == order[28:]
    assert queue.next_folio(assignee, slug=SLUG) == order[7]
    finish_rest = [folio for folio in order if folio != order[3]]
    reviews_service.skip(assignee, slug=SLUG, folio=order[7])
    assert queue.next_folio(assignee, slug=SLUG) == finish_rest[0]


def test_a_page_of_the_desk_takes_as_many_queries_for_one_row_as_for_many(
    assignee: Actor, reviewing_call: Call, queries: list[str]
) -> None:
    needed = []
    for limit in (1, 3, 25):
        queries.clear()
        assert len(queue.rows(assignee, call=reviewing_call, limit=limit)) == limit
        queue.counts(assignee, slug=SLUG)
        needed.append(len(queries))
    assert needed == [7, 7, 7]


def test_a_queue_shows_only_what_is_assigned(assignee: Actor, reviewing_call: Call, person: PersonFactory) -> None:
    other_juror = person(Role.JURY)
    assert queue.counts(other_juror, slug=SLUG).total == 0
    assert folios(other_juror, reviewing_call) == []
    assert queue.next_folio(other_juror, slug=SLUG) is None
    for role in (Role.COORDINATOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            queue.rows(person(role), call=reviewing_call)


def test_no_row_names_who_applied(assignee: Actor, reviewing_call: Call) -> None:
    text = repr(queue.rows(assignee, call=reviewing_call, limit=100)).casefold()
    assert "el pozo" in text
    assert not any(word in text for word in ("núñez", "ámbar", "peña", "@", "5512345678"))


def test_in_an_open_call_titles_are_as_written(installation: object, juror: Actor) -> None:
    call = spec.load_call(OPERATOR, text=call_text({"review.blind": False}))
    add_applications(call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    assert queue.rows(juror, call=call)[0].title == "El pozo 1, de Ámbar Núñez"


def test_a_conflict_removes_an_application_from_the_queue(assignee: Actor, reviewing_call: Call) -> None:
    order = folios(assignee, reviewing_call)
    following = recusals.declare_conflict(
        assignee, slug=SLUG, folio=order[0], kind="teaching", statement="  Fue mi alumna. "
    )
    assert following == order[1]
    assert folios(assignee, reviewing_call) == order[1:]
    with pytest.raises(Forbidden):
        reviews_service.read_review(assignee, slug=SLUG, folio=order[0])
    with pytest.raises(Forbidden):
        recusals.declare_conflict(assignee, slug=SLUG, folio=order[0], kind="work", statement="")
    assert count_events("conflict.declare") == 1


@pytest.mark.parametrize(
    ("kind", "statement", "words"),
    [
        ("otro", "x", "Elija el motivo"),
        ("other", "  ", "Escriba el motivo"),
        ("work", "x" * 2001, "caracteres a lo más"),
    ],
)
def test_a_conflict_needs_its_reason(assignee: Actor, kind: str, statement: str, words: str) -> None:
    folio = queue.next_folio(assignee, slug=SLUG) or ""
    with pytest.raises(UserError, match=words):
        recusals.declare_conflict(assignee, slug=SLUG, folio=folio, kind=kind, statement=statement)
    assert queue.counts(assignee, slug=SLUG).total == 30


def test_a_conflict_noted_elsewhere_closes_the_application_at_once(assignee: Actor, reviewing_call: Call) -> None:
    folio = queue.next_folio(assignee, slug=SLUG) or ""
    state = reviews_service.read_review(assignee, slug=SLUG, folio=folio)
    add_conflict(state.application_id, assignee)
    assert folio not in folios(assignee, reviewing_call)
    with pytest.raises(Forbidden):
        reviews_service.set_score(assignee, slug=SLUG, folio=folio, criterion="dibujo", value=1, version=0)

"""Conflicts of interest, declared or detected: another juror gets the application at once."""

from typing import Any

import pytest
from sqlmodel import select, update

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import database
from reviewer.core.errors import Forbidden, UserError
from reviewer.decision.ranking.service import compute
from reviewer.export.tables import scores
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import advance, declarations, detection, recusals
from reviewer.jury.monitoring import progress
from reviewer.jury.reviews import queue
from reviewer.jury.reviews import service as reviews_service
from reviewer.models import Call, Conflict, ConflictDeclaration, Phase, Review, ReviewStatus, Role
from reviewer.verification.decisions import no_juror_with_conflict
from tests.calls import SLUG
from tests.factories.applications import add_applications, change_application
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.stored_rows import count_events, readers_by_folio

ENTRIES = "José Pérez Ñandú\nhis 7"


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    names = ("Inés Íñiguez Solís", "Óscar Luna Prado", "Rita Cruz Vega", "Saúl Mata Gil")
    return [person(Role.JURY, name=name, email=f"j{n}@unam.mx") for n, name in enumerate(names)]


def declare_in_advance(juror: Actor, entries: str) -> int:
    return advance.declare_in_advance(juror, slug=SLUG, entries=entries, kind="work", statement="")


def test_a_recused_application_goes_to_another_juror_at_once(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 9)
    assignment_service.assign(OPERATOR, slug=SLUG)
    folio = queue.next_folio(jury[0], slug=SLUG) or ""
    before = readers_by_folio()
    reviews_service.set_score(jury[0], slug=SLUG, folio=folio, criterion="dibujo", value=2, version=0)
    recusals.declare_conflict(jury[0], slug=SLUG, folio=folio, kind="work", statement="Fuimos socios.")
    after = readers_by_folio()
    assert jury[0].person_id not in after[folio] and len(after[folio]) == 3
    assert {other_folio: person_ids for other_folio, person_ids in after.items() if other_folio != folio} == {
        other_folio: person_ids for other_folio, person_ids in before.items() if other_folio != folio
    }
    assert assignment_service.assign(OPERATOR, slug=SLUG).pairs == ()
    recusal_rows = recusals.list_recusals(OPERATOR, slug=SLUG)
    assert [
        (recusal.folio, recusal.juror, recusal.kind, recusal.statement, recusal.readers) for recusal in recusal_rows
    ] == [(folio, "Inés Íñiguez Solís", "work", "Fuimos socios.", 3)]
    assert (recusal_rows[0].origin, recusal_rows[0].signed_as) == ("opening", "Inés Íñiguez Solís")
    assert count_events("assignment.replace") == 1


def test_a_reading_sent_before_the_recusal_is_kept_and_counts_nowhere(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor
) -> None:
    add_applications(reviewing_call, 2)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=4)
    for juror in jury[:2]:
        submit_review(juror, "HIS-0001")
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    recusals.declare_conflict(jury[0], slug=SLUG, folio="HIS-0001", kind="work", statement="")
    with database.read_session(streaming=True) as session:
        review_rows = session.exec(select(Review.person_id, Review.status).order_by(Review.person_id)).all()  # type: ignore[arg-type]
        exported = list(scores(session, reviewing_call).rows)
        assert list(no_juror_with_conflict(session)) == []
    assert review_rows == [
        (jury[0].person_id, ReviewStatus.SET_ASIDE),
        (jury[1].person_id, ReviewStatus.SUBMITTED),
    ]
    assert {row[0] for row in exported} == {"j1@unam.mx"}
    assert sorted(juror.submitted for juror in progress.jury_progress(coordinator, slug=SLUG).jurors) == [
        0,
        0,
        0,
        1,
    ]
    ranked = compute(OPERATOR, slug=SLUG)
    assert [(row.application, row.reviews) for row in ranked.ranking] == [("HIS-0001", 1)]
    with database.write_session() as session:
        session.exec(update(Review).values(status=ReviewStatus.SUBMITTED))
    with database.read_session(streaming=True) as session:
        assert len(list(no_juror_with_conflict(session))) == 1, "la revisión lo ve"


def test_without_another_reader_the_gap_stays_and_nothing_is_lost(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=4)
    recusals.declare_conflict(jury[0], slug=SLUG, folio="HIS-0001", kind="partner", statement="")
    assert len(readers_by_folio()["HIS-0001"]) == 3


def test_what_is_declared_before_the_assignment_is_kept_from_the_juror_and_the_answer_never_tells(
    jury: list[Actor], reviewing_call: Call
) -> None:
    applications = add_applications(reviewing_call, 8)
    change_application(applications[2], first_names="JOSE ANTONIO", surnames="Perez de Ñandu")
    hit, miss = (
        declare_in_advance(jury[0], ENTRIES),
        declare_in_advance(jury[1], "Nadie Conocido Aquí\nHIS-9999"),
    )
    assert hit == miss == 2
    assert {type(declaration) for declaration in declarations.list_declarations(jury[0], slug=SLUG)} == {
        declarations.Declaration
    }
    with database.read_session() as session:
        pairs = session.exec(select(Conflict.application_id, Conflict.person_id)).all()
    assert set(pairs) == {(applications[2].id, jury[0].person_id), (applications[6].id, jury[0].person_id)}
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=3)
    now = readers_by_folio()
    assert all(jury[0].person_id not in now[folio] for folio in ("HIS-0003", "HIS-0007"))
    assert all(len(person_ids) == 3 for person_ids in now.values())
    assert [declaration.entry for declaration in declarations.list_declarations(jury[0], slug=SLUG)] == [
        "his 7",
        "José Pérez Ñandú",
    ]
    assert not declarations.list_declarations(jury[2], slug=SLUG)


def test_what_a_juror_has_is_not_taken_away_by_declaring_but_asked_of_the_coordinators(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor
) -> None:
    applications = add_applications(reviewing_call, 2)
    change_application(applications[0], first_names="José", surnames="Pérez Ñandú")
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=4)
    submit_review(jury[0], "HIS-0001")
    before = readers_by_folio()
    declare_in_advance(jury[0], "José Pérez Ñandú")
    declare_in_advance(jury[1], "José Pérez Ñandú\nHIS-2")
    assert readers_by_folio() == before
    assert recusals.list_recusals(OPERATOR, slug=SLUG) == []
    with database.read_session() as session:
        assert session.exec(select(Review.status)).all() == [ReviewStatus.SUBMITTED]
    asked = detection.list_undecided(coordinator, slug=SLUG)
    assert [(row.folio, row.juror, row.reason, row.reviewed) for row in asked] == [
        ("HIS-0001", "Inés Íñiguez Solís", "advance", True),
        ("HIS-0001", "Óscar Luna Prado", "advance", False),
        ("HIS-0002", "Óscar Luna Prado", "advance", False),
    ]
    assert asked[0].evidence == "José Pérez Ñandú · Trabajo en común"
    detection.decide(coordinator, slug=SLUG, suggestion_ids=[asked[1].id], confirm=True)
    (recusal,) = recusals.list_recusals(OPERATOR, slug=SLUG)
    assert (recusal.juror, recusal.kind, recusal.origin, recusal.signed_as) == (
        *("Óscar Luna Prado", "work"),
        *("advance", "Óscar Luna Prado"),
    )
    detection.decide(coordinator, slug=SLUG, suggestion_ids=[asked[2].id], confirm=False)
    advance.apply_declarations(OPERATOR, slug=SLUG)
    assert len(detection.list_undecided(coordinator, slug=SLUG)) == 1, "what was decided is not asked again"
    assert jury[1].person_id in readers_by_folio()["HIS-0002"]


def test_nobody_declares_a_whole_cohort(jury: list[Actor], reviewing_call: Call) -> None:
    folios = [f"HIS-{number:04}" for number in range(1, advance.MOST_ENTRIES + 1)]
    assert declare_in_advance(jury[0], "\n".join(folios)) == len(folios)
    assert declare_in_advance(jury[0], folios[0]) == 1, "again is no more"
    with pytest.raises(UserError, match="100 entradas"):
        declare_in_advance(jury[0], "Ana Nadie")
    assert len(declarations.list_declarations(jury[0], slug=SLUG)) == advance.MOST_ENTRIES
    assert declare_in_advance(jury[1], "Ana Nadie") == 1


def test_names_are_compared_outside_the_write_lock(
    jury: list[Actor], reviewing_call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_applications(reviewing_call, 1)
    compare = declarations.matches_in

    def compare_while_others_write(*args: Any, **kwargs: Any) -> Any:
        with database.write_session() as session:
            session.exec(update(Call).values(title="Otra"))
        return compare(*args, **kwargs)

    monkeypatch.setattr(declarations, "matches_in", compare_while_others_write)
    assert declare_in_advance(jury[0], ENTRIES) == 2


def test_later_batches_are_matched_at_assignment_and_after_an_import(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor
) -> None:
    declare_in_advance(jury[0], "María Zamora Ríos")
    late = add_applications(reviewing_call, 3)
    change_application(late[1], first_names="María del Carmen", surnames="Zamora Ríos")
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=3)
    assert jury[0].person_id not in readers_by_folio()["HIS-0002"]
    corrected = next(application for application in late if jury[0].person_id in readers_by_folio()[application.folio])
    change_application(corrected, first_names="Maria", surnames="Zamora Rios")
    advance.apply_declarations(OPERATOR, slug=SLUG)
    assert [row.folio for row in detection.list_undecided(coordinator, slug=SLUG)] == [corrected.folio]
    assert {recusal.origin for recusal in recusals.list_recusals(OPERATOR, slug=SLUG)} == {"advance"}


def test_what_was_declared_is_looked_at_again_on_opening(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor
) -> None:
    applications = add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=3)
    declare_in_advance(jury[0], "María Zamora Ríos")
    own_application = next(
        application for application in applications if jury[0].person_id in readers_by_folio()[application.folio]
    )
    folio = own_application.folio
    advance.ask_if_declared(jury[0], slug=SLUG, folio=folio)
    change_application(own_application, first_names="Maria", surnames="Zamora Rios")  # corrected by a later batch
    other_juror = next(juror for juror in jury[1:] if juror.person_id in readers_by_folio()[folio])
    advance.ask_if_declared(other_juror, slug=SLUG, folio=folio)
    assert detection.list_undecided(coordinator, slug=SLUG) == []
    for _ in range(2):
        advance.ask_if_declared(jury[0], slug=SLUG, folio=folio)
    assert [row.folio for row in detection.list_undecided(coordinator, slug=SLUG)] == [folio]
    assert reviews_service.read_review(jury[0], slug=SLUG, folio=folio).scores == {}


@pytest.mark.parametrize("entries", ["", "Zamora", "de la O", "San Martín", "El Khoury", "x" * 300 + " y"])
def test_an_entry_that_says_too_little_is_refused_whoever_applied(
    jury: list[Actor], reviewing_call: Call, entries: str
) -> None:
    change_application(add_applications(reviewing_call, 1)[0], first_names="Ana", surnames="Zamora")
    with pytest.raises(UserError):
        declare_in_advance(jury[0], entries)
    with database.read_session() as session:
        assert not session.exec(select(ConflictDeclaration)).all()


@pytest.mark.parametrize(
    ("juror", "surnames", "mention"),
    [
        ("Inés San Martín Pérez", "SAN MARTIN PEREZ", "mi maestra Inés Sanmartín"),
        ("Inés Luna Santa Cruz", "Luna Sta. Cruz", "mi maestra Inés Luna"),
        ("Inés Mac Gregor Díaz", "McGregor Díaz", "mi maestra Inés MacGregor"),
        ("Inés El Khoury Salame", "Khoury Salame", "mi maestra Inés El Khoury"),
        ("Inés Ruiz-Palacios Gómez", "Ruiz Palacios Gómez", "mi maestra Inés Ruiz"),
    ],
)
def test_compound_surnames_of_jurors_are_found(
    reviewing_call: Call,
    person: PersonFactory,
    coordinator: Actor,
    juror: str,
    surnames: str,
    mention: str,
) -> None:
    person(Role.JURY, name=juror)
    applications = add_applications(reviewing_call, 3)
    change_application(applications[0], first_names="Pablo", surnames=surnames)
    with database.write_session() as session:
        applications[1].synopsis = f"Agradezco a {mention} y a otros"
        session.merge(applications[1])
    detection.search(coordinator, slug=SLUG)
    undecided = detection.list_undecided(coordinator, slug=SLUG)
    assert [(suggestion.folio, suggestion.reason) for suggestion in undecided] == [
        ("HIS-0001", "surnames"),
        ("HIS-0002", "mention"),
    ]


def test_the_machine_suggests_and_coordinators_decide(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, queries: list[str]
) -> None:
    applications = add_applications(reviewing_call, 12)
    change_application(applications[0], first_names="Pablo", surnames="ÍÑIGUEZ SOLIS")
    change_application(applications[1], first_names="Pablo", surnames="Otro Apellido", email="pablo@unam.mx")
    change_application(applications[2], first_names="Pablo", surnames="Luna Vega", email="pablo@gmail.com")
    with database.write_session() as session:
        applications[3].synopsis = "Agradezco a mi maestra, Rita Cruz\nVega, su consejo."
        session.merge(applications[3])
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=3)
    assert detection.search(coordinator, slug=SLUG) == 1 + 4 + 1
    assert detection.search(coordinator, slug=SLUG) == 0
    undecided = detection.list_undecided(coordinator, slug=SLUG)
    keys = {(suggestion.folio, suggestion.juror, suggestion.reason) for suggestion in undecided}
    assert ("HIS-0001", "Inés Íñiguez Solís", "surnames") in keys
    assert ("HIS-0004", "Rita Cruz Vega", "mention") in keys
    assert {key[0] for key in keys} == {"HIS-0001", "HIS-0002", "HIS-0004"}
    assert [suggestion.assigned for suggestion in undecided] == sorted(
        (suggestion.assigned for suggestion in undecided), reverse=True
    )
    by_folio = {suggestion.folio: suggestion.id for suggestion in undecided}
    assert detection.decide(coordinator, slug=SLUG, suggestion_ids=[by_folio["HIS-0001"]], confirm=True) == 1
    assert jury[0].person_id not in readers_by_folio()["HIS-0001"] and len(readers_by_folio()["HIS-0001"]) == 3
    detection.decide(coordinator, slug=SLUG, suggestion_ids=[by_folio["HIS-0004"]], confirm=False)
    with pytest.raises(UserError, match="Ya se había decidido"):
        detection.decide(coordinator, slug=SLUG, suggestion_ids=[by_folio["HIS-0004"]], confirm=True)
    assert detection.search(coordinator, slug=SLUG) == 0
    assert detection.counts(coordinator, slug=SLUG) == detection.SuggestionCounts(4, 1, 1)
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(detection.list_undecided(coordinator, slug=SLUG, limit=limit)) == limit
        needed.append(len(queries))
    assert needed == [2, 2]


def test_suggestions_by_role_and_only_while_undecided(
    jury: list[Actor], reviewing_call: Call, coordinator: Actor, admin: Actor
) -> None:
    for actor in (coordinator, admin):
        with pytest.raises(Forbidden):
            declare_in_advance(actor, ENTRIES)
    for actor in (jury[0], admin):
        for read in (
            recusals.list_recusals,
            detection.list_undecided,
            detection.counts,
            detection.search,
        ):
            with pytest.raises(Forbidden):
                read(actor, slug=SLUG)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DECIDED)
    with pytest.raises(UserError, match="ya tiene fallo"):
        declare_in_advance(jury[0], ENTRIES)


def test_in_deliberation_a_recusal_adds_no_reader(jury: list[Actor], reviewing_call: Call) -> None:
    add_applications(reviewing_call, 1)
    assignment_service.assign(OPERATOR, slug=SLUG)
    juror = next(juror for juror in jury if juror.person_id in readers_by_folio()["HIS-0001"])
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    recusals.declare_conflict(juror, slug=SLUG, folio="HIS-0001", kind="kinship", statement="")
    assert len(readers_by_folio()["HIS-0001"]) == 2

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.intake.parse.submission import Submission
from reviewer.intake.store.folios import FolioAssignment, assign_folios
from reviewer.intake.store.person_matching import (
    StoredApplication,
    identity_of,
    is_same_person,
    make_identity,
)
from tests.factories.batches import valid_curp

CURP_A, CURP_B = valid_curp("PEXA900101MDFXXX"), valid_curp("PEXB900101MDFXXX")
NOON = datetime(2025, 9, 10, 18, tzinfo=UTC)
BORN = date(1990, 1, 1)
EMPTY: dict[str, Any] = {field.name: "" for field in fields(Submission) if field.default is MISSING}


def row(
    number: int,
    name: str = "Ana",
    email: str = "ana@x.mx",
    *,
    curp: str = "",
    born: date | None = BORN,
    hours: float | None = 0,
    folio: str = "",
) -> Submission:
    values = {"row": number, "folio": folio, "first_names": name, "email": email, "curp": curp}
    submitted_at = None if hours is None else NOON + timedelta(hours=hours)
    return Submission(**{**EMPTY, **values, "birth_date": born, "submitted_at": submitted_at})


def stored_applications(assignments: list[FolioAssignment], *, first_id: int = 1) -> list[StoredApplication]:
    """Returns the stored applications once these rows are stored."""
    return [
        StoredApplication(
            id=first_id + place,
            folio=assignment.folio,
            person_folio=assignment.person_folio,
            identity=identity_of(assignment.submission),
            submitted_at=assignment.submission.submitted_at,
            is_current=assignment.is_current,
        )
        for place, assignment in enumerate(assignments)
    ]


def folios_by_row(assignments: list[FolioAssignment]) -> dict[int, tuple[str, bool]]:
    return {assignment.submission.row: (assignment.folio, assignment.is_current) for assignment in assignments}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((CURP_A, "a@x", "Ana", BORN), (CURP_A, "b@x", "Eva", None), True),
        ((CURP_A, "a@x", "Ana", BORN), (CURP_B, "a@x", "Ana", BORN), False),
        (("", "A@x", "Ana", BORN), ("", "a@X", "Eva", BORN), False),
        (("", "a@x", "Ana", BORN), ("", "a@x", "Ana", date(1991, 1, 1)), True),
        (("", "a@x", "Ana", BORN), ("", "a@x", "Eva", date(1991, 1, 1)), False),
        (("", "a@x", "Ana", BORN), ("", "a@x", "Eva", None), False),
        (("", "A@x", "Ana Soto Ríos", BORN), ("", "a@X", "soto rios, ana", None), True),
        (("", "a@x", "Ana Soto Ríos", BORN), ("", "a@x", "Eva Soto Ríos", BORN), False),
        (("", "a@x", "Ana María Soto Ríos", BORN), ("", "a@x", "Ana Soto", None), True),
        (("", "a@x", "María del Mar de la Cruz", BORN), ("", "a@x", "Ma. Mar Cruz", BORN), True),
        (("", "a@x", "Ana Soto Ríos", BORN), ("", "a@x", "Ana Paz Gil", BORN), False),
        (("", "a@x", "Juan Soto", BORN), ("", "a@x", "Juana Soto", None), False),
        (("", "a@x", "José Luis Paz", BORN), ("", "a@x", "J. L. Paz", None), True),
        (("", "a@x", "Ana Peña", BORN), ("", "a@x", "PENA ANA", date(1991, 1, 1)), True),
        ((CURP_A, "a@x", "Ana", BORN), ("", "a@x", "Ana", BORN), True),
        (("", "", "Ana", BORN), ("", "", "Ana", BORN), False),
        (("NO TENGO", "a@x", "Ana", BORN), ("NO TENGO", "b@x", "Ana", BORN), False),
        (("", "no tengo", "Ana", None), ("", "No tengo", "Eva", None), False),
        (("", "no tengo", "Ana", None), ("", "No tengo", "ANA", BORN), True),
    ],
)
def test_the_same_person(
    one: tuple[str, str, str, date | None], other: tuple[str, str, str, date | None], same: bool
) -> None:
    assert is_same_person(make_identity(*one), make_identity(*other)) is same
    assert is_same_person(make_identity(*other), make_identity(*one)) is same


def test_folios_follow_the_order_of_sending_or_of_rows() -> None:
    rows = [row(2, "A", "a@x", hours=3), row(3, "B", "b@x", hours=1), row(4, "C", "c@x", hours=None)]
    assert folios_by_row(assign_folios(rows, [], "HIS")) == {
        2: ("HIS-0002", True),
        3: ("HIS-0001", True),
        4: ("HIS-0003", True),
    }
    untimed = [row(2, "A", "a@x", hours=None), row(3, "B", "b@x", hours=None)]
    assert folios_by_row(assign_folios(untimed, [], "HIS")) == {2: ("HIS-0001", True), 3: ("HIS-0002", True)}


def test_the_latest_row_of_a_person_is_current() -> None:
    rows = [row(2, hours=5), row(3, "Eva", "eva@x.mx"), row(4, hours=1)]
    assert folios_by_row(assign_folios(rows, [], "HIS")) == {
        2: ("HIS-0002", True),
        3: ("HIS-0001", True),
        4: ("HIS-0002", False),
    }
    untimed = [row(2, hours=5), row(3, hours=None)]
    assert folios_by_row(assign_folios(untimed, [], "HIS")) == {2: ("HIS-0001", False), 3: ("HIS-0001", True)}
    rows_with_folio = [row(2, folio="X-1"), row(3, hours=2, folio="X-2")]
    assert folios_by_row(assign_folios(rows_with_folio, [], "HIS")) == {2: ("X-1", False), 3: ("X-2", True)}


def test_twins_are_two_people_in_any_order_of_rows() -> None:
    twins = [row(2, "Ana", curp=CURP_A), row(3, "Eva", curp=CURP_B), row(4, "Ana", hours=2)]
    for rows in (twins, twins[::-1]):
        assignments_by_row = {assignment.submission.row: assignment for assignment in assign_folios(rows, [], "HIS")}
        assert assignments_by_row[4].folio == assignments_by_row[2].folio != assignments_by_row[3].folio
        assert [assignments_by_row[number].is_current for number in (2, 3, 4)] == [False, True, True]


def test_a_person_keeps_their_folio_in_a_later_batch() -> None:
    before = stored_applications(assign_folios([row(2, "A", "a@x"), row(3, "B", "b@x")], [], "HIS"))
    later = assign_folios(
        [row(2, "N", "n@x", hours=-5), row(3, "B", "B@X", hours=1), row(4, "A", "a@x")], before, "HIS"
    )
    assert folios_by_row(later) == {2: ("HIS-0003", True), 3: ("HIS-0002", True), 4: ("HIS-0001", True)}
    assert {assignment.submission.row: assignment.stored_id for assignment in later} == {2: None, 3: 2, 4: 1}


def test_a_later_row_supersedes_the_stored_one() -> None:
    before = stored_applications(assign_folios([row(2)], [], "HIS"))
    assignments_by_row = {
        assignment.submission.row: assignment for assignment in assign_folios([row(2), row(3, hours=4)], before, "HIS")
    }
    assert (
        assignments_by_row[3].is_current,
        assignments_by_row[3].stored_id,
        assignments_by_row[2].is_current,
        assignments_by_row[2].stored_id,
    ) == (True, 1, False, None)


def test_an_older_batch_does_not_restore_an_older_row() -> None:
    before = stored_applications(assign_folios([row(2), row(3, hours=4)], [], "HIS"))
    (again,) = assign_folios([row(2)], before, "HIS")
    assert (again.is_current, again.stored_id, again.person_folio) == (False, 1, "HIS-0001")


def test_a_correction_is_matched_by_folio_or_time() -> None:
    before = stored_applications(assign_folios([row(2, folio="X-1", email="ana@@x.mx")], [], "HIS"))
    (by_folio,) = assign_folios([row(2, folio="X-1", hours=2)], before, "HIS")
    assert by_folio.stored_id == 1
    before = stored_applications(assign_folios([row(2, email="ana@@x.mx")], [], "HIS"))
    (by_moment,) = assign_folios([row(2)], before, "HIS")
    assert (by_moment.stored_id, by_moment.folio) == (1, "HIS-0001")
    for other_row in (row(2, hours=1), row(2, born=date(1991, 1, 1)), row(2, born=None)):
        (nobody,) = assign_folios([other_row], before, "HIS")
        assert (nobody.stored_id, nobody.folio) == (None, "HIS-0002")


def test_a_new_folio_of_a_person_supersedes_the_old_one() -> None:
    before = stored_applications(assign_folios([row(2, folio="X-1")], [], "HIS"))
    (later,) = assign_folios([row(2, folio="X-2", hours=1)], before, "HIS")
    assert (later.is_current, later.stored_id, later.superseded_id) == (True, None, 1)
    (earlier,) = assign_folios([row(2, folio="X-2", hours=-1)], before, "HIS")
    assert (earlier.is_current, earlier.person_folio, earlier.superseded_id) == (False, "X-1", None)


def test_another_persons_folio_is_not_assigned() -> None:
    rows = [row(2, "A", "a@x", folio="HIS-0001"), row(3, "B", "b@x", born=date(1970, 1, 1), folio="HIS-0001")]
    first, second = assign_folios(rows, [], "HIS")
    assert (first.folio, first.is_folio_taken) == ("HIS-0001", False)
    assert (second.folio, second.is_folio_taken) == ("HIS-0002", True)
    before = stored_applications([first])
    (third,) = assign_folios([rows[1]], before, "HIS")
    assert (third.folio, third.is_folio_taken, third.stored_id) == ("HIS-0002", True, None)


def test_an_interrupted_import_goes_on_with_the_same_folios() -> None:
    rows = [row(2), row(3, "Eva", "eva@x.mx", hours=1), row(4, hours=2), row(5, "Lea", "lea@x.mx", hours=3)]
    assignments = assign_folios(rows, [], "HIS")
    for done in range(len(rows) + 1):
        assert folios_by_row(assign_folios(rows, stored_applications(assignments[:done]), "HIS")) == folios_by_row(
            assignments
        )


PEOPLE = st.lists(
    st.builds(
        lambda name, email, curp, born, hours: (name, email, curp, born, hours),
        st.sampled_from(["Ana", "Eva", "Lea"]),
        st.sampled_from(["a@x.mx", "b@x.mx", "c@x.mx"]),
        st.sampled_from(["", CURP_A, CURP_B]),
        st.sampled_from([None, BORN, date(1991, 1, 1)]),
        st.sampled_from([None, 0, 1, 2]),
    ),
    max_size=8,
)


@settings(max_examples=300)
@given(PEOPLE)
def test_each_row_is_assigned_once_and_each_person_has_one_current(
    people: list[tuple[str, str, str, date | None, int | None]],
) -> None:
    rows = [
        row(number, name, email, curp=curp, born=born, hours=hours)
        for number, (name, email, curp, born, hours) in enumerate(people, 2)
    ]
    assignments = assign_folios(rows, [], "HIS")
    assert sorted(assignment.submission.row for assignment in assignments) == [submission.row for submission in rows]
    current_folios = [assignment.folio for assignment in assignments if assignment.is_current]
    assert (
        len(current_folios) == len(set(current_folios)) == len({assignment.person_folio for assignment in assignments})
    )
    for curp in (CURP_A, CURP_B):
        assert len({assignment.person_folio for assignment in assignments if assignment.submission.curp == curp}) <= 1
    for done in range(len(assignments) + 1):
        assert folios_by_row(assign_folios(rows, stored_applications(assignments[:done]), "HIS")) == folios_by_row(
            assignments
        )

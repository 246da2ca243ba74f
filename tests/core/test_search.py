"""Searching: in any case, with or without accents, words in any order, alike on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlmodel import col, select

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.core import database
from reviewer.core.database import read_session, write_session
from reviewer.core.search import has_stale_search_text
from reviewer.intake.batch import queries as batch_queries
from reviewer.intake.batch.queries import FindingFilter
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.reviews import queue as juror_queue
from reviewer.models import Applicant, Application, Batch, Call, Finding, Person, Role
from reviewer.privacy.data_map import BLOCKED_NAME
from reviewer.screening import queue as screening_queue
from reviewer.screening.queue import Part
from tests.calls import SLUG
from tests.factories.applications import add_applications, change_application
from tests.factories.people import PersonFactory

SEARCHED_TABLES = (Application, Applicant, Person, Finding)
VARIANTS = (
    "Martínez",
    "martinez",
    "MARTÍNEZ",
    "MARTINEZ",
    "Marti\u0301nez",
    "mart\u00adínez",
    "  Martínez  ",
)


@pytest.fixture
def applications(reviewing_call: Call) -> list[Application]:
    """Applications of three people, one named Martínez and one with an apostrophe."""
    stored = add_applications(reviewing_call, 3)
    change_application(
        stored[0], first_names="José Ángel", surnames="Martínez Ñáñez", email="jose.angel@correo.example"
    )
    change_application(stored[1], first_names="Íris", surnames="O’Farrill", email="iris_of@correo.example")
    return stored


@pytest.fixture
def stale(installation: Path) -> Iterator[None]:
    """Checks after the test that the search text of every row is that of its columns.

    It needs ``installation``, so that it ends before the settings of the test do.
    """
    yield
    with read_session() as session:
        assert not [
            row for model in SEARCHED_TABLES for row in session.exec(select(model)) if has_stale_search_text(row)
        ]


def found(words: str) -> list[str]:
    lines = screening_queue.lines(OPERATOR, slug=SLUG, part=Part.ALL, search=words)
    assert screening_queue.count_lines(OPERATOR, slug=SLUG, part=Part.ALL, search=words) == len(lines)
    return [line.folio for line in lines]


@pytest.mark.usefixtures("applications")
@pytest.mark.parametrize(
    "words",
    [
        *VARIANTS,
        *(
            "martinez jose",
            "Ángel MARTÍNEZ",
            "nanez angel",
            "his-0001",
            "HIS-0001 martínez",
            "jose.angel@correo",
        ),
    ],
)
def test_an_applicant_is_found_however_typed(words: str) -> None:
    assert found(words) == ["HIS-0001"]


@pytest.mark.usefixtures("applications")
@pytest.mark.parametrize("words", ["o'farrill", "O´FARRILL", "farrill iris", "IRIS_OF@correo.example"])
def test_punctuation_does_not_hide_an_applicant(words: str) -> None:
    assert found(words) == ["HIS-0002"]


@pytest.mark.usefixtures("applications")
def test_what_matches_nothing_or_everything() -> None:
    assert found("martínez iris") == found("100%") == found("_") == found("%") == []
    assert found("") == found("  ") == ["HIS-0001", "HIS-0002", "HIS-0003"]
    assert found("martínez -") == ["HIS-0001"]


@pytest.mark.usefixtures("stale")
def test_the_text_follows_every_kind_of_write(applications: list[Application], person: PersonFactory) -> None:
    columns = {"call_id": applications[0].call_id, "batch_id": applications[0].batch_id, "row": 9}
    state = {"status": "current", "eligibility": "eligible"}
    with write_session() as session:
        statement = insert(Application).returning(col(Application.id))
        rows = [{"folio": f"X-{n}", "project_title": f"Año {n}", **columns, **state} for n in range(3)]
        keys = list(session.execute(statement, rows).scalars())
        applicants = [
            {
                "application_id": key,
                "call_id": columns["call_id"],
                "first_names": f"Zoé {key}",
                "surnames": "Ü",
            }
            for key in keys
        ]
        session.execute(insert(Applicant), applicants)
    assert found("ZOE") == ["X-0", "X-1", "X-2"] and found("zoe u") == found("ZOE")
    with write_session() as session:
        session.get_one(Applicant, keys[0]).surnames = "Íñiguez"
    with write_session() as session:  # a change of a column that is not searched
        session.get_one(Applicant, keys[1]).phone = "5512345678"
    assert found("zoe iniguez") == ["X-0"]
    juror = person(Role.JURY, name="Úrsula")
    with write_session() as session:
        session.get_one(Person, juror.person_id).name = "Ñusta"
    assert [listed.name for listed in people.list_people(OPERATOR, search="NUSTA prueba")] == ["Ñusta"]
    assert people.list_people(OPERATOR, search="ursula") == []


@pytest.mark.usefixtures("applications")
def test_dumps_leave_the_text_out() -> None:
    with read_session() as session:
        for model in (Application, Applicant):
            row = session.exec(select(model)).first()
            assert row is not None and "search_text" not in row.model_dump()


def test_people_are_counted_and_paged(person: PersonFactory) -> None:
    for name in ("Ángel Peña", "angela Pena", "Zoe"):
        person(Role.JURY, name=name)
    for words in ("pena ANGEL", "PEÑA ángel", "peña  angel"):
        assert people.count_people(OPERATOR, search=words) == 2
        pages = [people.list_people(OPERATOR, search=words, offset=start, limit=1) for start in range(3)]
        assert [[listed.name for listed in page] for page in pages] == [["Ángel Peña"], ["angela Pena"], []]
    assert people.count_people(OPERATOR, role=Role.ADMIN) == 0


@pytest.mark.usefixtures("applications", "stale")
def test_findings_are_found_by_file_message_and_folio(applications: list[Application]) -> None:
    with write_session() as session:
        batch = session.get_one(Batch, applications[0].batch_id)
        key, columns = batch.key, {"batch_id": batch.id, "code": "x", "severity": "info"}
        session.execute(
            insert(Finding),
            [
                {**columns, "message": "Falta «Identificación».", "file": None, "application_id": None},
                {**columns, "message": "x", "file": "Año/Motivos.PDF", "application_id": applications[2].id},
            ],
        )

    def count(words: str) -> int:
        return batch_queries.count_findings(OPERATOR, criteria=FindingFilter(key, text=words))

    assert [count(words) for words in ("IDENTIFICACION falta", "motivos ano", "his-0003 Motivos", "nada")] == [
        1,
        1,
        1,
        0,
    ]


def test_a_juror_finds_titles_and_never_a_covered_name(reviewing_call: Call, juror: Actor) -> None:
    add_applications(reviewing_call, 3)
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)

    def count(words: str) -> int:
        return len(juror_queue.search(juror, call=reviewing_call, words=words))

    assert [count(words) for words in ("POZO el", "2 pozo", "pozo his-0003", "his-0001")] == [3, 1, 1, 1]
    assert [count(words) for words in ("Ámbar", "nunez", "peña", "ambar@correo.example", "%")] == [0] * 5


def test_text_of_withheld_rows_reveals_nothing(applications: list[Application]) -> None:
    with write_session() as session:
        applicant = session.get_one(Applicant, applications[0].id)
        applicant.first_names, applicant.surnames, applicant.email = BLOCKED_NAME, "", ""
    with read_session() as session:
        assert session.get_one(Applicant, applications[0].id).search_text == "datos bloqueados"


@pytest.mark.usefixtures("applications", "coordinator", "stale")
def test_the_migration_fills_rows_that_were_there() -> None:
    with database.unmigrated_connection() as connection:
        for model in SEARCHED_TABLES:
            connection.exec_driver_sql(f"ALTER TABLE {model.__tablename__} DROP COLUMN search_text")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0019'")
        database.migrate(connection, "6c1f0a9d42b7")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{database.head_revision()}'")
    assert found("martinez") == ["HIS-0001"]
    assert [listed.name for listed in people.list_people(OPERATOR, search="CORA")] == ["Cora Coordina"]

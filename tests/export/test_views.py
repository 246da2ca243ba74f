"""Views for analysts: they exist on both databases, survive migrations, and say nothing of who anybody is."""

from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import String, col, select

from reviewer.core import database
from reviewer.core.database import read_connection, read_session, write_session
from reviewer.demographics.questions import ASKED, SENSITIVE, Store
from reviewer.export import views
from reviewer.export.views import VIEWS, View
from reviewer.models import Applicant, Application, Person, SensitiveTraits
from tests.factories.people import PersonFactory
from tests.factories.personal_data import SECRET, Case, decided_call

MARKER = "Quetzalpapálotl"
# Answers to questions with few answers, which views hold as they were written.
SHOWN_ANSWERS = {"project_kind", "genre", "preferred_venue", "gender", "schooling", "alcaldia"}
each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)


@pytest.fixture
def case(person: PersonFactory) -> Case:
    """A decided call with traces of a person in every table, and with a marker in every text of everybody."""
    decided_case = decided_call(person)
    with write_session() as session:
        key, call_id = decided_case.application_id, session.get_one(Application, decided_case.application_id).call_id
        session.merge(SensitiveTraits(application_id=key, call_id=call_id))
        for model in (Applicant, SensitiveTraits, Person):
            for row in session.exec(select(model)):
                _mark(row)
        session.get_one(Application, key).reasons = MARKER
    return decided_case


def _mark(row: Any) -> None:
    for column in row.__table__.columns:
        if isinstance(column.type, String) and column.name not in {*SHOWN_ANSWERS, "role", "public_id"}:
            setattr(row, column.name, f"{MARKER} {row.__table__.name} {column.name} {hash(str(row))}")


def rows_of(view: View) -> list[dict[str, Any]]:
    with read_connection() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {view.name}")).mappings()]


@each_view
def test_no_view_holds_what_identifies_anybody(case: Case, view: View) -> None:
    rows = rows_of(view)
    assert rows or view.name == "v_documents", view.name
    assert not [row for row in rows if MARKER in str(row) or SECRET in str(row)]


@each_view
def test_columns_are_described_and_none_is_personal(installation: object, view: View) -> None:
    with read_connection() as connection:
        columns = [column["name"] for column in inspect(connection).get_columns(view.name)]
    assert columns == [column.name for column in view.query.selected_columns] == [*view.meanings]
    asked_personally = {
        name
        for question in ASKED
        if question.store is not Store.APPLICATION
        for name in (question.key, question.column)
    }
    assert not {*columns} & (asked_personally - SHOWN_ANSWERS)
    assert not {*columns} & {*SENSITIVE, *SensitiveTraits.model_fields, "name", "email", "reasons", "synopsis"}


def test_views_say_what_the_tables_say(case: Case) -> None:
    by_name = {view.name: rows_of(view) for view in VIEWS}
    assert [row["phase"] for row in by_name["v_calls"]] == ["decided"]
    assert len(by_name["v_applications"]) == 12
    assert {row["birth_year"] for row in by_name["v_applications"]} == {1990}
    assert len(by_name["v_reviews"]) == len({row["folio"] + str(row["reviewer"]) for row in by_name["v_scores"]})
    assert [row["folio"] for row in sorted(by_name["v_ranking"], key=lambda row: row["rank"])] == [*case.decided.ranked]
    seated = [row for row in by_name["v_selection"] if row["outcome"] == "selected"]
    assert case.seated_folio in {row["folio"] for row in seated} and all(row["signed_at"] for row in seated)


def test_a_migration_creates_the_views_anew(case: Case) -> None:
    """Views that a migration does not expect would keep SQLite from renaming a table."""
    with database.unmigrated_connection() as connection:
        connection.exec_driver_sql("CREATE VIEW v_old AS SELECT folio FROM application")
        database.migrate(connection)
        assert {*inspect(connection).get_view_names()} == {view.name for view in VIEWS}
    with read_session() as session:
        assert session.exec(select(col(Application.folio))).first()


def test_views_are_dropped_for_a_restoration(installation: object) -> None:
    with database.unmigrated_connection() as connection:
        views.drop(connection)
        assert not inspect(connection).get_view_names()

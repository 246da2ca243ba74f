"""Sensitive traits are in a table of their own, which few modules read, and on no page beside a person."""

import ast

import pytest

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.paths import ROOT
from reviewer.decision.selection.optimisation import groups
from reviewer.demographics.questions import IN_RULES, SENSITIVE, Use
from reviewer.intake.corrections import history
from reviewer.models import Applicant, Application, Call, SensitiveTraits
from reviewer.privacy.data_map import TABLES
from reviewer.web.routes import downloads
from reviewer.web.screens.postulacion import form
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.factories.personal_data import Case, decided_call
from tests.pages.conftest import Screens, screen  # noqa: F401
from tests.pages.test_leaks import page_payload

SENSITIVE_ANSWER = "Ñuu Savi de Tlaxiaco"
# Intake writes them; the cohort counts them; selection applies its rules; the admin's export and the requests
# hold them. Each module that imports the table, or the columns that lead to it, is in this list.
READERS = {
    "reviewer/cohort/filters.py",
    "reviewer/cohort/questions.py",
    "reviewer/decision/selection/rule_answers.py",
    "reviewer/demographics/answer_columns.py",
    "reviewer/export/tables.py",
    "reviewer/intake/store/table_writer.py",
    "reviewer/models/__init__.py",
    "reviewer/privacy/data_map.py",
}
IMPORTS = ast.Import | ast.ImportFrom
READING_NAMES = {"SensitiveTraits", "answer_column", "answer_columns"}
PERSON_PAGES = ("postulacion", "privacidad", "cotejo", "acta", "avance")  # where persons are listed or shown


@pytest.fixture
def case(person: PersonFactory) -> Case:
    decided_case = decided_call(person)
    with write_session() as session:
        key = decided_case.decided.application_ids[decided_case.seated_folio]
        call_id = session.get_one(Application, key).call_id
        session.add(SensitiveTraits(application_id=key, call_id=call_id, indigenous=SENSITIVE_ANSWER))
    return decided_case


def test_only_these_modules_read_sensitive_traits() -> None:
    readers = set()
    for folder in ("reviewer", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            names = {
                alias.name.rpartition(".")[2] for node in nodes if isinstance(node, IMPORTS) for alias in node.names
            }
            names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
            if names & READING_NAMES:
                readers.add(str(path.relative_to(ROOT)))
    assert readers == READERS


def test_sensitive_traits_are_no_filter_and_no_applicant_column() -> None:
    assert not any(question.is_sensitive for question in FILTER_QUESTIONS)
    sensitive_columns = {question.column for question in SENSITIVE.values()}
    assert sensitive_columns == SensitiveTraits.model_fields.keys() - {"application_id", "call_id"}
    assert not sensitive_columns & {*Applicant.model_fields, *Application.model_fields}


def test_every_list_of_sensitive_traits_holds_all_of_them() -> None:
    columns = {question.column for question in SENSITIVE.values()}
    assert columns | SENSITIVE.keys() == history.SENSITIVE_FIELDS
    [blanked] = [table.blank for table in TABLES if table.model is SensitiveTraits]
    assert blanked.keys() == columns
    assert not SENSITIVE.keys() & form.FIELDS.keys()
    assert SENSITIVE.keys() & IN_RULES.keys() == groups.SENSITIVE_FIELDS
    assert all(question.affirmation for question in SENSITIVE.values() if Use.COHORT in question.uses)


def test_no_page_or_table_shows_a_sensitive_answer(
    case: Case,
    admin: Actor,
    screen: Screens,  # noqa: F811
) -> None:
    for actor, addresses in ((admin, PERSON_PAGES[:3]), (case.decided.coordinator, PERSON_PAGES[2:])):
        for address in addresses:
            assert SENSITIVE_ANSWER not in page_payload(screen(address, actor, folio=case.seated_folio)), address
        for make in (*downloads.TABLES.values(), *downloads.WORKBOOKS.values()):
            try:
                table = make(actor, {"convocatoria": SLUG})
            except (Forbidden, UserError):
                continue
            assert SENSITIVE_ANSWER not in str(table)


def test_history_does_not_show_sensitive_values(reviewing_call: Call, admin: Actor) -> None:
    [application] = add_applications(reviewing_call, 1)
    for field in ("indigenous", "pueblo_indigena"):  # as a later batch and as a correction by hand name it
        changes = log.Changes(
            {field: (SENSITIVE_ANSWER, f"{SENSITIVE_ANSWER}, Oaxaca"), "phone": ("1", "2")}, application.id
        )
        with write_session() as session:
            log.record(
                session,
                admin,
                "application.correct",
                "application",
                application.folio,
                {"call": SLUG},
                changes=changes,
            )
    events = history.application_history(admin, slug=SLUG, folio=application.folio)
    value_changes = [change for event in events for change in event.changes]
    assert [change.is_sensitive for change in value_changes] == [True, False] * 2
    assert SENSITIVE_ANSWER not in str(events) and "after='2'" in str(events)

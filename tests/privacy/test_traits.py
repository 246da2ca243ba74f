"""Sensitive traits: in a table of their own, which few rooms read, and on no page beside a person."""

import ast

import pytest

from reviewer.access.actor import Actor
from reviewer.audit import log
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.paths import ROOT
from reviewer.intake.corrections import history
from reviewer.models import Applicant, Application, Call, SensitiveTraits
from reviewer.web.routes.downloads import TABLES, WORKBOOKS
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications
from tests.pages.conftest import Screens, screen  # noqa: F401
from tests.pages.test_leaks import page_payload
from tests.privacy.cases import Case, decided_call

SENSITIVE_ANSWER = "Ñuu Savi de Tlaxiaco"
# Intake writes them, cohort counts them, selection keeps its rules by them, the admin's export and requests.
READERS = {
    "reviewer/cohort/filters.py",
    "reviewer/cohort/questions.py",
    "reviewer/decision/selection/rule_answers.py",
    "reviewer/export/bundle.py",
    "reviewer/intake/store/table_writer.py",
    "reviewer/models/__init__.py",
    "reviewer/privacy/data_map.py",
}
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
    for path in (
        module_path for folder in ("reviewer", "pages") for module_path in (ROOT / folder).rglob("*.py")
    ):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        if "SensitiveTraits" in names:
            readers.add(str(path.relative_to(ROOT)))
    assert readers == READERS


def test_sensitive_traits_are_no_filter_and_no_applicant_column() -> None:
    assert not any(question.sensitive for question in FILTER_QUESTIONS)
    assert not {"indigenous", "afro_mexican", "disability"} & {
        *Applicant.model_fields,
        *Application.model_fields,
    }


def test_no_page_or_table_shows_a_sensitive_answer(
    case: Case,
    admin: Actor,
    screen: Screens,  # noqa: F811
) -> None:
    for actor, addresses in ((admin, PERSON_PAGES[:3]), (case.decided.coordinator, PERSON_PAGES[2:])):
        for address in addresses:
            assert SENSITIVE_ANSWER not in page_payload(screen(address, actor, folio=case.seated_folio)), (
                address
            )
        for make in (*TABLES.values(), *WORKBOOKS.values()):
            try:
                table = make(actor, {"convocatoria": SLUG})
            except (Forbidden, UserError):
                continue
            assert SENSITIVE_ANSWER not in str(table)


def test_history_does_not_show_sensitive_values(reviewing_call: Call, admin: Actor) -> None:
    [application] = add_applications(reviewing_call, 1)
    for field in ("indigenous", "pueblo_indigena"):  # as a later batch and as a person who corrects name it
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

"""Sensitive traits: in a table of their own, which few rooms read, and on no page beside a person."""

import ast

import pytest

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.cohort.traits import FILTERS
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.intake import chronicle
from reviewer.models import Applicant, Application, Call, SensitiveTraits
from reviewer.paths import ROOT
from reviewer.web.routes.downloads import BOOKS, TABLES
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications
from tests.pages.conftest import Screens, screen  # noqa: F401
from tests.pages.test_leaks import everything
from tests.privacy.cases import Case, decided_call

TRAIT = "Ñuu Savi de Tlaxiaco"
# Intake writes them, cohort counts them, selection keeps its rules by them, the admin's export and requests.
READERS = {
    "reviewer/cohort/part.py",
    "reviewer/cohort/traits.py",
    "reviewer/decision/selection/answers.py",
    "reviewer/exports.py",
    "reviewer/intake/writing.py",
    "reviewer/models/__init__.py",
    "reviewer/privacy/personal.py",
}
OF_PEOPLE = ("postulacion", "privacidad", "cotejo", "acta", "avance")  # where persons are listed or shown


@pytest.fixture
def case(person: PersonFactory) -> Case:
    made = decided_call(person)
    with writing() as session:
        key = made.decided.application_ids[made.seated]
        call_id = session.get_one(Application, key).call_id
        session.add(SensitiveTraits(application_id=key, call_id=call_id, indigenous=TRAIT))
    return made


def test_only_these_rooms_read_them() -> None:
    found = set()
    for path in (each for folder in ("reviewer", "pages") for each in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        if "SensitiveTraits" in names:
            found.add(str(path.relative_to(ROOT)))
    assert found == READERS


def test_they_are_neither_a_filter_nor_beside_the_person() -> None:
    assert not any(each.sensitive for each in FILTERS)
    assert not {"indigenous", "afro_mexican", "disability"} & {
        *Applicant.model_fields,
        *Application.model_fields,
    }


def test_no_page_and_no_table_shows_whose_they_are(
    case: Case,
    admin: Actor,
    screen: Screens,  # noqa: F811
) -> None:
    for actor, addresses in ((admin, OF_PEOPLE[:3]), (case.decided.coordinator, OF_PEOPLE[2:])):
        for address in addresses:
            assert TRAIT not in everything(screen(address, actor, folio=case.seated)), address
        for make in (*TABLES.values(), *BOOKS.values()):
            try:
                table = make(actor, {"convocatoria": SLUG})
            except (Forbidden, Refused):
                continue
            assert TRAIT not in str(table)


def test_an_applications_history_says_that_one_changed_and_not_to_what(
    reviewing_call: Call, admin: Actor
) -> None:
    [one] = add_applications(reviewing_call, 1)
    for field in ("indigenous", "pueblo_indigena"):  # as a later batch and as a person who corrects name it
        changes = audit.Changes({field: (TRAIT, f"{TRAIT}, Oaxaca"), "phone": ("1", "2")}, one.id)
        with writing() as session:
            audit.record(
                session,
                admin,
                "application.correct",
                "application",
                one.folio,
                {"call": SLUG},
                changes=changes,
            )
    events = chronicle.history_of(admin, call_slug=SLUG, folio=one.folio)
    said = [each for event in events for each in event.changes]
    assert [each.is_sensitive for each in said] == [True, False] * 2
    assert TRAIT not in str(events) and "after='2'" in str(events)

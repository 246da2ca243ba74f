"""Sensitive traits: in a table of their own, which few rooms read, and on no page beside a person."""

import ast

import pytest

from reviewer.access.actor import Actor
from reviewer.cohort.traits import FILTERS
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.models import Applicant, Application, SensitiveTraits
from reviewer.paths import ROOT
from reviewer.web.routes.downloads import BOOKS, TABLES
from tests.conftest import SLUG, PersonFactory
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

"""A call of six seats in two venues, eight eligible applications read twice, and its coordinator."""

import tomllib
from datetime import date

import pytest

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.models import Application, Call, Phase, Role
from tests.calls import NO_REVIEW_WINDOW, SLUG, call_text
from tests.factories.applications import add_applications, add_traits, change_application
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all

PEOPLE = (
    ("09007", "Mujer", "Iztapalapa"),
    ("09007", "Hombre", ""),
    ("09007", "Femenino", "Sede Centro"),
    ("09002", "Hombre", ""),
    ("09002", "Masculino", "centro"),
    ("09002", "No binarie", ""),
    ("09009", "Mujer", ""),
    ("09015", "", ""),
)
RULES = """
[[representation]]
label    = "Al menos una persona de cada alcaldía"
who      = { alcaldia = "*" }
at_least = 1

[[representation]]
label   = "No más de tres de una alcaldía"
who     = { alcaldia = "*" }
at_most = 3
"""
VENUES = (
    {"key": "iztapalapa", "label": "Sede Iztapalapa", "seats": 3, "alcaldia": "Iztapalapa"},
    {"key": "centro", "label": "Sede Centro", "seats": 3, "alcaldia": "Cuauhtémoc"},
)


def two_venue_call_text(rules: str = RULES) -> str:
    """The example call with six seats in two venues and these rules (TOML), without a reviewing window."""
    return call_text(
        NO_REVIEW_WINDOW
        | {"seats": 6, "venues": list(VENUES), "representation": tomllib.loads(rules).get("representation")}
    )


@pytest.fixture
def applications(installation: object) -> list[Application]:
    """Those of ``small``, in the order of their folios: HIS-0001 to HIS-0008, merit rising."""
    spec.load_call(OPERATOR, text=two_venue_call_text())
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    new_applications = add_applications(spec.get_call(SLUG), len(PEOPLE))
    for application, (alcaldia, gender, preferred) in zip(new_applications, PEOPLE, strict=True):
        change_application(application, alcaldia=alcaldia, gender=gender, preferred_venue=preferred)
    change_application(new_applications[0], birth_date=date(1960, 5, 1))
    add_traits(new_applications[0], disability="Sí, uso silla de ruedas")
    add_traits(new_applications[1], disability="No")
    return new_applications


@pytest.fixture
def small(applications: list[Application], person: PersonFactory) -> Call:
    """The call, its eight applications read by two of three jurors."""
    del applications
    jury = [person(Role.JURY) for _ in range(3)]
    call = spec.get_call(SLUG)
    submit_all(call, jury, reviews=2)
    return call

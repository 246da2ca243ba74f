"""A call that its jury has scored."""

import pytest

from reviewer.access.actor import Actor
from reviewer.models import Call, Role
from tests.factories.applications import add_applications
from tests.factories.decisions import DecidedCall, decide_small_call
from tests.factories.people import PersonFactory
from tests.factories.reviews import submit_all


@pytest.fixture
def jury(person: PersonFactory) -> list[Actor]:
    """Three jurors; the second is strict where ``cases.usual`` grades."""
    return [person(Role.JURY, name=name) for name in ("Inés", "Óscar", "Úrsula")]


@pytest.fixture
def scored(reviewing_call: Call, jury: list[Actor]) -> Call:
    """Twenty-four applications read by two of three jurors each."""
    add_applications(reviewing_call, 24)
    submit_all(reviewing_call, jury)
    return reviewing_call


@pytest.fixture
def decided(person: PersonFactory) -> DecidedCall:
    """A small blind call with a selection in force, in deliberation."""
    return decide_small_call(person)

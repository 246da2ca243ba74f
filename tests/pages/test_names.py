"""Names are shown as text: no page of jurors or coordinators reads markup in them."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.database import write_session
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.conflicts import advance
from reviewer.jury.discussion import anchors, comments, flags
from reviewer.models import Application, Call, FlagKind, Phase, Role
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.jury.reviews.test_queue import submit_review
from tests.pages.conftest import Screens

NAME = "# Ana [pulse](https://malo.example) :red[rojo] $x^2$ <b>negra</b> **Ruiz**"
MARKS = ("[pulse](", ":red[", "$x^2$", "**Ruiz**")
# Where Streamlit reads Markdown; texts, options and our own components show what they are given.
MARKDOWN = (
    "title",
    "header",
    "subheader",
    "markdown",
    "caption",
    "error",
    "warning",
    "info",
    "success",
    "toast",
)
LABELS = (
    "button",
    "checkbox",
    "radio",
    "selectbox",
    "text_area",
    "text_input",
    "metric",
    "toggle",
    "expander",
)


def markdown_texts(test: AppTest) -> Iterator[str]:
    for kind in MARKDOWN:
        yield from (str(getattr(widget, "value", "")) for widget in test.get(kind))
    for kind in LABELS:
        yield from (str(getattr(widget, "label", "")) for widget in test.get(kind))
    yield from (str(table.value.to_numpy().tolist()) for table in test.table)


def assert_no_markup(test: AppTest, where: str) -> None:
    text = "\n".join(markdown_texts(test))
    assert not [mark for mark in MARKS if mark in text], where


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    jurors = [person(Role.JURY, name=NAME, email=f"{number}@prueba.example") for number in range(3)]
    add_applications(reviewing_call, 3)
    with write_session() as session:
        for application in session.exec(select(Application)):
            application.project_title = application.synopsis = NAME
    anchors.choose(OPERATOR, slug=SLUG, folios=["HIS-0001"])
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=2)
    for juror in jurors:
        submit_review(juror, "HIS-0001")
    target: dict[str, Any] = {"slug": SLUG, "folio": "HIS-0001"}
    flags.raise_flag(jurors[0], **target, kind=FlagKind.PLAGIARISM, document="", words=NAME)
    advance.declare_in_advance(jurors[0], slug=SLUG, entries=f"{NAME}\nHIS-9999", kind="other", statement=NAME)
    return jurors


def test_no_name_is_read_as_markup(screen: Screens, jury: list[Actor], person: PersonFactory) -> None:
    coordinator = person(Role.COORDINATOR, name=NAME)
    for part in ("Jurado", "A mano", "Conflictos", "Anclas"):
        assert_no_markup(screen("asignacion", coordinator, parte=part), part)
    page = screen("asignacion", coordinator)
    for label in ("Previsualizar", "Emparejar cargas…"):
        assert_no_markup(next(button for button in page.button if button.label == label).click().run(), label)
    for address in ("avance", "avisos", "cuenta"):
        assert_no_markup(screen(address, coordinator), address)
    for address in ("mesa", "conflictos", "cuenta", "revisar"):
        assert_no_markup(screen(address, jury[0]), address)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    comments.post_message(jury[1], slug=SLUG, folio="HIS-0001", key="clave-01", text=NAME)
    for address, actor in (("comparar", jury[0]), ("avisos", coordinator), ("deliberacion", coordinator)):
        assert_no_markup(screen(address, actor), address)


@pytest.mark.parametrize("draw", ["title(name)", "table([{'Persona': name}])", "button(name)", "success(name)"])
def test_assert_no_markup_detects_markup(draw: str) -> None:
    """The test above can fail."""
    page = AppTest.from_string(f"import streamlit as st\nname = {NAME!r}\nst.{draw}").run()
    with pytest.raises(AssertionError):
        assert_no_markup(page, draw)

"""Names are words: whatever somebody is called, no page of the jury's or its coordinators' reads markup."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from reviewer import calls
from reviewer.access.actor import OPERATOR, Actor
from reviewer.database import writing
from reviewer.jury import anchors, assignment, committee, conflicts, flags
from reviewer.models import Application, Call, FlagKind, Phase, Role
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications
from tests.jury.test_desk import finish
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


def read_as_markdown(test: AppTest) -> Iterator[str]:
    for kind in MARKDOWN:
        yield from (str(getattr(each, "value", "")) for each in test.get(kind))
    for kind in LABELS:
        yield from (str(getattr(each, "label", "")) for each in test.get(kind))
    yield from (str(each.value.to_numpy().tolist()) for each in test.table)


def refused(test: AppTest, where: str) -> None:
    said = "\n".join(read_as_markdown(test))
    assert not [mark for mark in MARKS if mark in said], where


@pytest.fixture
def jury(reviewing_call: Call, person: PersonFactory) -> list[Actor]:
    made = [person(Role.JURY, name=NAME, email=f"{n}@prueba.example") for n in range(3)]
    add_applications(reviewing_call, 3)
    with writing() as session:
        for each in session.exec(select(Application)):
            each.project_title = each.synopsis = NAME
    anchors.choose(OPERATOR, call=SLUG, folios=["GUI-0001"])
    assignment.assign(OPERATOR, call=SLUG, reviews=2)
    for juror in made:
        finish(juror, "GUI-0001")
    words: dict[str, Any] = {"call": SLUG, "folio": "GUI-0001"}
    flags.raise_flag(made[0], **words, kind=FlagKind.PLAGIARISM, document="", words=NAME)
    conflicts.declare_in_advance(
        made[0], call=SLUG, entries=f"{NAME}\nGUI-9999", kind="other", statement=NAME
    )
    return made


def test_no_name_is_read_as_markup(screen: Screens, jury: list[Actor], person: PersonFactory) -> None:
    coordinator = person(Role.COORDINATOR, name=NAME)
    for part in ("Jurado", "A mano", "Conflictos", "Anclas"):
        refused(screen("asignacion", coordinator, parte=part), part)
    shared = screen("asignacion", coordinator)
    for label in ("Previsualizar", "Emparejar cargas…"):
        refused(next(each for each in shared.button if each.label == label).click().run(), label)
    for address in ("avance", "avisos", "cuenta"):
        refused(screen(address, coordinator), address)
    for address in ("mesa", "conflictos", "cuenta", "revisar"):
        refused(screen(address, jury[0]), address)
    calls.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    committee.say(jury[1], call=SLUG, folio="GUI-0001", key="clave-01", text=NAME)
    for address, actor in (("comparar", jury[0]), ("avisos", coordinator), ("deliberacion", coordinator)):
        refused(screen(address, actor), address)


@pytest.mark.parametrize(
    "draw", ["title(name)", "table([{'Persona': name}])", "button(name)", "success(name)"]
)
def test_the_probe_sees_markup(draw: str) -> None:
    """The test above can fail."""
    page = AppTest.from_string(f"import streamlit as st\nname = {NAME!r}\nst.{draw}").run()
    with pytest.raises(AssertionError):
        refused(page, draw)

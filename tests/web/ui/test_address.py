"""Widgets whose value is kept in the page's address."""

import pytest
from streamlit.testing.v1 import AppTest

from reviewer.web.ui.address import slug

PAGE = """
import streamlit as st
from reviewer.web.ui import address, choices, pager

view = choices.choose_tab({"primero": "Lo primero", "medio": "En medio"}, key="vista", label="Vista")
kind = choices.choose_option(
    {"": "Todo", "A-b": "Línea de comandos", "c": "Él"}, key="tipo", label="Tipo", words={"c": "Él"}
)
words = pager.search_box("Palabras")
st.button("Quitar", on_click=lambda: address.change({"tipo": None, "vista": "medio"}))
offset = pager.page_offset(30, 10)
st.text(f"{view} {kind} {words} {offset}")
"""


def open_page(**query: str) -> AppTest:
    page = AppTest.from_string(PAGE)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def shown(page: AppTest) -> str:
    assert not page.exception, page.exception
    return str(page.text[0].value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Línea de comandos", "linea-de-comandos"),
        ("«El CORTE»", "el-corte"),
        ("Por 10 mil habitantes", "por-10-mil-habitantes"),
        ("–", ""),
    ],
)
def test_a_slug_has_neither_capitals_nor_accents(text: str, address: str) -> None:
    assert slug(text) == address


def test_an_address_sets_the_widgets() -> None:
    assert shown(open_page()) == "primero   0"
    assert shown(open_page(vista="medio", tipo="el", buscar="algo", hoja="3")) == "medio c algo 20"


def test_addresses_with_labels_still_work() -> None:
    assert shown(open_page(vista="En medio", tipo="Línea de comandos")) == "medio A-b  0"


def test_an_unknown_value_is_named_on_the_page() -> None:
    for name in ("vista", "tipo", "hoja"):
        page = open_page(**{name: "<b>otra</b>"})
        assert shown(page) == "primero   0"
        (warning,) = page.warning
        assert f"La dirección pide «{name}=\\<b\\>otra" in warning.value
        assert not page.button_group(key="vista").set_value("medio").run().warning
    assert not open_page(buscar="<b>").warning


def test_a_change_is_written_and_goes_back_to_the_first_page() -> None:
    page = open_page(hoja="2")
    page.selectbox(key="tipo").set_value("c").run()
    assert (shown(page), page.query_params) == ("primero c  0", {"tipo": "el"})
    page.pagination(key="hoja").set_value(2).run()
    assert (shown(page), page.query_params) == ("primero c  10", {"tipo": "el", "hoja": "2"})
    page.text_input(key="buscar").set_value("algo").run()
    assert (shown(page), page.query_params) == ("primero c algo 0", {"tipo": "el", "buscar": "algo"})
    page.selectbox(key="tipo").set_value("").run()
    assert page.query_params == {"buscar": "algo"}


def test_parameters_are_changed_by_code() -> None:
    page = open_page(tipo="el", hoja="2")
    page.button[0].click().run()
    assert (shown(page), page.query_params) == ("medio   10", {"hoja": "2", "vista": "medio"})


def test_a_page_beyond_the_last_one_is_the_last_one() -> None:
    assert shown(open_page(hoja="99")) == "primero   20"

"""Folios are read in every spelling in which people type them."""

import pytest

from reviewer.call.folios import MAX_FOLIOS, parse_folio, parse_folios
from reviewer.core.errors import UserError
from reviewer.models import Call


@pytest.mark.parametrize(
    ("text", "folios"),
    [
        ("HIS-0003, 5;7\nhis-9", ["HIS-0003", "HIS-0005", "HIS-0007", "HIS-0009"]),
        ("HIS-0008 a HIS-0011", ["HIS-0008", "HIS-0009", "HIS-0010", "HIS-0011"]),
        ("3..5, A-17", ["HIS-0003", "HIS-0004", "HIS-0005", "A-17"]),
        ("", []),
    ],
)
def test_folios_are_read_as_people_list_them(reviewing_call: Call, text: str, folios: list[str]) -> None:
    assert list(parse_folios(text, reviewing_call)) == folios


@pytest.mark.parametrize(
    ("text", "folio"),
    [
        *[(text, "HIS-0042") for text in ("HIS-0042", "his 42", "42", " His-42 ", "HIS42")],
        ("exp 7/2024", "EXP 7/2024"),
        ("Ana Zamora", None),
        ("", None),
    ],
)
def test_a_folio_has_one_spelling(reviewing_call: Call, text: str, folio: str | None) -> None:
    assert parse_folio(text, reviewing_call) == folio


@pytest.mark.parametrize("text", ["1 a 9999", " ".join(map(str, range(MAX_FOLIOS + 1)))])
def test_a_list_has_a_limit(reviewing_call: Call, text: str) -> None:
    with pytest.raises(UserError, match="por partes"):
        parse_folios(text, reviewing_call)

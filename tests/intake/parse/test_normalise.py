import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.intake.parse.normalise import clean, column_letter, one_line

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNWANTED = st.sampled_from(f"{BIDI_CONTROLS}\x00\x0b\x1b\x85\u2028\ud800")


def test_cleaning_takes_away_what_cannot_be_seen() -> None:
    assert clean("\ufeff Ana\u200b María\x00 ") == "Ana María"
    assert clean("uno\r\ndos\rtres ") == "uno\ndos\ntres"
    assert one_line(" uno \n\n dos ") == "uno dos"


@given(st.text(st.one_of(st.characters(), UNWANTED)))
def test_nothing_unstorable_or_misleading_is_left(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not set(cleaned) & set(BIDI_CONTROLS)
    assert {character for character in cleaned if unicodedata.category(character) == "Cc"} <= {"\n"}
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("between", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\r", "\r\n"])
def test_a_line_break_of_any_kind_keeps_words_apart(between: str) -> None:
    assert clean(f"Ana{between}María") == "Ana\nMaría"


def test_column_letters_as_a_spreadsheet_shows_them() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

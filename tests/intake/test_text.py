import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reviewer.intake.text import clean, column_letter, fold, one_line


def test_folding_leaves_what_a_reader_hears() -> None:
    assert fold("¿Código  Postal? (5 dígitos)") == "codigo postal 5 digitos"
    assert fold("codigo_postal") == fold(unicodedata.normalize("NFD", "Código-Postal"))
    assert fold("Nº Ñandú ß") == "no nandu ss"


def test_cleaning_takes_away_what_cannot_be_seen() -> None:
    assert clean("\ufeff Ana\u200b María\x00 ") == "Ana María"
    assert clean("uno\r\ndos\rtres ") == "uno\ndos\ntres"
    assert one_line(" uno \n\n dos ") == "uno dos"


@given(st.text())
def test_nothing_unstorable_is_left(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert clean(kept) == kept
    assert fold(fold(text)) == fold(text)


def test_column_letters_as_a_spreadsheet_shows_them() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

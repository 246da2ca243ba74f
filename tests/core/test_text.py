"""Folding: what it removes, what it keeps, and that its variants agree."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.text import MONTH_ABBREVIATIONS, MONTHS, PARTICLES, fold, fold_letters, fold_solid

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff"
LATIN = st.characters(max_codepoint=0x24F)
TEXTS = st.text(st.one_of(LATIN, st.characters(), st.sampled_from(f"{INVISIBLE}´`¨ﬁ’-_ ")))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¿Código  Postal? (5 dígitos)", "codigo postal 5 digitos"),
        ("codigo_postal", "codigo postal"),
        ("Nº Ñandú ß", "no nandu ss"),
        ("MARTÍNEZ", "martinez"),
        ("Marti\u0301nez", "martinez"),
        ("Mar\u00adtí\u200bnez\ufeff", "martinez"),
        ("O’Farrill, O'Farrill y O´Farrill", "o farrill o farrill y o farrill"),
        ("oﬁcio\u00a0ﬂuido", "oficio fluido"),
        ("Łódź Søren Æon İzmir ısı", "lodz soren aeon izmir isi"),
        ("no-binarie / otra", "no binarie otra"),
        ("_ — ¿?", ""),
    ],
)
def test_folded_words(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_letters_keep_punctuation_and_blanks() -> None:
    assert fold_letters("Núñez,\u00a0A.\u00ad-1\n") == "nunez, a.-1\n"
    assert fold_letters("Garc´ıa") == "garcia"


def test_only_letters_and_digits() -> None:
    assert fold_solid("Núñez, A.-1_b") == "nuneza1b"


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)
    assert fold_solid(fold_solid(text)) == fold_solid(text)


@given(TEXTS)
def test_words_are_letters_and_digits_with_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(character.isalnum() or character == " " for character in folded)
    assert not any(unicodedata.category(character) in ("Mn", "Cf") for character in folded)
    assert folded == folded.casefold()


@given(TEXTS, TEXTS)
def test_letters_fold_one_by_one(first: str, second: str) -> None:
    assert fold_letters(first + second) == fold_letters(first) + fold_letters(second)
    assert fold(f"{first} {second}") == f"{fold(first)} {fold(second)}".strip()


@given(st.text(LATIN))
def test_composition_of_accents_does_not_matter(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold_solid(unicodedata.normalize("NFD", text)) == fold_solid(text)


@given(st.text(st.sampled_from("abcñáéíóúüÑÁÉÍÓÚÜ ,.-_")), st.integers(0, 100), st.sampled_from(INVISIBLE))
def test_case_and_invisible_characters_do_not_matter(text: str, position: int, invisible: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)
    assert fold(text[:position] + invisible + text[position:]) == fold(text)


def test_particles_and_months() -> None:
    assert all(fold(word) == word for word in (*PARTICLES, *MONTHS, *MONTH_ABBREVIATIONS))
    assert len(set(MONTH_ABBREVIATIONS)) == len(MONTHS) == 12

"""CURPs for invented people, by the rules of the national population registry.

Source: Instructivo normativo para la asignación de la CURP (DOF, 18 October 2021).
"""

import random
from datetime import date

from reviewer.core.text import PARTICLES, fold
from reviewer.demographics.curp import check_digit

_VOWELS = "AEIOU"
_SKIPPED_WORDS = {*map(str.upper, PARTICLES), "MC"}
_COMMON_FIRST_NAMES = {"JOSE", "MARIA", "MA", "J", "M"}
_OFFENSIVE = {  # from the registry's annex of words that the first four letters must not form
    *("BACA", "BUEI", "BUEY", "CACA", "CAGA", "CACO", "CAKA", "COGE", "COJA", "COJE", "COJI", "CULO"),
    *("FETO", "GUEI", "GUEY", "KACA", "KULO", "LOCA", "LOCO", "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR"),
    *("MION", "MOCO", "MULA", "PEDA", "PEDO", "PENE", "PITO", "PUTA", "PUTO", "QULO", "RATA", "ROBA", "ROBO"),
    *("RUIN", "TETA", "VACA", "VAGA", "VAGO", "VUEI", "VUEY"),
}


def make(first_names: str, surnames: tuple[str, str], born: date, sex: str, state: str, rng: random.Random) -> str:
    """Returns a valid CURP. ``sex`` is H, M or X; ``state`` has two letters, DF for births in Mexico City."""
    name, (father, mother) = _first_name_word(first_names), map(_surname_word, surnames)
    letters = father[0] + _first_inner_letter(father, vowel=True) + mother[0] + name[0]
    if letters in _OFFENSIVE:
        letters = letters[0] + "X" + letters[2:]
    consonants = "".join(_first_inner_letter(word, vowel=False) for word in (father, mother, name))
    return _complete(f"{letters}{born:%y%m%d}{sex}{state}{consonants}", born, rng)


def _curp_letters(text: str) -> str:
    """Returns the text in upper case without accents; Ñ becomes X in a CURP."""
    return fold(text.upper().replace("Ñ", "X")).upper()


def _surname_word(text: str) -> str:
    words = _curp_letters(text).split()
    return next((word for word in words if word not in _SKIPPED_WORDS), words[-1])


def _first_name_word(first_names: str) -> str:
    words = [word for word in _curp_letters(first_names).split() if word not in _SKIPPED_WORDS]
    return words[1] if len(words) > 1 and words[0] in _COMMON_FIRST_NAMES else words[0]


def _first_inner_letter(word: str, *, vowel: bool) -> str:
    return next((char for char in word[1:] if (char in _VOWELS) is vowel), "X")


def with_birth_date(curp: str, born: date, rng: random.Random) -> str:
    """Returns the same person's CURP with another birth date."""
    return _complete(f"{curp[:4]}{born:%y%m%d}{curp[10:16]}", born, rng)


def _complete(body: str, born: date, rng: random.Random) -> str:
    """Returns the CURP with the character that distinguishes homonyms, and the check digit."""
    body += rng.choice("ABCDEFGH") if born.year >= 2000 else str(rng.randrange(10))
    return body + check_digit(body)

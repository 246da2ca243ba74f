"""Names of several words are split and compared as they are written in Mexico."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.person_names import (
    ARTICLES,
    PREFIXES,
    PersonName,
    may_match,
    name_forms,
    name_words,
    share_surnames,
    split_name,
)
from reviewer.core.text import PARTICLES, fold_letters

# Each surname in the ways in which people write it.
SPELLINGS = {
    "San Martín": ("San Martín", "SAN MARTIN", "Sanmartín", "San-Martín"),
    "Santa Cruz": ("Santa Cruz", "Sta. Cruz", "santacruz"),
    "San Juan": ("San Juan", "Sanjuan"),
    "Santa María": ("Santa María", "SANTAMARIA"),
    "Mac Gregor": ("Mac Gregor", "MacGregor", "McGregor", "Mc. Gregor"),
    "Mc Donald": ("Mc Donald", "McDonald", "MACDONALD"),
    "El Khoury": ("El Khoury", "El-Khoury", "Khoury", "ELKHOURY"),
    "Al-Assad": ("Al-Assad", "Al Assad", "Alassad"),
    "Ben Amar": ("Ben Amar", "BENAMAR"),
    "O'Farril": ("O'Farril", "O’FARRIL", "O Farril", "Ofarril"),
    "Von Bertrab": ("Von Bertrab", "von bertrab", "Bertrab"),
    "Le Clézio": ("Le Clézio", "LeClezio"),
    "D'Angelo": ("D'Angelo", "D´Angelo", "Dangelo"),
    "De la O": ("De la O", "DE LA O"),
    "Del Río": ("Del Río", "del Rio", "Delrío"),
    "de la Garza": ("de la Garza", "De La Garza", "Garza", "Delagarza"),
    "Ruiz-Palacios": ("Ruiz-Palacios", "RUIZ PALACIOS", "Ruiz – Palacios"),
    "Ponce de León": ("Ponce de León", "PONCE DE LEON"),
    "García Luna": ("García Luna", "García-Luna"),
    "Íñiguez": ("Íñiguez", "IÑIGUEZ", "I\u0301n\u0303iguez"),
}
OTHER_SURNAMES = ("Zamora", "Hernández", "Ugalde")
GIVEN_NAMES = ("Ana", "José Antonio", "María de los Ángeles", "Jean-Paul")
OPENINGS = sorted(PARTICLES | ARTICLES | PREFIXES)
names = st.sampled_from(GIVEN_NAMES)
ordinary_words = st.sampled_from(("ana", "luz", "zamora", "rios", "villarreal", "villareal", "mata", "gil"))


def spelled(surname: str) -> st.SearchStrategy[str]:
    return st.sampled_from(SPELLINGS[surname])


@given(st.data(), st.sampled_from(sorted(SPELLINGS)), st.sampled_from(OTHER_SURNAMES), names, st.booleans())
def test_the_same_two_surnames_are_recognised_in_every_spelling(
    data: st.DataObject, surname: str, other: str, given_name: str, comes_second: bool
) -> None:
    def both(surname: str) -> str:
        return f"{other} {surname}" if comes_second else f"{surname} {other}"

    one, another = both(surname), both(data.draw(spelled(surname)))
    assert share_surnames(PersonName.from_text(f"{given_name} {one}"), PersonName.from_fields("Rosa", another))
    assert share_surnames(PersonName.from_text(f"{given_name} {another}"), PersonName.from_fields("Rosa", one))


@given(st.data(), st.sampled_from(sorted(SPELLINGS)), names)
def test_a_declared_name_is_recognised_in_every_spelling(data: st.DataObject, surname: str, given_name: str) -> None:
    name = PersonName.from_fields(given_name, f"{data.draw(spelled(surname))} Zamora")
    assert may_match(f"{given_name} {SPELLINGS[surname][0]}", name)
    assert may_match(f"{SPELLINGS[surname][0]}, {given_name}", name)


@pytest.mark.parametrize(
    "surname", ["San Martín", "Mac Gregor", "El Khoury", "Al-Assad", "Von Bertrab", "Ruiz-Palacios"]
)
def test_of_a_single_compound_surname_one_is_enough(surname: str) -> None:
    juror = PersonName.from_text(f"Ana {surname}")
    assert share_surnames(juror, PersonName.from_fields("Luis", f"{surname} Zamora"))
    assert share_surnames(juror, PersonName.from_fields("Luis", f"Zamora {surname}"))


@pytest.mark.parametrize("surname", ["Cruz", "de la Cruz", "Ríos", "del Río"])
def test_of_a_single_common_surname_it_is_not(surname: str) -> None:
    juror = PersonName.from_text(f"Ana {surname}")
    assert not share_surnames(juror, PersonName.from_fields("Luis", f"{surname} Zamora"))


@given(st.sampled_from(OPENINGS), st.sampled_from(OPENINGS))
def test_words_before_a_name_never_match_alone(first: str, second: str) -> None:
    juror = PersonName.from_text(f"Ana {first} Zamora {second} Ugalde")
    applicant = PersonName.from_fields("Luis", f"{first} Quiroz {second} Tapia")
    assert not share_surnames(juror, applicant)
    assert not share_surnames(PersonName.from_text(f"Ana {first}"), PersonName.from_fields("Luis", f"{first} {second}"))
    assert not may_match(f"{first} {second}", applicant)
    assert not may_match(f"Ana {first} {second}", PersonName.from_fields("Ana", f"{first} {second} Tapia"))
    assert name_words(f"{first}") == ()


@pytest.mark.parametrize(
    ("juror", "surnames"),
    [
        ("Ana San Martín Pérez", "San Juan Pérez"),
        ("Ana Santa Cruz Luna", "Santa María Luna"),
        ("Ana El Khoury Salame", "El Hage Salame"),
        ("José Santa López", "Santa Ruiz"),
        ("Ana María Luna Pérez", "María Pérez"),
        ("Ana Zamora Ríos", "Zamora Luna"),
    ],
)
def test_other_surnames_are_others(juror: str, surnames: str) -> None:
    assert not share_surnames(PersonName.from_text(juror), PersonName.from_fields("Luis", surnames))


@pytest.mark.parametrize(
    ("juror", "surnames"),
    [
        ("Ana Ruiz-Palacios Gómez", "Ruiz Gómez"),
        ("Ana Ruiz-Palacios Gómez", "Palacios Gómez"),
        ("Ana San Martín Pérez", "Martín Pérez"),
        ("Ana Ponce de León", "Ponce de León Gómez"),
        ("Ana Ruiz Palacios", "Ruiz-Palacios Gómez"),
        ("Santa Hernández López", "Hernández López"),
        ("Zamora Ríos, Ana", "Ríos Zamora"),
    ],
)
def test_a_part_of_a_compound_surname_tells(juror: str, surnames: str) -> None:
    assert share_surnames(PersonName.from_text(juror), PersonName.from_fields("Luis", surnames))


def test_a_whole_name_in_one_field_is_split() -> None:
    juror = PersonName.from_text("Ana San Martín Pérez")
    assert share_surnames(juror, PersonName.from_fields("Luis Alberto San Martín Pérez", ""))
    assert share_surnames(juror, PersonName.from_fields("", "San Martín Pérez"))


@given(st.lists(ordinary_words, max_size=5), st.lists(ordinary_words, max_size=5))
def test_ordinary_words_match_in_any_order_and_number(entry: list[str], name: list[str]) -> None:
    """Every word of the shorter name is in the longer one, in any field."""
    shorter, longer = sorted((entry, name), key=len)
    spellings = {"villarreal": {"villarreal", "villareal"}, "villareal": {"villarreal", "villareal"}}
    expected = len(shorter) > 1 and all(spellings.get(word, {word}) & set(longer) for word in shorter)
    assert may_match(" ".join(entry), PersonName.from_fields(" ".join(name[:1]), " ".join(name[1:]))) == expected


def test_a_saint_is_not_the_given_name() -> None:
    assert not may_match("Ana Santa María", PersonName.from_fields("Ana María", "Hernández Cruz"))
    assert not may_match("José San Juan", PersonName.from_fields("José Juan", "Hernández Cruz"))
    assert may_match("José San Juan", PersonName.from_fields("José", "Juan Cruz"))
    assert may_match("Santa Hernández", PersonName.from_fields("Santa", "Hernández López"))


def test_parts_keep_their_writing() -> None:
    parts = split_name("María de los  Ángeles Mac Gregor-de la O")
    assert [part.written for part in parts] == ["María", "de los Ángeles", "Mac Gregor", "de la O"]
    assert [part.word for part in parts] == ["maria", "angeles", "gregor", "o"]
    assert [part.follows_hyphen for part in parts] == [False, False, False, True]
    assert name_words("y el libro de Ana San Martín, o Luis O'Farril") == (
        *("libro", "ana", "sanmartin", "o", "luis", "ofarril"),
    )


def test_a_text_may_name_somebody_in_these_forms() -> None:
    assert name_forms("Ana Pérez San Martín") == ("Ana Pérez San Martín", "Ana Pérez", "Pérez San Martín Ana")
    assert {"Ana Ruiz-Palacios", "Ana Ruiz"} < set(name_forms("Ana Ruiz-Palacios Gómez"))
    assert {"Ana El Khoury", "Ana Khoury"} < set(name_forms("Ana El Khoury Salame"))
    assert "Ana María" not in name_forms("Ana Santa María López")
    assert name_forms("Ana María Zamora de la O") == (
        *("Ana María Zamora de la O", "Ana María Zamora", "Ana Zamora de la O", "Ana Zamora"),
        "Zamora de la O Ana María",
    )
    assert name_forms("Rita Cruz") == ("Rita Cruz", "Cruz Rita")
    assert name_forms("Rita") == name_forms("") == name_forms("Ana de la") == name_forms("Ruiz-Palacios, 0") == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_split_and_compared(one: str, other: str) -> None:
    first, second = PersonName.from_text(one), PersonName.from_fields(other, one)
    assert share_surnames(first, second) == share_surnames(second, first)
    may_match(one, second)
    name_forms(one)
    assert all(word == fold_letters(word) for word in name_words(one))


def test_a_hostile_name_costs_little() -> None:
    hostile = PersonName.from_fields("x", "Ruiz-" * 5_000 + " San " * 5_000 + "Ana Luz " * 5_000)
    assert len(hostile.surname_pairs) < 5_000

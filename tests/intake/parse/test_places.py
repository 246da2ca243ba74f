import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.demographics import geography
from reviewer.intake.parse.places import CITY, Place, find_place, place_of_postal_code, postal_code


def place_name(text: str) -> str | None:
    found_place = find_place(text)
    if found_place is None:
        return None
    return geography.by_code()[found_place.alcaldia].name if found_place.alcaldia else found_place.state or "la ciudad"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GAM", "Gustavo A. Madero"),
        ("G.A.M.", "Gustavo A. Madero"),
        ("GUSTAVO A MADERO", "Gustavo A. Madero"),
        ("Gustavo Adolfo Madero", "Gustavo A. Madero"),
        ("Magdalena Contreras", "La Magdalena Contreras"),
        ("Cuajimalpa", "Cuajimalpa de Morelos"),
        ("V. Carranza", "Venustiano Carranza"),
        ("B. Juárez", "Benito Juárez"),
        ("A. Obregón", "Álvaro Obregón"),
        ("M. Hidalgo", "Miguel Hidalgo"),
        ("Delegación Coyoacán", "Coyoacán"),
        ("Alcaldía de Tláhuac, CDMX", "Tláhuac"),
        ("Iztapalapa (Ciudad de México)", "Iztapalapa"),
        ("Iztapalapa, México", "Iztapalapa"),
        ("Istapalapa", "Iztapalapa"),
        ("Cuahutémoc", "Cuauhtémoc"),
        ("Mihuel Hidalgo", "Miguel Hidalgo"),
        ("Miguel Hgo.", "Miguel Hidalgo"),
        ("Cuajimalpa, Morelos", "Cuajimalpa de Morelos"),
        ("Vivo en Xochimilco", "Xochimilco"),
        ("Nezahualcóyotl", "Estado de México"),
        ("Cd. Neza, Edo. Méx.", "Estado de México"),
        ("Ecatepec de Morelos", "Estado de México"),
        ("Naucalpan de Juárez, Estado de México", "Estado de México"),
        ("San Vicente Chicoloapan", "Estado de México"),
        ("Edomex", "Estado de México"),
        ("Tizayuca", "Hidalgo"),
        ("Hidalgo", "Hidalgo"),
        ("Benito Juárez, Quintana Roo", "Quintana Roo"),
        ("Cuauhtémoc, Chihuahua", "Chihuahua"),
        ("Guadalajara, Jalisco", "Jalisco"),
        ("Guadalajara", "Jalisco"),
        ("Otro: Ecatepec", "Estado de México"),
        ("Toluca", "Estado de México"),
        ("La Paz, Baja California Sur", "Baja California Sur"),
        ("Tijuana / Coyoacán", None),
        ("Cuernavaca, Morelos, México", "Morelos"),
        ("Cuajimlpa, Morelos", "Cuajimalpa de Morelos"),
        ("Coyoacán, calle Morelos", "Coyoacán"),
        ("CDMX", "la ciudad"),
        ("Vivo en la CDMX", "la ciudad"),
        ("Fuera de la CDMX", None),
        ("No vivo en la Ciudad de México", None),
        ("México", None),
        ("Coyoacán / Tlalpan", None),
        ("Iztapalapa, Estado de México", None),
        ("Otro", None),
        ("Colonia Hidalgo", None),
        ("Iztacala", None),
        ("Springfield", None),
        ("", None),
    ],
)
def test_spellings(text: str, name: str | None) -> None:
    assert place_name(text) == name


@pytest.mark.parametrize("alcaldia", geography.alcaldias(), ids=lambda alcaldia: alcaldia.abbreviation)
def test_every_alcaldia_by_name_and_abbreviation(alcaldia: geography.Alcaldia) -> None:
    for text in (alcaldia.name, alcaldia.name.upper(), alcaldia.abbreviation, f"Alcaldía {alcaldia.name}"):
        assert find_place(text) == Place(alcaldia=alcaldia.code)


@given(st.sampled_from(geography.alcaldias()), st.data())
def test_a_letter_left_out_of_a_long_name_does_not_move_anybody(
    alcaldia: geography.Alcaldia, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(alcaldia.name) - 1))
    found_place = find_place(alcaldia.name[:at] + alcaldia.name[at + 1 :])
    assert found_place in (None, CITY, Place(alcaldia=alcaldia.code))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("06700", "06700"),
        ("6700", "06700"),
        ("1000.0", "01000"),
        ("C.P. 06700", "06700"),
        ("06700, CDMX", "06700"),
        ("123", ""),
        ("012345", ""),
        ("sin código", ""),
        ("", ""),
    ],
)
def test_postal_codes_get_their_zero_back(text: str, code: str) -> None:
    assert postal_code(text) == code


def test_a_postal_codes_first_digits_name_its_place() -> None:
    assert place_of_postal_code("01000") == Place(alcaldia="09010")
    assert place_of_postal_code("16999") == Place(alcaldia="09013")
    assert place_of_postal_code("57000") == Place(state="Estado de México")
    assert place_of_postal_code("43800") == Place(state="Hidalgo")
    assert place_of_postal_code("00000") is None
    assert place_of_postal_code("17000") is None
    states = {place_of_postal_code(f"{number}000") for number in range(20, 100)}
    assert len(states) == 31
    assert all(state and state.state for state in states)


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_none(text: str) -> None:
    find_place(text)
    assert len(postal_code(text)) in (0, 5)

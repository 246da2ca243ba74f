"""Names that are words, other forms of names, and initials."""

import pytest

from tests.blinding.test_redaction import redacted

LUZ = ("Luz María", "Flores de la Cruz")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Me llamo Luz y escribo", "Me llamo █ y escribo"),
        ("la luz de la vela", "la luz de la vela"),
        ("sin luz, con flores y en cruz", "sin luz, con flores y en cruz"),
        ("Las Flores del Mal", "Las Flores del Mal"),
        ("La Cruz y la Luz", "La Cruz y la Luz"),
        ("LA LUZ DE LA VELA", "LA LUZ DE LA VELA"),
        ("Luz de luna en el patio", "Luz de luna en el patio"),
        ("Luz", "█"),
        ("luz maría flores", "█"),
        ("FLORES DE LA CRUZ LUZ MARIA", "█"),
        ("María de la Luz", "█"),
        ("Atentamente, L. Flores", "Atentamente, █"),
        ("doña Flores vino", "doña █ vino"),
        ("Vi a Luz. Las flores se secaron.", "Vi a █ Las flores se secaron."),
    ],
)
def test_a_word_stays_where_it_is_no_name(text: str, left: str) -> None:
    assert redacted(text, *LUZ) == left


@pytest.mark.parametrize("name", ["Rosalba", "Xóchitl", "Efraín"])
def test_a_name_that_is_no_word_is_covered_in_lower_case(name: str) -> None:
    assert redacted(f"mi nombre es {name.lower()}", name) == "mi nombre es █"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *[("Guadalupe Rodríguez", form) for form in ("Lupita", "Lupe", "Gpe.", "Rdz.", "Rdz", "RDZ.")],
        *[("José Francisco Hernández", form) for form in ("Pepe", "Paco", "Fco.", "Hdez.", "Hdz")],
        *[("María Elena Martínez", form) for form in ("Ma.", "Mtz.", "Mary", "Elenita", "Mª")],
        *[("Rosa González", form) for form in ("Rosita", "Glez.", "Gzlz.")],
    ],
)
def test_familiar_and_abbreviated_forms(name: str, form: str) -> None:
    assert redacted(f"me dice {form} en casa", *name.split()) == "me dice █ en casa"


@pytest.mark.parametrize("text", ["el pepe de la casa", "una rosita", "Pez de mar", "el DF."])
def test_words_like_short_forms_stay(text: str) -> None:
    assert redacted(text, "José", "Pérez", "Fernando") == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Atentamente L. M. F.", "Atentamente █"),
        ("Atentamente, L.F.", "Atentamente, █"),
        ("escribo a solas. LMFC", "escribo a solas. █"),
        ("Tomo el metro L. Vive aquí", "Tomo el metro L. Vive aquí"),
        ("DIF", "DIF"),
        ("L. M. Flores", "█"),
        ("Flores L.", "█"),
        ("Opción A. Flores", "Opción A. █"),
    ],
)
def test_initials_of_the_name_beside_it_or_in_place_of_a_signature(text: str, left: str) -> None:
    assert redacted(text, *LUZ) == left


@pytest.mark.parametrize("text", ["NÃºÃ±ez", "N\ufffd\ufffdez Mu\ufffdoz", "Mu\u00d2oz"])
def test_names_whose_accents_a_font_does_not_tell(text: str) -> None:
    assert "█" in redacted(text, "Muñoz Núñez")
    assert redacted("el muro", "Muñoz Núñez") == "el muro"

"""Terms to cover of a person: their record, and what their row says of where they live."""

from datetime import date

import pytest

from reviewer.blinding.identity_terms import applicant_terms
from reviewer.blinding.veil import redact
from reviewer.models import Applicant

ROW = {
    "Domicilio completo": "Calle Benito Juárez #45 int. 3, Col. Del Valle, Iztapalapa, CDMX, 03100",
    "Comprobante de domicilio": "Calle de Rosa.pdf",
    "Calle y número": "Av. Universidad 1900",
    "Instagram": "@escribeconlluvia",
    "¿Por qué quiere participar?": "Porque sí, en la avenida del cine",
}


def applicant_with(**facts: str) -> Applicant:
    somebody = Applicant(application_id=1, call_id=1, first_names="Rosa", surnames="López")
    for name, value in facts.items():
        setattr(somebody, name, value)
    return somebody


def cover(text: str, applicant: Applicant, row: dict[str, str] | None = None) -> str:
    return redact(text, applicant_terms(applicant, row))


@pytest.mark.parametrize(
    "text",
    [
        "Col. Santa María la Ribera",
        "SANTA MARIA LA RIBERA",
        "santa ma-\nría la\nribera",
        "C.P. 06400",
        "0 6 4 0 0",
    ],
)
def test_the_neighbourhood_and_the_postal_code(text: str) -> None:
    somebody = applicant_with(colonia="Colonia Santa María la Ribera", postal_code="06400")
    assert not {"ribera", "06400", "0"} & set(cover(text, somebody).lower().split())
    assert cover("una rivera de Santa Fe, 064001", somebody) == "una rivera de Santa Fe, 064001"


@pytest.mark.parametrize(
    "text",
    [
        "calle Benito Juárez",
        "Benito Juárez #45 int. 3",
        "en Del Valle",
        "03100",
        "Universidad 1900",
        "escribeconlluvia",
        "Escribe-con-lluvia",
    ],
)
def test_streets_and_accounts_that_only_the_row_knows(text: str) -> None:
    assert "█" in cover(text, applicant_with(), ROW)
    assert "█" not in cover(text, applicant_with())


def test_what_many_share_stays() -> None:
    text = "Vivo en Iztapalapa, CDMX; fui a la Universidad por la avenida del cine, con un pdf"
    assert cover(text, applicant_with(), ROW) == text


def test_two_telephones_or_addresses_in_one_cell_are_two() -> None:
    applicant = applicant_with(phone="55 1234 5678 / 5587654321", email="rosa@uno.example, lopez.rosa@dos.example")
    for text in ("55-1234-5678", "8765 4321", "rosa@uno.example", "lopez.rosa@dos.example"):
        assert set(cover(text, applicant)) <= {"█", " "}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "9 de marzo de 1991",
            "9 de Marzo del 1991",
            "09/03/1991",
            "9-3-1991",
            "1991-03-09",
            "09.03.91",
            "9-mar-1991",
        ),
        *("marzo 9, 1991", "9 marzo 1991", "09 03 1991"),
    ],
)
def test_the_birth_date_however_it_is_written(text: str) -> None:
    applicant = applicant_with()
    applicant.birth_date = date(1991, 3, 9)
    assert "1991" not in cover(f"Nací el {text} aquí", applicant)
    assert cover("En marzo de 1991 tenía 9 de todo", applicant) == "En marzo de 1991 tenía 9 de todo"

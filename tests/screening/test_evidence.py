"""What a document says of a person, and where."""

from datetime import date

import pytest

from reviewer.screening.evidence import Evidence, EvidenceStatus, PageWords, find_evidence

BORN = date(1990, 5, 1)
CURP = "NUPA900501MDFXXM09"


def page(text: str, *, document: str = "id", number: int = 1) -> PageWords:
    """A page with these words in a row; the box of word n begins at n."""
    return PageWords(
        document, number, tuple((word, (float(n), 0.0, n + 0.5, 1.0)) for n, word in enumerate(text.split()))
    )


def signs(*pages: PageWords, name: str = "Ámbar Núñez de la Peña") -> dict[str, Evidence]:
    """What is found, by fact."""
    results = find_evidence(pages, name=name, curp=CURP, postal_code="09000", born=BORN)
    return {evidence.fact: evidence for evidence in results}


def test_an_identification_says_it_in_its_own_order() -> None:
    text = f"INSTITUTO NOMBRE NUÑEZ DE LA PEÑA AMBAR DOMICILIO C.P. 09000 CURP {CURP} NACIMIENTO 01/05/1990"
    evidence_by_fact = signs(page("Frente"), page(text, number=2))
    assert {evidence.status for evidence in evidence_by_fact.values()} == {EvidenceStatus.FOUND}
    [place] = evidence_by_fact["nombre"].places
    assert (place.document, place.page) == ("id", 2)
    assert [box[0] for box in place.boxes] == [2, 5, 6]
    assert [box[0] for box in evidence_by_fact["codigo_postal"].places[0].boxes] == [9]


@pytest.mark.parametrize(
    "written",
    [
        *("1 de mayo de 1990", "01-05-1990", "1990-05-01", "01 MAY 1990", "01051990", "1/5/1990"),
        "1 de Mayo del 1990",
    ],
)
def test_a_birth_date_in_every_usual_form(written: str) -> None:
    assert signs(page(f"Nació el {written}."))["fecha_nacimiento"].status is EvidenceStatus.FOUND


@pytest.mark.parametrize("written", ["11/05/1990", "01/05/19901", "5/1/1990", "mayo de 1990", ""])
def test_another_date_is_not_the_birth_date(written: str) -> None:
    assert signs(page(f"Nació el {written}."))["fecha_nacimiento"].status is EvidenceStatus.MISSING


def test_a_curp_may_be_written_in_groups_and_another_one_is_told() -> None:
    assert signs(page("NUPA 900501 MDFXXM 09"))["curp"].status is EvidenceStatus.FOUND
    curp_evidence = signs(page("CURP: LOPA900501MDFXXM09"))["curp"]
    assert (curp_evidence.status, curp_evidence.other) == (EvidenceStatus.OTHER, "LOPA900501MDFXXM09")
    assert signs(page(f"A{CURP}"))["curp"].status is EvidenceStatus.MISSING


def test_another_postal_code_is_told_and_a_number_is_not_one() -> None:
    postal_evidence = signs(page("Col. Centro, C.P. 06000"))["codigo_postal"]
    assert (postal_evidence.status, postal_evidence.other) == (EvidenceStatus.OTHER, "06000")
    assert signs(page("Cuenta 06000"))["codigo_postal"].status is EvidenceStatus.MISSING
    assert signs(page("Cuenta 109000"))["codigo_postal"].status is EvidenceStatus.MISSING


def test_part_of_a_name_and_names_far_apart() -> None:
    assert signs(page("Ámbar Núñez vive aquí"))["nombre"].status is EvidenceStatus.PART
    assert (
        signs(page("Ámbar " + "y otras cosas que se dicen " * 20 + "Peña"))["nombre"].status is EvidenceStatus.MISSING
    )
    assert signs(page("Rosa en la calle"), name="Rosa Díaz")["nombre"].status is EvidenceStatus.MISSING
    assert signs(page("nada"), name="de la")["nombre"].status is EvidenceStatus.NOT_ASKED


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ana San Martín", "SANMARTIN ANA"),
        ("Ana Sanmartín", "SAN MARTIN ANA"),
        ("Ana Mac Gregor", "MCGREGOR ANA"),
        ("Ana McGregor", "MAC GREGOR ANA"),
        ("Ana El Khoury", "KHOURY ANA"),
        ("Ana O'Farril", "OFARRIL ANA"),
        ("Ana Ruiz-Palacios", "RUIZ PALACIOS ANA"),
        ("Ana de la Garza", "DELAGARZA ANA"),
        ("Ana Santa Cruz", "SANTA CRUZ ANA"),
    ],
)
def test_compound_surnames_in_other_spellings(name: str, written: str) -> None:
    assert signs(page(f"NOMBRE {written} DOMICILIO"), name=name)["nombre"].status is EvidenceStatus.FOUND
    assert signs(page("NOMBRE ANA SAN EL LA MAC RUIZ"), name=name)["nombre"].status is not EvidenceStatus.FOUND


def test_nothing_to_look_for_and_nothing_to_look_in() -> None:
    results = find_evidence([], name="", curp="", postal_code="", born=None)
    assert {evidence.status for evidence in results} == {EvidenceStatus.NOT_ASKED}
    assert {evidence.status for evidence in signs().values()} == {EvidenceStatus.MISSING}


def test_hostile_words_cost_little() -> None:
    evidence_by_fact = signs(page("ambar " * 3000), name="Ambar (a+)+$ *")
    assert evidence_by_fact["nombre"].status in (
        EvidenceStatus.FOUND,
        EvidenceStatus.PART,
        EvidenceStatus.MISSING,
    )

"""Sentences above the figures: they name what is to be seen, and nothing that chance explains."""

from datetime import date, datetime, timedelta

import pytest

from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Totals
from reviewer.cohort.filters import Subset
from reviewer.cohort.stages import Stage
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import NO_ANSWER, Group
from reviewer.demographics.questions import COHORT, OCCUPATION
from reviewer.figures import sentences
from tests.calls import SLUG
from tests.figures.examples import AFTER, CLOSES, DAYS, GROUPS, territory_of


def test_sentences_name_only_gaps_that_chance_does_not_make() -> None:
    even = {alcaldia.name.replace(" ", "_"): alcaldia.population // 40_000 for alcaldia in geography.alcaldias()}
    text = sentences.about_territory(territory_of(**even))
    assert text.startswith("Ninguna alcaldía se aparta") and "Sin postulaciones" not in text
    assert sentences.about_territory(territory_of(**even | {"Tláhuac": 0})).endswith("Sin postulaciones: Tláhuac.")
    lopsided = sentences.about_territory(territory_of(Iztapalapa=20, Tlalpan=300, Coyoacán=20, Milpa_Alta=60))
    assert lopsided.startswith("Tlalpan envió 75\N{NO-BREAK SPACE}% ")
    assert "Lo mismo pasa en Milpa Alta." in lopsided
    assert "Al revés, en " in lopsided and "Iztapalapa" in lopsided
    assert lopsided.endswith("Sin postulaciones: 12 alcaldías.")


def test_sentences_about_one_alcaldia_and_about_few() -> None:
    text = sentences.about_territory(territory_of(Iztapalapa=20, Tlalpan=300), chosen=("09012",))
    assert text.startswith("Tlalpan envió 94") and "el azar no explica" in text
    assert sentences.about_territory(territory_of(Tlalpan=2), chosen=("09012",)) == "Tlalpan envió 2 de 2."
    few = sentences.about_territory(territory_of(Tlalpan=2, Iztapalapa=1))
    assert few.startswith("Postulaciones de Iztapalapa (1) y Tlalpan (2).") and "%" not in few
    assert "Ninguna postulación" in sentences.about_territory(territory_of())


@pytest.mark.parametrize(
    ("arrivals", "now", "words"),
    [
        (
            Arrivals(DAYS, 1, 2, 4, CLOSES),
            AFTER,
            "sáb 27 sep, llegó 8 %. Fuera de plazo: 3. Sin fecha de envío: 4.",
        ),
        (Arrivals(((date(2025, 9, 27), 3),), 0, 0, 0, CLOSES), AFTER, "Dentro del plazo: 3 postulaciones."),
        (Arrivals(((date(2025, 9, 27), 0),), 0, 0, 0, CLOSES), AFTER, "Ninguna postulación"),
        (Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES), CLOSES - timedelta(days=5), "faltan 5 días"),
        (Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES), CLOSES - timedelta(hours=30), "falta un día"),
        (
            Arrivals(((date(2025, 9, 27), 1),), 0, 0, 0, CLOSES),
            CLOSES - timedelta(hours=2),
            "menos de un día",
        ),
    ],
)
def test_sentences_about_days(arrivals: Arrivals, now: datetime, words: str) -> None:
    text = sentences.about_days(arrivals, now=now).replace("\N{NO-BREAK SPACE}", " ")
    assert words in text


def test_sentences_about_people() -> None:
    assert sentences.about_gender(GROUPS).replace("\N{NO-BREAK SPACE}", " ") == "60 % son mujeres; 35 % son hombres."
    assert sentences.about_gender((Group("Mujer", 2),)) == "2 de 2 son mujeres."
    assert sentences.about_gender((Group(NO_ANSWER, 2),)) == sentences.NOBODY
    levels = (Group("Primaria", 1), Group("Posgrado", 2))
    assert sentences.about_schooling(levels) == "Posgrado (2) y primaria (1)."
    assert "licenciatura: 90" in sentences.about_schooling((Group("Licenciatura", 9), Group(NO_ANSWER, 1)))
    assert sentences.about_schooling(()) == sentences.NOBODY


def test_sentences_about_ages() -> None:
    many = Ages(((16, 2), (20, 10), (40, 9)), 18, implausible=1, missing=3)
    text = sentences.about_ages(many)
    assert "20 años o menos" in text and "40" in text
    assert "Menores de 18 al cierre: 2." in text and "por revisar: 4." in text
    assert sentences.about_ages(Ages(((20, 1), (31, 1)), 18, 0, 0)) == "Edades: de 20 a 31 años."
    assert sentences.about_ages(Ages(((15, 1),), 18, 0, 0)).startswith("Nadie tiene 18")
    assert sentences.about_ages(Ages((), 18, 0, 2)).startswith("Ninguna")


def test_seats_are_compared_only_when_there_are_enough_to_choose_from() -> None:
    assert sentences.about_seats(Totals(59, 0, 0, seats=60)) == "lugares"
    assert sentences.about_seats(Totals(204, 0, 0, seats=60)) == "lugares (3.4 elegibles por lugar)"


def test_an_empty_part_says_what_to_do() -> None:
    nobody, four_people = Totals(0, 0, 0, seats=60), Totals(0, 4, 0, seats=60)
    assert "primer lote" in sentences.about_nobody(nobody, Subset(SLUG))
    assert "Milpa Alta" in sentences.about_nobody(nobody, Subset(SLUG, alcaldias=("09009",)))
    assert "filtros" in sentences.about_nobody(nobody, Subset(SLUG, groups=(("genero", "Mujer"),)))
    assert "Recibidas" in sentences.about_nobody(four_people, Subset(SLUG, Stage.ELIGIBLE))
    assert "esta etapa" in sentences.about_nobody(four_people, Subset(SLUG, Stage.SELECTED))


def test_sentences_about_what_is_sensitive_count_who_said_so() -> None:
    groups = (Group("Visual", 3), Group("Motriz", 1), Group("Ninguna", 14), Group(NO_ANSWER, 2))
    text = sentences.about_groups(COHORT["discapacidad"], groups).replace("\N{NO-BREAK SPACE}", " ")
    assert text == "Dice vivir con alguna discapacidad 20 %. Sin respuesta: 2."
    common = sentences.about_groups(OCCUPATION, (Group("Estudiante", 3), Group(NO_ANSWER, 2)))
    assert common == "Lo más común: estudiante, 3 de 5. Sin respuesta: 2."

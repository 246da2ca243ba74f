"""Answers in free text, and their groups by the default rules."""

import pytest

from reviewer.demographics.answer_groups import (
    NO_ANSWER,
    UNGROUPED,
    Group,
    count_groups,
    group_of,
)
from reviewer.demographics.default_groups import GENDER, SCHOOLING


@pytest.mark.parametrize(
    ("answer", "group"),
    [
        ("Mujer", "Mujer"),
        ("  FEMENINO ", "Mujer"),
        ("f", "Mujer"),
        ("Mujer trans", "Mujer"),
        ("Transfemenina", "Mujer"),
        ("Transgénero", "No binario u otra"),
        ("Hombre trans", "Hombre"),
        ("masculino", "Hombre"),
        ("H", "Hombre"),
        ("Varón", "Hombre"),
        ("M", UNGROUPED),  # «mujer» or «masculino»
        ("No binarie", "No binario u otra"),
        ("Persona no binaria", "No binario u otra"),
        ("Mujer no binaria", "No binario u otra"),
        ("Género fluido", "No binario u otra"),
        ("agénero", "No binario u otra"),
        ("Muxe", "No binario u otra"),
        ("Otro", "No binario u otra"),
        ("Prefiero no decirlo", "Prefiere no decir"),
        ("prefiero no decir si soy mujer", "Prefiere no decir"),
        ("Homosexual", UNGROUPED),  # neither «H» nor «hombre»
        ("Humana", UNGROUPED),
        ("", NO_ANSWER),
        ("   ", NO_ANSWER),
        ("-", NO_ANSWER),
        ("…", NO_ANSWER),
    ],
)
def test_genders(answer: str, group: str) -> None:
    assert group_of(answer, GENDER) == group


@pytest.mark.parametrize(
    ("answer", "group"),
    [
        ("Licenciatura", "Licenciatura"),
        ("LICENCIATURA TRUNCA", "Licenciatura"),
        ("Lic. en Letras", "Licenciatura"),
        ("Ingeniería en sistemas", "Licenciatura"),
        ("Educación superior", "Licenciatura"),
        ("Educación media superior", "Bachillerato"),
        ("Preparatoria", "Bachillerato"),
        ("Prepa trunca", "Bachillerato"),
        ("Bachillerato técnico", "Bachillerato"),
        ("Carrera técnica con preparatoria", "Técnica o normal"),
        ("Técnico superior universitario", "Técnica o normal"),
        ("Profesional técnico (CONALEP)", "Técnica o normal"),
        ("Normal básica", "Técnica o normal"),
        ("Maestría", "Posgrado"),
        ("Doctorado en curso", "Posgrado"),
        ("Licenciatura; cursa maestría", "Licenciatura"),
        ("Secundaria", "Secundaria"),
        ("Secundaria técnica", "Secundaria"),
        ("Primaria", "Primaria"),
        ("Sin estudios concluidos", "Sin estudios"),
        ("Ninguna", "Sin estudios"),
        ("Autodidacta", UNGROUPED),
        ("", NO_ANSWER),
    ],
)
def test_schooling(answer: str, group: str) -> None:
    assert group_of(answer, SCHOOLING) == group


def test_groups_keep_their_order_and_their_words() -> None:
    answers = [("Primaria", 1), ("maestría", 4), (None, 2), ("", 3), ("primaria", 2), ("Autodidacta", 1)]
    assert count_groups(answers, SCHOOLING) == (
        Group("Primaria", 3, ("Primaria",)),
        Group("Posgrado", 4, ("Maestría",)),
        Group(UNGROUPED, 1, ("Autodidacta",)),
        Group(NO_ANSWER, 5),
    )


def test_no_answers_make_no_groups() -> None:
    assert count_groups([], GENDER) == ()

"""Who a rule means: by fields, by «*», in people's own words; minima that nobody can fill are lowered."""

from datetime import date

import pytest

from reviewer.call import spec
from reviewer.call.spec import RepresentationRule
from reviewer.core.errors import UserError
from reviewer.decision.selection.optimisation import groups
from reviewer.decision.selection.optimisation.groups import ApplicantAnswers
from reviewer.decision.selection.optimisation.rules import (
    AnswerTable,
    bounds_of,
    lowered_minimum_warnings,
    parse_rule,
)
from reviewer.demographics import group_rules, questions
from tests.calls import call_text

SPEC = spec.parse(call_text())


def applicant(folio: str = "X", **answers: str) -> ApplicantAnswers:
    """An applicant from Iztapalapa, born in 1990, with these answers."""
    return ApplicantAnswers(folio, "09007", date(1990, 9, 28), answers.pop("sede", ""), answers)


def members_by_bound(who: dict[str, str | list[str]], *people: ApplicantAnswers) -> list[list[str]]:
    """The folios that each bound of such a rule counts."""
    rule = RepresentationRule(label="r", who=who, at_least=0)
    bounds = bounds_of([rule], AnswerTable(people, people, SPEC))
    return [[person.folio for person, flag in zip(people, bound.members, strict=True) if flag] for bound in bounds]


@pytest.mark.parametrize(
    ("field", "value", "answer", "is_in"),
    [
        ("genero", "Mujer", "Femenino", True),
        ("genero", "Mujer", "Mujer trans", True),
        ("genero", "mujer", "Hombre", False),
        ("genero", "Mujer", "Prefiero no decirlo", False),
        ("escolaridad", "Bachillerato", "Preparatoria trunca", True),
        ("discapacidad", "Sí", "Motriz", True),
        ("discapacidad", "Sí", "Ninguna", False),
        ("pueblo_indigena", "sí", "Nahua", True),
        ("afromexicana", "Sí", "No sé", False),
        ("afromexicana", "No", "no", True),
        ("ocupacion", "Estudiante", "alumna de letras", True),
        ("proyecto_tipo", "Serie", "SERIE", True),
        ("proyecto_tipo", "Serie", "Miniserie", False),
    ],
)
def test_answers_in_peoples_own_words(field: str, value: str, answer: str, is_in: bool) -> None:
    assert members_by_bound({field: value}, applicant(**{field: answer})) == [["X"] if is_in else []]


def test_groups_are_those_that_coordinators_made() -> None:
    people = [applicant("A", genero="Transfemenina"), applicant("B", genero="Mujer")]
    shipped = questions.DEFAULT_GROUPINGS["genero"]
    changed = questions.DEFAULT_GROUPINGS | {
        "genero": group_rules.parse_rules("Trans: trans\nMujer: mujer, transfem", shipped)
    }
    for value, expected in (("Trans", [True, False]), ("Mujer", [False, True])):
        rule = RepresentationRule(label="r", who={"genero": value}, at_least=0)
        (bound,) = bounds_of([rule], AnswerTable(people, people, SPEC, changed))
        assert bound.members.tolist() == expected


@pytest.mark.parametrize(
    ("field", "one", "other", "together"),
    [
        ("proyecto_tipo", "Miniserie", "serie web", True),
        ("proyecto_tipo", "Cortometraje", "serie web", False),
        ("proyecto_tipo", "DANZA aérea", "danza aerea", True),
        ("proyecto_tipo", "Danza", "Música", False),
        ("genero", "Femenino", "mujer trans", True),
        ("genero", "Femenino", "", False),
        ("discapacidad", "Motriz", "Ceguera", False),
    ],
)
def test_strata_go_by_the_groups_of_the_cohort(field: str, one: str, other: str, together: bool) -> None:
    levels = {
        groups.stratum_of(applicant(**{field: answer}), [field, "edad"], SPEC, questions.DEFAULT_GROUPINGS)
        for answer in (one, other)
    }
    assert (len(levels) == 1) is together


def test_ages_are_those_of_the_closing_day() -> None:
    born = ApplicantAnswers("X", None, date(1995, 10, 1), "", {})  # turns 30 the day after closing
    assert members_by_bound({"edad": "18-29"}, born) == [["X"]]
    assert members_by_bound({"edad": "30+"}, born) == [[]]
    assert members_by_bound({"edad": "29"}, born) == [["X"]]
    assert [bool(folios) for folios in members_by_bound({"edad": "*"}, born)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_star_is_every_value_and_fields_combine() -> None:
    people = [applicant("A", genero="Mujer"), applicant("B", genero="Hombre"), applicant("C", genero="")]
    assert members_by_bound({"genero": "*"}, *people) == [["B"], ["A"]]
    assert len(members_by_bound({"alcaldia": "*"}, *people)) == 16
    assert members_by_bound({"alcaldia": ["Iztapalapa", "Tláhuac"], "genero": "Mujer"}, *people) == [["A"]]
    assert members_by_bound({"alcaldia": "09007"}, *people) == [["A", "B", "C"]]


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("Casa Centro", "centro"),
        ("CENTRO", "centro"),
        ("La de Oriente, por favor", "oriente"),
        ("Oriente o Centro", None),
        ("", None),
    ],
)
def test_the_venue_asked_for(answer: str, key: str | None) -> None:
    venue = groups.venue_of(answer, SPEC)
    assert (venue.key if venue else None) == key


def test_a_minimum_that_too_few_can_fill_is_lowered_and_said() -> None:
    people = [applicant("A", genero="Mujer"), applicant("B", genero="Hombre")]
    rules = [
        RepresentationRule(label="Mujeres", who={"genero": "Mujer"}, at_least=6),
        RepresentationRule(label="Una de cada una", who={"alcaldia": ["Tláhuac"]}, at_least=1),
    ]
    bounds = bounds_of(rules, AnswerTable(people, people, SPEC))
    assert [(bound.at_least, bound.lowered_from) for bound in bounds] == [(1, 6), (0, 1)]
    texts = [text.replace("\N{NO-BREAK SPACE}", " ") for text in lowered_minimum_warnings(bounds, SPEC)]
    assert texts == [
        "Mujer ≥ 6: hay 1 postulación elegible con lecturas.",
        "Tláhuac ≥ 1: no hay postulaciones elegibles con lecturas.",
    ]


def test_a_rule_in_a_venue_and_in_each() -> None:
    people = [applicant("A")]
    for venue, expected in (("centro", [2]), ("*", [0, 1, 2]), (None, [-1])):
        rule = RepresentationRule(label="r", who={"alcaldia": "Iztapalapa"}, at_most=1, venue=venue)
        assert [bound.venue for bound in bounds_of([rule], AnswerTable(people, people, SPEC))] == expected


@pytest.mark.parametrize(
    "raw",
    [
        {"label": "r", "who": {"edad": "joven"}, "at_least": 1},
        {"label": "r", "who": {"signo": "Leo"}, "at_least": 1},
        {"label": "r", "who": {"genero": "Mujer"}},
        {"label": "r", "who": {"genero": "Mujer"}, "at_least": 3, "at_most": 2},
        {"label": "", "who": {"genero": "Mujer"}, "at_least": 3},
        {"label": "r", "who": {"genero": "Mujer"}, "at_least": 1, "venue": "poniente"},
    ],
)
def test_an_invalid_rule_is_refused_with_a_message(raw: dict[str, object]) -> None:
    with pytest.raises(UserError) as error_info:
        parse_rule(raw, SPEC)
    assert "Input" not in str(error_info.value) and len(str(error_info.value)) > 20

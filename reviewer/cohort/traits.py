"""What is asked of applicants and their projects, and how an answer becomes a group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, extract
from sqlmodel import col

from reviewer import geography
from reviewer.answers import NO_ANSWER, UNKNOWN, Group, Grouping, gather, group_of
from reviewer.calls import CallSpec
from reviewer.models import Applicant, Application, SensitiveTraits

OLDEST = 110  # an age beyond it is a slip of the pen
IMPLAUSIBLE = "Fecha por revisar"
NOWHERE = "Sin alcaldía reconocida"
# Ends of the age groups; the first begins at the call's minimum age.
_BANDS = ((25, 34), (35, 44), (45, 59), (60, OLDEST))


@dataclass(frozen=True)
class Trait:
    """A question. ``key`` is its canonical name, the word of the page's address too.

    Answers to a ``sensitive`` one are read in aggregate only: they are never a filter.
    """

    key: str
    label: str
    sensitive: bool = False


ALCALDIA, AGE = Trait("alcaldia", "Alcaldía"), Trait("edad", "Edad")
GENDER, SCHOOLING = Trait("genero", "Género"), Trait("escolaridad", "Escolaridad")
OCCUPATION = Trait("ocupacion", "Ocupación")
INDIGENOUS = Trait("pueblo_indigena", "Pertenencia indígena", sensitive=True)
AFRO_MEXICAN = Trait("afromexicana", "Autoadscripción afromexicana", sensitive=True)
DISABILITY = Trait("discapacidad", "Discapacidad", sensitive=True)
PROJECT_KIND = Trait("proyecto_tipo", "Tipo de proyecto")
NARRATIVE_GENRE = Trait("genero_narrativo", "Género narrativo")
TRAITS = {
    each.key: each
    for each in (
        *(ALCALDIA, AGE, GENDER, SCHOOLING, OCCUPATION),
        *(INDIGENOUS, AFRO_MEXICAN, DISABILITY, PROJECT_KIND, NARRATIVE_GENRE),
    )
}
"""By key, in the order in which they are shown."""

GATHERED = tuple(each for each in TRAITS.values() if each not in (ALCALDIA, AGE))
FILTERS = tuple(each for each in TRAITS.values() if not each.sensitive)

_COLUMNS: dict[str, Any] = {
    "alcaldia": Applicant.alcaldia,
    "genero": Applicant.gender,
    "escolaridad": Applicant.schooling,
    "ocupacion": Applicant.occupation,
    "pueblo_indigena": SensitiveTraits.indigenous,
    "afromexicana": SensitiveTraits.afro_mexican,
    "discapacidad": SensitiveTraits.disability,
    "proyecto_tipo": Application.project_kind,
    "genero_narrativo": Application.genre,
}


def expression(trait: Trait, spec: CallSpec) -> Any:
    """What SQL groups by: the answer as it was given, or the age in years."""
    return years(spec) if trait == AGE else col(_COLUMNS[trait.key])


def years(spec: CallSpec) -> Any:
    """SQL for the age in whole years on the closing day. Born on 29 February, one turns on 1 March."""
    closing = spec.local(spec.utc(spec.closes_at)).date()
    born = col(Applicant.birth_date)
    day_of_year = extract("month", born) * 100 + extract("day", born)
    to_come = case((day_of_year > closing.month * 100 + closing.day, 1), else_=0)
    return closing.year - extract("year", born) - to_come


def bands(spec: CallSpec) -> dict[str, tuple[int, int]]:
    """The age groups by name, youngest first, with their first and last year."""
    least = spec.eligibility.minimum_age
    upper = [each for each in _BANDS if each[0] > least]
    first = (least, upper[0][0] - 1 if upper else OLDEST)
    ends = {f"Menos de {least}": (0, least - 1)} if least else {}
    for begin, end in (first, *upper):
        ends[f"{begin} o más" if end == OLDEST else f"{begin} a {end}"] = (begin, end)
    return ends


def band_of(age: int | None, spec: CallSpec) -> str:
    """The name of the group of an age."""
    if age is None:
        return NO_ANSWER
    found = (name for name, (begin, end) in bands(spec).items() if begin <= age <= end)
    return next(found, IMPLAUSIBLE)


def label_of(trait: Trait, answer: Any, spec: CallSpec, groupings: Mapping[str, Grouping]) -> str:
    """The group of one answer, as SQL gave it."""
    if trait == ALCALDIA:
        known = geography.by_code().get(answer or "")
        return known.name if known else NOWHERE
    if trait == AGE:
        return band_of(None if answer is None else int(answer), spec)
    return group_of(answer or "", groupings[trait.key])


def labels(trait: Trait, spec: CallSpec, groupings: Mapping[str, Grouping]) -> tuple[str, ...]:
    """All groups that a trait can have, in the order shown; those who did not answer are the last."""
    if trait == ALCALDIA:
        return (*(each.name for each in geography.alcaldias()), NOWHERE)
    if trait == AGE:
        return (*bands(spec), IMPLAUSIBLE, NO_ANSWER)
    return (*groupings[trait.key].shown, UNKNOWN, NO_ANSWER)


def gathered(
    trait: Trait, answers: Iterable[tuple[Any, int]], spec: CallSpec, groupings: Mapping[str, Grouping]
) -> tuple[Group, ...]:
    """The groups of counted answers, in the order shown, without empty ones.

    Of a sensitive trait the words that were used are left out: they might tell who wrote them.
    """
    if trait in (ALCALDIA, AGE):
        counts: Counter[str] = Counter()
        for answer, count in answers:
            counts[label_of(trait, answer, spec, groupings)] += count
        return tuple(Group(each, counts[each]) for each in labels(trait, spec, groupings) if counts[each])
    groups = gather(answers, groupings[trait.key])
    if groups and not groups[-1].missing:
        groups = (*groups, Group(NO_ANSWER, 0))  # that everybody answered is told as well
    return tuple(Group(each.label, each.count) for each in groups) if trait.sensitive else groups

"""Groups of people by the fields of the call: each field's values as labels, and which people bear them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reviewer import geography
from reviewer.answers import NO_ANSWER, UNKNOWN, UNSAID, Grouping, fold, group_of
from reviewer.calls import CallSpec, Venue
from reviewer.errors import Refused
from reviewer.groupings import DEFAULTS

FIELDS = {
    "alcaldia": "alcaldía",
    "genero": "género",
    "edad": "edad",
    "escolaridad": "escolaridad",
    "ocupacion": "ocupación",
    "pueblo_indigena": "pueblo indígena",
    "afromexicana": "afromexicana",
    "discapacidad": "discapacidad",
    "proyecto_tipo": "tipo de proyecto",
    "genero_narrativo": "género narrativo",
    "sede_preferida": "sede preferida",
}
SENSITIVE = frozenset({"pueblo_indigena", "afromexicana", "discapacidad"})
YES, NO = "Sí", "No"
Answer = str | date | None
AGES = ((18, 29), (30, 39), (40, 49), (50, 59), (60, None))
_AGE = re.compile(r"^(\d{1,3})(?:\s*(?:-|–|a)\s*(\d{1,3})|\s*(\+|o más))?$")
_SAYS_NO = re.compile(r"^(no|ningun[oa]?)\b")
_DOES_NOT_SAY = re.compile(r"^(no se|prefier|no deseo|no contest|no quiero|no respond)")


GATHERED = frozenset({"genero", "escolaridad", "ocupacion"})
"""Fields answered in people's own words, told apart by the groups that the cohort's page shows."""
Groupings = Mapping[str, Grouping]


@dataclass(frozen=True)
class Person:
    """The answers of one applicant that rules may name, as they were given."""

    folio: str
    alcaldia: str | None
    born: date | None
    preferred_venue: str
    answers: dict[str, str]

    def answer(self, field: str) -> Answer:
        """What she answered in a field."""
        own: dict[str, Answer] = {
            "alcaldia": self.alcaldia,
            "edad": self.born,
            "sede_preferida": self.preferred_venue,
        }
        return own[field] if field in own else self.answers.get(field, "")


def labels_of(
    field: str, people: Iterable[Person], spec: CallSpec, groupings: Groupings = DEFAULTS
) -> list[str]:
    """The label of each person in a field (see ``label_of``); every answer is read once."""
    answers = [each.answer(field) for each in people]
    labels = {each: label_of(field, each, spec, groupings) for each in set(answers)}
    return [labels[each] for each in answers]


def label_of(field: str, answer: Answer, spec: CallSpec, groupings: Groupings = DEFAULTS) -> str:
    """The value by which groups are told apart in a field; "" where it is not known."""
    if isinstance(answer, date) or answer is None:
        age = age_at(answer, spec)
        return "" if age is None else str(age)
    if field == "alcaldia":
        known = geography.by_code().get(answer)
        return known.name if known else ""
    if field == "sede_preferida":
        venue = venue_of(answer, spec)
        return venue.label if venue else ""
    answer = " ".join(answer.split())
    if field in SENSITIVE:
        return _yes_or_no(answer)
    if field in GATHERED:
        label = group_of(answer, groupings[field])
        return "" if label in (UNKNOWN, NO_ANSWER, UNSAID) else label
    return answer[:1].upper() + answer[1:].lower() if answer else ""


def stratum_of(person: Person, fields: Iterable[str], spec: CallSpec, groupings: Groupings) -> str:
    """The stratum that these fields put somebody in.

    Ages go by bands, free text by the groups that the cohort's page shows; an answer that none of its rules
    knows stands for itself, whatever its case and accents.
    """
    return "|".join(_level(field, person.answer(field), spec, groupings) for field in fields)


def values_of(field: str, labels: Sequence[str], spec: CallSpec) -> list[str]:
    """What ``"*"`` stands for: each value there is in the call (every alcaldía, every band of ages)."""
    if field == "alcaldia":
        return [each.name for each in geography.alcaldias()]
    if field == "edad":
        return [f"{low}+" if high is None else f"{low}-{high}" for low, high in AGES]
    if field == "sede_preferida":
        return [each.label for each in spec.venues]
    return sorted({each for each in labels if each}, key=fold)


def test_of(field: str, value: str, spec: CallSpec, groupings: Groupings = DEFAULTS) -> Callable[[str], bool]:
    """Whether a label (see ``label_of``) is in the group that a rule calls ``value``."""
    if field == "edad":
        low, high = _ages(value)
        return lambda label: bool(label) and low <= int(label) <= high
    wanted = _wanted(field, value, spec, groupings)
    return lambda label: fold(label) == wanted


def age_at(born: date | None, spec: CallSpec) -> int | None:
    """Whole years on the day the call closes; born on 29 February, one turns on 1 March."""
    if born is None:
        return None
    day = spec.local(spec.utc(spec.closes_at)).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def venue_of(answer: str, spec: CallSpec) -> Venue | None:
    """The venue that an applicant asked for in her own words; None where none is recognised."""
    words = fold(answer)
    for each in spec.venues:
        if words in (fold(each.key), fold(each.label), fold(each.label).removeprefix("sede ")):
            return each
    named = [
        each
        for each in spec.venues
        if re.search(rf"\b{re.escape(fold(each.key).replace('_', ' '))}\b", words)
    ]
    return named[0] if len(named) == 1 else None


def in_words(field: str, value: str, spec: CallSpec) -> str:
    """A rule's value as a page says it: «Milpa Alta», «18-29 años», «discapacidad: sí»."""
    if field == "edad":
        return f"{value} años"
    if field == "sede_preferida":
        venue = venue_of(value, spec)
        return f"prefiere {venue.label if venue else value}"
    if field == "alcaldia" or field in GATHERED:
        return value
    return f"{FIELDS[field]}: {value.lower() if field in SENSITIVE else value}"


def _level(field: str, answer: Answer, spec: CallSpec, groupings: Groupings) -> str:
    if field in groupings:
        words = str(answer or "")
        group = group_of(words, groupings[field])
        return fold(words) if group == UNKNOWN else group
    label = label_of(field, answer, spec, groupings)
    return str(sum(low <= int(label) for low, _ in AGES)) if field == "edad" and label else label


def _wanted(field: str, value: str, spec: CallSpec, groupings: Groupings) -> str:
    if field == "alcaldia" and value in geography.by_code():
        return fold(geography.by_code()[value].name)
    if field == "sede_preferida":
        venue = venue_of(value, spec)
        return fold(venue.label) if venue else fold(value)
    if field in SENSITIVE:
        return fold(_yes_or_no(value))
    if field in GATHERED and fold(value) not in {fold(each) for each in groupings[field].shown}:
        label = group_of(value, groupings[field])
        return fold(value) if label in (UNKNOWN, NO_ANSWER) else fold(label)
    return fold(value)


def _yes_or_no(answer: str) -> str:
    words = fold(answer)
    if not words or _DOES_NOT_SAY.match(words):
        return ""
    return NO if _SAYS_NO.match(words) else YES


def _ages(value: str) -> tuple[int, int]:
    found = _AGE.match(value.strip())
    if found is None:
        raise Refused(f"«{value}» no es una edad: escriba 18-29, 60+ o un número de años.")
    low = int(found[1])
    return low, int(found[2]) if found[2] else 200 if found[3] else low

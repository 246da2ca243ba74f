"""Groups of applicants by the fields that rules may name: labels, values and who has them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reviewer.call.spec import CallSpec, Venue
from reviewer.core.errors import UserError
from reviewer.core.text import fold
from reviewer.demographics import geography
from reviewer.demographics.age import age_on
from reviewer.demographics.answer_groups import NO_ANSWER, UNGROUPED, Grouping, group_of
from reviewer.demographics.default_groups import NOT_STATED
from reviewer.demographics.questions import DEFAULT_GROUPINGS, IN_RULES, SENSITIVE, Store

FIELD_LABELS = {key: question.short_label.lower() for key, question in IN_RULES.items()}
SENSITIVE_FIELDS = SENSITIVE.keys() & IN_RULES.keys()
YES, NO = "Sí", "No"
Answer = str | date | None
OWN_FIELDS = ("alcaldia", "edad", "sede_preferida")  # attributes of their own in ApplicantAnswers
AGE_BANDS = ((18, 29), (30, 39), (40, 49), (50, 59), (60, None))
_AGE = re.compile(r"^(\d{1,3})(?:\s*(?:-|–|a)\s*(\d{1,3})|\s*(\+|o más))?$")
_NEGATIVE_ANSWER = re.compile(r"^(no|ningun[oa]?)\b")
_WITHHELD_ANSWER = re.compile(r"^(no se|prefier|no deseo|no contest|no quiero|no respond)")


GROUPED_FIELDS = frozenset(
    key for key, question in IN_RULES.items() if question.grouping and question.store is Store.APPLICANT
)
"""Free-text answers about the applicant, which are compared by the groups of the cohort page."""
Groupings = Mapping[str, Grouping]


@dataclass(frozen=True)
class ApplicantAnswers:
    """The answers of one applicant that rules may name, as they were given."""

    folio: str
    alcaldia: str | None
    birth_date: date | None
    preferred_venue: str
    answers: dict[str, str]

    def answer(self, field: str) -> Answer:
        """Returns the answer in a field."""
        attributes: dict[str, Answer] = {
            "alcaldia": self.alcaldia,
            "edad": self.birth_date,
            "sede_preferida": self.preferred_venue,
        }
        return attributes[field] if field in attributes else self.answers.get(field, "")


def labels_of(
    field: str, people: Iterable[ApplicantAnswers], spec: CallSpec, groupings: Groupings = DEFAULT_GROUPINGS
) -> list[str]:
    """Returns the label of each person in a field (see ``label_of``); equal answers are parsed once."""
    answers = [person.answer(field) for person in people]
    labels = {answer: label_of(field, answer, spec, groupings) for answer in set(answers)}
    return [labels[answer] for answer in answers]


def label_of(field: str, answer: Answer, spec: CallSpec, groupings: Groupings = DEFAULT_GROUPINGS) -> str:
    """Returns the value that distinguishes groups in a field; "" where it is unknown."""
    if isinstance(answer, date) or answer is None:
        return "" if answer is None else str(age_on(spec.closing_day, answer))
    if field == "alcaldia":
        alcaldia = geography.by_code().get(answer)
        return alcaldia.name if alcaldia else ""
    if field == "sede_preferida":
        venue = venue_of(answer, spec)
        return venue.label if venue else ""
    answer = " ".join(answer.split())
    if field in SENSITIVE_FIELDS:
        return _yes_or_no(answer)
    if field in GROUPED_FIELDS:
        label = group_of(answer, groupings[field])
        return "" if label in (UNGROUPED, NO_ANSWER, NOT_STATED) else label
    return answer[:1].upper() + answer[1:].lower() if answer else ""


def stratum_of(person: ApplicantAnswers, fields: Iterable[str], spec: CallSpec, groupings: Groupings) -> str:
    """Returns the stratum that these fields put a person in.

    Ages are grouped in bands, free text by the groups of the cohort page; an answer that none of its rules
    matches forms a stratum of its own, without regard to case and accents.
    """
    return "|".join(_stratum_level(field, person.answer(field), spec, groupings) for field in fields)


def values_of(field: str, labels: Sequence[str], spec: CallSpec) -> list[str]:
    """Returns the values that ``"*"`` stands for in a rule: every alcaldía, age band or other value."""
    if field == "alcaldia":
        return [alcaldia.name for alcaldia in geography.alcaldias()]
    if field == "edad":
        return [f"{low}+" if high is None else f"{low}-{high}" for low, high in AGE_BANDS]
    if field == "sede_preferida":
        return [venue.label for venue in spec.venues]
    return sorted({label for label in labels if label}, key=fold)


def group_matcher(
    field: str, value: str, spec: CallSpec, groupings: Groupings = DEFAULT_GROUPINGS
) -> Callable[[str], bool]:
    """Returns a test of whether a label (see ``label_of``) is in the group that a rule calls ``value``.

    Raises ``UserError`` for an age that can't be parsed.
    """
    if field == "edad":
        low, high = _age_range(value)
        return lambda label: bool(label) and low <= int(label) <= high
    wanted_group = _folded_group(field, value, spec, groupings)
    return lambda label: fold(label) == wanted_group


def venue_of(answer: str, spec: CallSpec) -> Venue | None:
    """Returns the venue that an applicant asked for in their own words; None where none is recognised."""
    folded = fold(answer)
    for venue in spec.venues:
        if folded in (fold(venue.key), fold(venue.label), fold(venue.label).removeprefix("sede ")):
            return venue
    mentioned = [venue for venue in spec.venues if re.search(rf"\b{re.escape(fold(venue.key))}\b", folded)]
    return mentioned[0] if len(mentioned) == 1 else None


def value_text(field: str, value: str, spec: CallSpec) -> str:
    """Returns a rule's value as pages write it: «Milpa Alta», «18-29 años», «discapacidad: sí»."""
    if field == "edad":
        return f"{value} años"
    if field == "sede_preferida":
        venue = venue_of(value, spec)
        return f"prefiere {venue.label if venue else value}"
    if field == "alcaldia" or field in GROUPED_FIELDS:
        return value
    return f"{FIELD_LABELS[field]}: {value.lower() if field in SENSITIVE_FIELDS else value}"


def values_text(field: str, values: Iterable[str], spec: CallSpec) -> str:
    """Returns alternative values of a rule as pages write them: «Tlalpan o Xochimilco»."""
    return " o ".join(value_text(field, value, spec) for value in values)


def _stratum_level(field: str, answer: Answer, spec: CallSpec, groupings: Groupings) -> str:
    if field in groupings:
        text = str(answer or "")
        group = group_of(text, groupings[field])
        return fold(text) if group == UNGROUPED else group
    label = label_of(field, answer, spec, groupings)
    return str(sum(low <= int(label) for low, _ in AGE_BANDS)) if field == "edad" and label else label


def _folded_group(field: str, value: str, spec: CallSpec, groupings: Groupings) -> str:
    if field == "alcaldia" and value in geography.by_code():
        return fold(geography.by_code()[value].name)
    if field == "sede_preferida":
        venue = venue_of(value, spec)
        return fold(venue.label) if venue else fold(value)
    if field in SENSITIVE_FIELDS:
        return fold(_yes_or_no(value))
    if field in GROUPED_FIELDS and fold(value) not in {fold(group) for group in groupings[field].display_order}:
        label = group_of(value, groupings[field])
        return fold(value) if label in (UNGROUPED, NO_ANSWER) else fold(label)
    return fold(value)


def _yes_or_no(answer: str) -> str:
    folded = fold(answer)
    if not folded or _WITHHELD_ANSWER.match(folded):
        return ""
    return NO if _NEGATIVE_ANSWER.match(folded) else YES


def _age_range(value: str) -> tuple[int, int]:
    match = _AGE.match(value.strip())
    if match is None:
        raise UserError(f"«{value}» no es una edad: escriba 18-29, 60+ o un número de años.")
    low = int(match[1])
    return low, int(match[2]) if match[2] else 200 if match[3] else low

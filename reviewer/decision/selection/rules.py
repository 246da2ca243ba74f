"""The call's rules of representation, spelled out as bounds on the people there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from pydantic import ValidationError

from reviewer.call.spec import CallSpec, RepresentationRule
from reviewer.core.arrays import BoolArray, IntArray
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count, join_words
from reviewer.decision.selection import groups
from reviewer.decision.selection.groups import ApplicantAnswers, Groupings
from reviewer.decision.selection.problem import OVERALL, Bound
from reviewer.demographics.questions import DEFAULT_GROUPINGS

Values = list[str]


@dataclass(frozen=True)
class _Column:
    """A field of everybody in the pool: its distinct labels, and which one each person bears."""

    labels: tuple[str, ...]
    label_index: IntArray

    def flags(self, test: Callable[[str], bool]) -> BoolArray:
        label_matches = np.array([test(label) for label in self.labels], dtype=bool)
        flags: BoolArray = (
            label_matches[self.label_index]
            if len(self.labels)
            else np.zeros(len(self.label_index), dtype=bool)
        )
        return flags


class AnswerTable:
    """The answers of the pool (in its order) and of everybody whose values count for ``"*"``."""

    def __init__(
        self,
        pool: Sequence[ApplicantAnswers],
        everybody: Sequence[ApplicantAnswers],
        spec: CallSpec,
        groupings: Groupings = DEFAULT_GROUPINGS,
    ) -> None:
        self.pool, self.everybody, self.spec, self.groupings = pool, everybody, spec, groupings
        self._columns: dict[str, _Column] = {}

    def column(self, field: str) -> _Column:
        """A field of the pool."""
        if field not in self._columns:
            labels = groups.labels_of(field, self.pool, self.spec, self.groupings)
            distinct, of = np.unique(np.array(labels, dtype=object), return_inverse=True)
            self._columns[field] = _Column(tuple(distinct), of.astype(np.int64))
        return self._columns[field]

    def values(self, field: str) -> Values:
        """What ``"*"`` stands for in a field."""
        labels = groups.labels_of(field, self.everybody, self.spec, self.groupings)
        return groups.values_of(field, labels, self.spec)


def bounds_of(rules: Sequence[RepresentationRule], people: AnswerTable) -> tuple[Bound, ...]:
    """Every bound that the rules set, minima lowered to the people who could fill them."""
    return tuple(
        bound for number, rule in enumerate(rules) for bound in _bounds_of_rule(number, rule, people)
    )


def lowered_minimum_warnings(bounds: Sequence[Bound], spec: CallSpec) -> list[str]:
    """«Milpa Alta ≥ 6: hay 3 postulaciones elegibles con lecturas», for each minimum that was lowered."""
    messages, nobody = [], dict[tuple[int, int | None], list[str]]()
    for bound in bounds:
        if bound.lowered_from is None:
            continue
        venue = venue_label(bound.venue, spec)
        name = f"{bound.group} en {venue}" if venue else bound.group
        if bound.at_least == 0:
            nobody.setdefault((bound.rule, bound.lowered_from), []).append(name)
            continue
        available = format_count(bound.at_least or 0, "postulación elegible", "postulaciones elegibles")
        messages.append(f"{name} ≥ {bound.lowered_from}: hay {available} con lecturas.")
    for (_, least), names in nobody.items():
        messages.append(f"{join_words(names)} ≥ {least}: no hay postulaciones elegibles con lecturas.")
    return messages


def venue_label(venue: int, spec: CallSpec) -> str:
    """The venue of a bound as a page says it; "" overall."""
    return "" if venue == OVERALL else spec.venues[venue].label


def limits_text(at_least: int | None, at_most: int | None) -> str:
    """Returns the limits of a rule or bound in words: «al menos 1 y no más de 12»."""
    minimum = [] if at_least is None else [f"al menos {at_least}"]
    maximum = [] if at_most is None else [f"no más de {at_most}"]
    return " y ".join(minimum + maximum)


def parse_rule(raw: dict[str, object], spec: CallSpec) -> RepresentationRule:
    """A rule as it is kept or typed. Raises ``UserError`` with what to write instead."""
    try:
        rule = RepresentationRule.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(_error_text(problem["msg"], problem["loc"]) for problem in error.errors())
        raise UserError(f"La regla no está completa: {problems}.") from error
    if rule.venue not in {None, "*", *(venue.key for venue in spec.venues)}:
        raise UserError("La regla nombra una sede que no está en la convocatoria.")
    ages = rule.who.get("edad", [])
    for value in [ages] if isinstance(ages, str) else ages:
        if value != "*":
            groups.group_matcher("edad", value, spec)
    return rule


def to_dict(rule: RepresentationRule) -> dict[str, object]:
    """A rule as the call's file would hold it."""
    return rule.model_dump(exclude_none=True)


def is_sensitive(rule: RepresentationRule) -> bool:
    """Whether a rule names a trait by which no page may list persons."""
    return bool(groups.SENSITIVE_FIELDS & set(rule.who))


def _bounds_of_rule(number: int, rule: RepresentationRule, people: AnswerTable) -> list[Bound]:
    spec = people.spec
    venues = [OVERALL] if rule.venue is None else range(len(spec.venues))
    if rule.venue not in (None, "*"):
        venues = [next(index for index, venue in enumerate(spec.venues) if venue.key == rule.venue)]
    bounds = []
    for choice in product(*(_group_choices(field, values, people) for field, values in rule.who.items())):
        group = dict(zip(rule.who, choice, strict=True))
        members = np.logical_and.reduce(
            [_member_flags(field, values, people) for field, values in group.items()]
        )
        bound = Bound(number, rule.label, _group_label(group, spec), members, rule.at_least, rule.at_most)
        bounds += [replace(_lower_to_available(bound), venue=venue) for venue in venues]
    return bounds


def _group_choices(field: str, wanted: str | list[str], people: AnswerTable) -> list[Values]:
    """The groups that one field of a rule makes: one for each value of ``"*"``, else a single one."""
    values = [wanted] if isinstance(wanted, str) else wanted
    return [[value] for value in people.values(field)] if "*" in values else [list(values)]


def _member_flags(field: str, values: Values, people: AnswerTable) -> BoolArray:
    matchers = [groups.group_matcher(field, value, people.spec, people.groupings) for value in values]
    return people.column(field).flags(lambda label: any(matches(label) for matches in matchers))


def _lower_to_available(bound: Bound) -> Bound:
    available = int(bound.members.sum())
    if bound.at_least is None or bound.at_least <= available:
        return bound
    return replace(bound, at_least=available, lowered_from=bound.at_least)


def _group_label(group: dict[str, Values], spec: CallSpec) -> str:
    parts = [
        " o ".join(groups.value_text(field, value, spec) for value in values)
        for field, values in group.items()
    ]
    return " · ".join(parts)


def _error_text(message: str, location: tuple[str | int, ...]) -> str:
    if message.startswith("Value error, "):
        return message.removeprefix("Value error, ")
    names = {"label": "escriba su nombre", "at_least": "«al menos» es un número", "who": "diga a qué grupo"}
    return names.get(str(location[0]) if location else "", "revise sus números")

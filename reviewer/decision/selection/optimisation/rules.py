"""The call's rules of representation, expanded to bounds on the people of a pool."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from pydantic import ValidationError

from reviewer.call.spec import CallSpec, RepresentationRule
from reviewer.core.arrays import BoolArray, IntArray
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count, join_words
from reviewer.decision.selection.optimisation import groups
from reviewer.decision.selection.optimisation.groups import ApplicantAnswers, Groupings
from reviewer.decision.selection.optimisation.problem import OVERALL, Bound
from reviewer.demographics.questions import DEFAULT_GROUPINGS

Values = list[str]


@dataclass(frozen=True)
class _Column:
    """A field of the pool: its distinct labels, and the index (people) of each person's label."""

    labels: tuple[str, ...]
    label_index: IntArray

    def flags(self, test: Callable[[str], bool]) -> BoolArray:
        label_matches = np.array([test(label) for label in self.labels], dtype=bool)
        return label_matches[self.label_index] if len(self.labels) else np.zeros(0, dtype=bool)


class AnswerTable:
    """The answers of the pool, in its order, and of everybody whose values count for ``"*"``."""

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
        """Returns a field of the pool."""
        if field not in self._columns:
            labels = groups.labels_of(field, self.pool, self.spec, self.groupings)
            distinct, of = np.unique(np.array(labels, dtype=object), return_inverse=True)
            self._columns[field] = _Column(tuple(distinct), of.astype(np.int64))
        return self._columns[field]

    def values(self, field: str) -> Values:
        """Returns the values that ``"*"`` stands for in a field."""
        labels = groups.labels_of(field, self.everybody, self.spec, self.groupings)
        return groups.values_of(field, labels, self.spec)


def bounds_of(rules: Sequence[RepresentationRule], people: AnswerTable) -> tuple[Bound, ...]:
    """Returns the bounds of all rules, with minima lowered to the number of people who could fill them."""
    return tuple(bound for number, rule in enumerate(rules) for bound in _bounds_of_rule(number, rule, people))


def lowered_minimum_warnings(bounds: Sequence[Bound], spec: CallSpec) -> list[str]:
    """Returns a warning for each lowered minimum: «Milpa Alta ≥ 6: hay 3 postulaciones …»."""
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
    """Returns the label of a bound's venue; "" overall."""
    return "" if venue == OVERALL else spec.venues[venue].label


def limits_text(at_least: int | None, at_most: int | None) -> str:
    """Returns the limits of a rule or bound in words: «al menos 1 y no más de 12»."""
    minimum = [] if at_least is None else [f"al menos {at_least}"]
    maximum = [] if at_most is None else [f"no más de {at_most}"]
    return " y ".join(minimum + maximum)


def parse_rule(raw: dict[str, object], spec: CallSpec) -> RepresentationRule:
    """Returns a rule as it is stored or entered. Raises ``UserError`` with what to write instead."""
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


def parse_rules(raw: Iterable[dict[str, object]], spec: CallSpec) -> list[RepresentationRule]:
    """Returns several rules as ``parse_rule`` does."""
    return [parse_rule(rule, spec) for rule in raw]


def to_dict(rule: RepresentationRule) -> dict[str, object]:
    """Returns a rule as the call's file would have it."""
    return rule.model_dump(exclude_none=True)


def is_sensitive(rule: RepresentationRule) -> bool:
    """Returns whether a rule names a sensitive trait, by which no page may list people."""
    return bool(groups.SENSITIVE_FIELDS & set(rule.who))


def _bounds_of_rule(number: int, rule: RepresentationRule, people: AnswerTable) -> list[Bound]:
    spec = people.spec
    venues = [OVERALL] if rule.venue is None else range(len(spec.venues))
    if rule.venue not in (None, "*"):
        venues = [next(index for index, venue in enumerate(spec.venues) if venue.key == rule.venue)]
    bounds = []
    for choice in product(*(_group_choices(field, values, people) for field, values in rule.who.items())):
        group = dict(zip(rule.who, choice, strict=True))
        flags = [_member_flags(field, values, people) for field, values in group.items()]
        members = np.logical_and.reduce(flags)
        bound = Bound(number, rule.label, _group_label(group, spec), members, rule.at_least, rule.at_most)
        bounds += [replace(_lower_to_available(bound), venue=venue) for venue in venues]
    return bounds


def _group_choices(field: str, wanted: str | list[str], people: AnswerTable) -> list[Values]:
    """Returns the groups that a field of a rule makes: one for each value of ``"*"``, else one."""
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
    return " · ".join(groups.values_text(field, values, spec) for field, values in group.items())


def _error_text(message: str, location: tuple[str | int, ...]) -> str:
    if message.startswith("Value error, "):
        return message.removeprefix("Value error, ")
    names = {"label": "escriba su nombre", "at_least": "«al menos» es un número", "who": "diga a qué grupo"}
    return names.get(str(location[0]) if location else "", "revise sus números")

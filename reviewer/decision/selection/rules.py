"""The call's rules of representation, spelled out as bounds on the people there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from pydantic import ValidationError

from reviewer.calls import CallSpec, RepresentationRule
from reviewer.decision.selection import groups
from reviewer.decision.selection.groups import Groupings, Person
from reviewer.decision.selection.problem import OVERALL, Bools, Bound, Ints
from reviewer.errors import Refused
from reviewer.groupings import DEFAULTS
from reviewer.words import counted, listed

Values = list[str]


@dataclass(frozen=True)
class _Column:
    """A field of everybody in the pool: its distinct labels, and which one each person bears."""

    labels: tuple[str, ...]
    of: Ints

    def flags(self, test: Callable[[str], bool]) -> Bools:
        chosen = np.array([test(each) for each in self.labels], dtype=bool)
        flags: Bools = chosen[self.of] if len(self.labels) else np.zeros(len(self.of), dtype=bool)
        return flags


class People:
    """The answers of the pool (in its order) and of everybody whose values count for ``"*"``."""

    def __init__(
        self,
        pool: Sequence[Person],
        everybody: Sequence[Person],
        spec: CallSpec,
        groupings: Groupings = DEFAULTS,
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


def bounds_of(rules: Sequence[RepresentationRule], people: People) -> tuple[Bound, ...]:
    """Every bound that the rules set, minima lowered to the people who could fill them."""
    return tuple(bound for number, rule in enumerate(rules) for bound in _bounds(number, rule, people))


def lowered_words(bounds: Sequence[Bound], spec: CallSpec) -> list[str]:
    """«Milpa Alta ≥ 6: hay 3 postulaciones elegibles con lecturas», for each minimum that was lowered."""
    said, nobody = [], dict[tuple[int, int | None], list[str]]()
    for each in bounds:
        if each.lowered_from is None:
            continue
        name = f"{each.group}{_at(each.venue, spec)}"
        if each.at_least == 0:
            nobody.setdefault((each.rule, each.lowered_from), []).append(name)
            continue
        there = counted(each.at_least or 0, "postulación elegible", "postulaciones elegibles")
        said.append(f"{name} ≥ {each.lowered_from}: hay {there} con lecturas.")
    for (_, least), names in nobody.items():
        said.append(f"{listed(names)} ≥ {least}: no hay postulaciones elegibles con lecturas.")
    return said


def venue_words(venue: int, spec: CallSpec) -> str:
    """The venue of a bound as a page says it; "" overall."""
    return "" if venue == OVERALL else spec.venues[venue].label


def parse_rule(raw: dict[str, object], spec: CallSpec) -> RepresentationRule:
    """A rule as it is kept or typed. Raises ``Refused`` with what to write instead."""
    try:
        rule = RepresentationRule.model_validate(raw)
    except ValidationError as error:
        words = "; ".join(_sentence(each["msg"], each["loc"]) for each in error.errors())
        raise Refused(f"La regla no está completa: {words}.") from error
    if rule.venue not in {None, "*", *(each.key for each in spec.venues)}:
        raise Refused("La regla nombra una sede que no está en la convocatoria.")
    ages = rule.who.get("edad", [])
    for value in [ages] if isinstance(ages, str) else ages:
        if value != "*":
            groups.test_of("edad", value, spec)
    return rule


def to_raw(rule: RepresentationRule) -> dict[str, object]:
    """A rule as the call's file would hold it."""
    return rule.model_dump(exclude_none=True)


def is_sensitive(rule: RepresentationRule) -> bool:
    """Whether a rule names a trait by which no page may list persons."""
    return bool(groups.SENSITIVE & set(rule.who))


def _bounds(number: int, rule: RepresentationRule, people: People) -> list[Bound]:
    spec = people.spec
    venues = [OVERALL] if rule.venue is None else range(len(spec.venues))
    if rule.venue not in (None, "*"):
        venues = [next(at for at, each in enumerate(spec.venues) if each.key == rule.venue)]
    bounds = []
    for choice in product(*(_choices(field, who, people) for field, who in rule.who.items())):
        named = dict(zip(rule.who, choice, strict=True))
        members = np.logical_and.reduce([_flags(field, values, people) for field, values in named.items()])
        bound = Bound(number, rule.label, _words(named, spec), members, rule.at_least, rule.at_most)
        bounds += [replace(_lowered(bound), venue=venue) for venue in venues]
    return bounds


def _choices(field: str, who: str | list[str], people: People) -> list[Values]:
    """The groups that one field of a rule makes: one for each value of ``"*"``, else a single one."""
    values = [who] if isinstance(who, str) else who
    return [[each] for each in people.values(field)] if "*" in values else [list(values)]


def _flags(field: str, values: Values, people: People) -> Bools:
    tests = [groups.test_of(field, value, people.spec, people.groupings) for value in values]
    return people.column(field).flags(lambda label: any(test(label) for test in tests))


def _lowered(bound: Bound) -> Bound:
    there = int(bound.members.sum())
    if bound.at_least is None or bound.at_least <= there:
        return bound
    return replace(bound, at_least=there, lowered_from=bound.at_least)


def _words(named: dict[str, Values], spec: CallSpec) -> str:
    parts = [
        " o ".join(groups.in_words(field, each, spec) for each in values) for field, values in named.items()
    ]
    return " · ".join(parts)


def _at(venue: int, spec: CallSpec) -> str:
    return "" if venue == OVERALL else f" en {spec.venues[venue].label}"


def _sentence(message: str, where: tuple[str | int, ...]) -> str:
    if message.startswith("Value error, "):
        return message.removeprefix("Value error, ")
    names = {"label": "escriba su nombre", "at_least": "«al menos» es un número", "who": "diga a qué grupo"}
    return names.get(str(where[0]) if where else "", "revise sus números")

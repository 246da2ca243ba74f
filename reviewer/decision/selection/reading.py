"""What the pages show of a call's scenarios: the list, one of them whole, two side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import grouping_rules
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import RepresentationRule, get_call, spec_of
from reviewer.database import reading
from reviewer.decision.selection import answers, groups, record
from reviewer.decision.selection.explanation import Explanation
from reviewer.decision.selection.groups import Person
from reviewer.decision.selection.keeping import found_in
from reviewer.decision.selection.record import Place, Selection, selection_of
from reviewer.decision.selection.rules import parse_rule
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Call,
    Eligibility,
    HandChange,
    Outcome,
    Placement,
    Scenario,
)
from reviewer.tables import Table
from reviewer.words import listed

BALANCED = ("genero", "edad", "escolaridad")
UNKNOWN = "Sin dato"


@dataclass(frozen=True)
class ScenarioLine:
    """A scenario in the list; ``merit`` is the mean of the selected on the scale, None without a cohort."""

    public_id: str
    name: str
    rules: int
    changes: int
    selected: int
    merit: float | None
    in_force: bool
    signed: bool
    computed_at: datetime


@dataclass(frozen=True)
class Someone:
    """What the lists of a selection say of a person; ``wants`` is the label of the venue she asked for."""

    alcaldia: str
    code: str | None
    wants: str


@dataclass(frozen=True)
class Detail:
    """One scenario. ``rules`` are as edited: ``solved`` says whether the cohort was computed with them.

    ``current``: no score changed since. ``conflict``: why the rules as edited can't all hold, if tried.
    """

    selection: Selection
    rules: tuple[RepresentationRule, ...]
    solved: bool
    current: bool
    conflict: Explanation | None
    people: dict[str, Someone]

    @property
    def has_cohort(self) -> bool:
        """Whether it was ever computed."""
        return bool(self.selection.selected or self.selection.changes)

    @property
    def merit(self) -> float | None:
        """The mean merit of the selected, on the scale."""
        places = self.selection.selected
        return sum(each.merit for each in places) / len(places) if places else None

    def by_alcaldia(self) -> Counter[str | None]:
        """How many of the selected live in each alcaldía, by its code."""
        return Counter(self.people[each.folio].code for each in self.selection.selected if self._knows(each))

    def _knows(self, place: Place) -> bool:
        return place.folio in self.people


@dataclass(frozen=True)
class Balance:
    """How many people of each group are eligible, and selected in each of two cohorts."""

    field: str
    group: str
    eligible: int
    first: int
    second: int


def scenarios(viewer: Actor, *, call: str) -> list[ScenarioLine]:
    """A call's scenarios: the one in force first, then the latest."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    with reading() as session:
        found = session.exec(
            select(Scenario).where(Scenario.call_id == stored.id).order_by(col(Scenario.id).desc())
        ).all()
        places = _places(session, stored)
        changes = _changes(session, stored)
    lines = [
        ScenarioLine(
            public_id=each.public_id,
            name=each.name,
            rules=len(each.rules),
            changes=changes.get(each.id, 0),
            selected=places.get(each.id, (0, None))[0],
            merit=places.get(each.id, (0, None))[1],
            in_force=each.in_force_since is not None,
            signed=each.signed_at is not None,
            computed_at=each.computed_at,
        )
        for each in found
    ]
    return sorted(lines, key=lambda each: not each.in_force)


def detail(viewer: Actor, *, scenario: str) -> Detail:
    """One scenario with its cohort. Raises ``Refused`` where it is gone."""
    from reviewer.decision.selection.computing import conflict_of  # it solves, which takes a library

    require(viewer, Action.SEE_SELECTION)
    with reading() as session:
        found, call = found_in(session, scenario)
        require(viewer, Action.SEE_SELECTION, call.phase)
        spec = spec_of(call)
        selection = selection_of(session, found)
        folios = {each.folio for each in (*selection.selected, *selection.waiting, *selection.general)}
        return Detail(
            selection=selection,
            rules=tuple(parse_rule(each, spec) for each in found.rules),
            solved=found.solved == found.rules and bool(found.proposal),
            current=record.is_current(session, call, selection),
            conflict=conflict_of(found),
            people=_someones(session, call, folios),
        )


def table(viewer: Actor, *, scenario: str) -> Table:
    """A scenario's seats and waiting lists, to take along."""
    require(viewer, Action.SEE_SELECTION)
    with reading() as session:
        found, call = found_in(session, scenario)
        require(viewer, Action.SEE_SELECTION, call.phase)
        return record.table_of(selection_of(session, found))


def who_can_come_in(viewer: Actor, *, call: str, scenario: str) -> list[str]:
    """Folios that a change by hand may let in: eligible, read, and not selected; in their order."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    with reading() as session:
        found, _ = found_in(session, scenario)
        selected = {each.folio for each in selection_of(session, found).selected}
        query = (
            select(Application.folio)
            .where(Application.call_id == stored.id, Application.status == ApplicationStatus.CURRENT)
            .where(Application.eligibility == Eligibility.ELIGIBLE)
            .where(col(Application.id).in_(record.read_applications(stored)))
            .order_by(Application.folio)
        )
        return [each for each in session.exec(query) if each not in selected]


def values(viewer: Actor, *, call: str, field: str) -> list[str]:
    """The values of a field that a rule may name: those there are, sensitive traits as yes and no."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    if field in groups.SENSITIVE:
        return [groups.YES, groups.NO]
    with reading() as session:
        given = answers.distinct(session, stored, field)
        groupings = grouping_rules.all_of(session)
    spec = spec_of(stored)
    labels = [groups.label_of(field, each, spec, groupings) for each in given]
    return groups.values_of(field, labels, spec)


def balance(viewer: Actor, *, call: str, first: str, second: str) -> list[Balance]:
    """Two cohorts by gender, age and schooling, beside the eligible: counts, never persons."""
    stored = get_call(call)
    require(viewer, Action.SEE_SELECTION, stored.phase)
    spec = spec_of(stored)
    with reading() as session:
        cohorts = [_selected(session, each) for each in (first, second)]
        everybody = _answers(session, stored)
        groupings = grouping_rules.all_of(session)
    rows = []
    for field in BALANCED:
        of = groups.labels_of(field, everybody, spec, groupings)
        labels = {each.folio: label for each, label in zip(everybody, of, strict=True)}
        values = groups.values_of(field, [*labels.values()], spec)
        tests = {
            groups.in_words(field, each, spec): groups.test_of(field, each, spec, groupings)
            for each in values
        }
        for name, test in (tests | {UNKNOWN: lambda label: not label}).items():
            counts = [sum(test(labels[folio]) for folio in each if folio in labels) for each in cohorts]
            there = sum(map(test, labels.values()))
            if there:
                rows.append(Balance(groups.FIELDS[field], name, there, *counts))
    return rows


def rule_words(rule: RepresentationRule, call: Call) -> str:
    """A rule in words: «Al menos 2 de cada alcaldía, en cada sede»."""
    spec = spec_of(call)
    asks = []
    if rule.at_least is not None:
        asks.append(f"al menos {rule.at_least}")
    if rule.at_most is not None:
        asks.append(f"no más de {rule.at_most}")
    who = []
    for field, values in rule.who.items():
        named = [values] if isinstance(values, str) else values
        if "*" in named:
            who.append(f"cada {groups.FIELDS[field]}")
        else:
            who.append(" o ".join(groups.in_words(field, each, spec) for each in named))
    labels = {each.key: f", en {each.label}" for each in spec.venues} | {"*": ", en cada sede"}
    said = f"{' y '.join(asks)} de {listed(who)}{labels.get(rule.venue or '', '')}"
    return said[:1].upper() + said[1:]


def _places(session: Session, call: Call) -> dict[int | None, tuple[int, float]]:
    query = (
        select(Placement.scenario_id, func.count(), func.avg(Placement.merit))
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(Scenario.call_id == call.id, Placement.outcome == Outcome.SELECTED)
        .group_by(col(Placement.scenario_id))
    )
    return {scenario: (count, float(merit)) for scenario, count, merit in session.exec(query)}


def _changes(session: Session, call: Call) -> dict[int | None, int]:
    query = (
        select(HandChange.scenario_id, func.count())
        .join(Scenario, col(Scenario.id) == HandChange.scenario_id)
        .where(Scenario.call_id == call.id)
        .group_by(col(HandChange.scenario_id))
    )
    return dict(session.exec(query).all())


def _someones(session: Session, call: Call, folios: Iterable[str]) -> dict[str, Someone]:
    spec = spec_of(call)
    query = (
        select(Application.folio, Application.preferred_venue, Applicant.alcaldia)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .where(col(Application.folio).in_(sorted(folios)))
    )
    known = {}
    for folio, preferred, code in session.exec(query):
        wants = groups.label_of("sede_preferida", preferred, spec)
        known[folio] = Someone(groups.label_of("alcaldia", code or "", spec), code, wants)
    return known


def _selected(session: Session, scenario: str) -> list[str]:
    found, _ = found_in(session, scenario)
    return [each.folio for each in selection_of(session, found).selected]


def _answers(session: Session, call: Call) -> list[Person]:
    columns: list[Any] = [Application.folio, Applicant.birth_date, Applicant.gender, Applicant.schooling]
    query = (
        select(*columns)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .where(Application.eligibility == Eligibility.ELIGIBLE)
    )
    return [
        Person(folio, None, born, "", {"genero": gender, "escolaridad": schooling})
        for folio, born, gender, schooling in session.exec(query)
    ]

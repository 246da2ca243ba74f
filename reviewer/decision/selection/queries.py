"""What pages show of a call's scenarios: the list, one in full, and two compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import RepresentationRule, call_for, spec_of
from reviewer.core.database import read_session
from reviewer.core.spanish import join_words
from reviewer.decision.selection import record, rule_answers
from reviewer.decision.selection.optimisation import groups
from reviewer.decision.selection.optimisation.groups import ApplicantAnswers
from reviewer.decision.selection.optimisation.infeasibility import Explanation
from reviewer.decision.selection.optimisation.rules import limits_text, parse_rules
from reviewer.decision.selection.record import Selection, selection_of
from reviewer.decision.selection.transaction import load_scenario
from reviewer.demographics import group_rules
from reviewer.models import Applicant, Application, Call, HandChange, Outcome, Placement, Scenario, require_id
from reviewer.models.scopes import current_of, eligible_of
from reviewer.tables.csv_files import Table

BALANCE_FIELDS = ("genero", "edad", "escolaridad")
UNKNOWN_LABEL = "Sin dato"


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
class ApplicantSummary:
    """What lists show of a person; ``preferred_venue`` is the label of the venue they asked for."""

    alcaldia: str
    alcaldia_code: str | None
    preferred_venue: str


@dataclass(frozen=True)
class ScenarioDetail:
    """One scenario. ``rules`` are as edited; ``is_solved`` states that the cohort was computed with them.

    ``is_current``: no score has changed since. ``conflict``: why the edited rules can't all hold, where that
    is known.
    """

    selection: Selection
    rules: tuple[RepresentationRule, ...]
    is_solved: bool
    is_current: bool
    conflict: Explanation | None
    people: dict[str, ApplicantSummary]

    @property
    def has_cohort(self) -> bool:
        """Whether a cohort was ever computed."""
        return bool(self.selection.selected or self.selection.changes)

    @property
    def merit(self) -> float | None:
        """The mean merit of the selected, on the scale; None without a cohort."""
        places = self.selection.selected
        return sum(place.merit for place in places) / len(places) if places else None

    def by_alcaldia(self) -> Counter[str | None]:
        """Returns the number of selected people by the code of their alcaldía."""
        folios = (place.folio for place in self.selection.selected)
        return Counter(self.people[folio].alcaldia_code for folio in folios if folio in self.people)


@dataclass(frozen=True)
class Balance:
    """Numbers of people of a group: eligible, and selected in each of two cohorts."""

    field: str
    group: str
    eligible: int
    first: int
    second: int


@verb(Action.SEE_SELECTION)
def scenarios(viewer: Actor, *, slug: str) -> list[ScenarioLine]:
    """Returns the scenarios of a call: the one in force first, then the latest."""
    call = call_for(viewer, Action.SEE_SELECTION, slug)
    with read_session() as session:
        rows = session.exec(select(Scenario).where(Scenario.call_id == call.id).order_by(col(Scenario.id).desc())).all()
        selected_counts, merits = _selected_counts(session, call)
        change_counts = _change_counts(session, call)
    lines = [
        ScenarioLine(
            public_id=row.public_id,
            name=row.name,
            rules=len(row.rules),
            changes=change_counts.get(require_id(row), 0),
            selected=selected_counts.get(require_id(row), 0),
            merit=merits.get(require_id(row)),
            in_force=row.in_force_since is not None,
            signed=row.signed_at is not None,
            computed_at=row.computed_at,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.in_force)


@verb(Action.SEE_SELECTION)
def scenario_detail(viewer: Actor, *, public_id: str) -> ScenarioDetail:
    """Returns one scenario with its cohort. Raises ``UserError`` where it does not exist any more."""
    from reviewer.decision.selection.service import stored_explanation

    require(viewer, Action.SEE_SELECTION)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
        require(viewer, Action.SEE_SELECTION, call.phase)
        spec = spec_of(call)
        selection = selection_of(session, scenario)
        folios = {place.folio for place in (*selection.selected, *selection.waiting, *selection.general)}
        return ScenarioDetail(
            selection=selection,
            rules=tuple(parse_rules(scenario.rules, spec)),
            is_solved=scenario.solved == scenario.rules and bool(scenario.proposal),
            is_current=record.is_current(session, call, selection),
            conflict=stored_explanation(scenario),
            people=_applicant_summaries(session, call, folios),
        )


@verb(Action.SEE_SELECTION)
def table(viewer: Actor, *, public_id: str) -> Table:
    """Returns a scenario's seats and waiting lists as a table for download."""
    require(viewer, Action.SEE_SELECTION)
    with read_session() as session:
        scenario, call = load_scenario(session, public_id)
        require(viewer, Action.SEE_SELECTION, call.phase)
        return record.table_of(selection_of(session, scenario))


@verb(Action.SEE_SELECTION)
def addable_folios(viewer: Actor, *, slug: str, public_id: str) -> list[str]:
    """Returns the folios that a change by hand may add: eligible, read and not selected."""
    call = call_for(viewer, Action.SEE_SELECTION, slug)
    with read_session() as session:
        selected = _selected_folios(session, public_id)
        query = (
            select(Application.folio)
            .where(eligible_of(call))
            .where(col(Application.id).in_(record.reviewed_application_ids(call)))
            .order_by(Application.folio)
        )
        return [folio for folio in session.exec(query) if folio not in selected]


@verb(Action.SEE_SELECTION)
def field_values(viewer: Actor, *, slug: str, field: str) -> list[str]:
    """Returns the values of a field that a rule may name; yes and no for sensitive traits."""
    call = call_for(viewer, Action.SEE_SELECTION, slug)
    if field in groups.SENSITIVE_FIELDS:
        return [groups.YES, groups.NO]
    with read_session() as session:
        distinct_answers = rule_answers.distinct_answers(session, call, field)
        groupings = group_rules.all_groupings(session)
    spec = spec_of(call)
    labels = [groups.label_of(field, answer, spec, groupings) for answer in distinct_answers]
    return groups.values_of(field, labels, spec)


@verb(Action.SEE_SELECTION)
def balance(viewer: Actor, *, slug: str, first: str, second: str) -> list[Balance]:
    """Returns two cohorts beside the eligible by gender, age and schooling, as counts."""
    call = call_for(viewer, Action.SEE_SELECTION, slug)
    spec = spec_of(call)
    with read_session() as session:
        cohorts = [_selected_folios(session, public_id) for public_id in (first, second)]
        everybody = _eligible_answers(session, call)
        groupings = group_rules.all_groupings(session)
    rows = []
    for field in BALANCE_FIELDS:
        person_labels = groups.labels_of(field, everybody, spec, groupings)
        labels = {person.folio: label for person, label in zip(everybody, person_labels, strict=True)}
        values = groups.values_of(field, [*labels.values()], spec)
        matchers = {
            groups.value_text(field, value, spec): groups.group_matcher(field, value, spec, groupings)
            for value in values
        }
        for name, matches in (matchers | {UNKNOWN_LABEL: lambda label: not label}).items():
            counts = [sum(matches(labels[folio]) for folio in cohort & labels.keys()) for cohort in cohorts]
            eligible = sum(map(matches, labels.values()))
            if eligible:
                rows.append(Balance(groups.FIELD_LABELS[field], name, eligible, *counts))
    return rows


def rule_text(rule: RepresentationRule, call: Call) -> str:
    """Returns a rule in words: «Al menos 2 de cada alcaldía, en cada sede»."""
    spec = spec_of(call)
    group_texts = []
    for field, values in rule.who.items():
        value_list = [values] if isinstance(values, str) else values
        if "*" in value_list:
            group_texts.append(f"cada {groups.FIELD_LABELS[field]}")
        else:
            group_texts.append(groups.values_text(field, value_list, spec))
    labels = {key: f", en {label}" for key, label in spec.venue_labels.items()} | {"*": ", en cada sede"}
    limits = limits_text(rule.at_least, rule.at_most)
    text = f"{limits} de {join_words(group_texts)}{labels.get(rule.venue or '', '')}"
    return text[:1].upper() + text[1:]


def _selected_counts(session: Session, call: Call) -> tuple[dict[int, int], dict[int, float]]:
    """Returns number and mean merit of the selected people by scenario id."""
    query = (
        select(Placement.scenario_id, func.count(), func.avg(Placement.merit))
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(Scenario.call_id == call.id, Placement.outcome == Outcome.SELECTED)
        .group_by(col(Placement.scenario_id))
    )
    rows = session.exec(query).all()
    return {row[0]: row[1] for row in rows}, {row[0]: float(row[2]) for row in rows}


def _change_counts(session: Session, call: Call) -> dict[int, int]:
    query = (
        select(HandChange.scenario_id, func.count())
        .join(Scenario, col(Scenario.id) == HandChange.scenario_id)
        .where(Scenario.call_id == call.id)
        .group_by(col(HandChange.scenario_id))
    )
    return dict(session.exec(query).all())


def _applicant_summaries(session: Session, call: Call, folios: Iterable[str]) -> dict[str, ApplicantSummary]:
    spec = spec_of(call)
    query = (
        select(Application.folio, Application.preferred_venue, Applicant.alcaldia)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
        .where(col(Application.folio).in_(sorted(folios)))
    )
    return {
        folio: ApplicantSummary(
            alcaldia=groups.label_of("alcaldia", code or "", spec),
            alcaldia_code=code,
            preferred_venue=groups.label_of("sede_preferida", preferred, spec),
        )
        for folio, preferred, code in session.exec(query)
    }


def _selected_folios(session: Session, public_id: str) -> set[str]:
    scenario, _ = load_scenario(session, public_id)
    return {place.folio for place in selection_of(session, scenario).selected}


def _eligible_answers(session: Session, call: Call) -> list[ApplicantAnswers]:
    columns: list[Any] = [Application.folio, Applicant.birth_date, Applicant.gender, Applicant.schooling]
    query = select(*columns).join(Applicant, col(Applicant.application_id) == Application.id).where(eligible_of(call))
    return [
        ApplicantAnswers(folio, None, birth_date, "", {"genero": gender, "escolaridad": schooling})
        for folio, birth_date, gender, schooling in session.exec(query)
    ]

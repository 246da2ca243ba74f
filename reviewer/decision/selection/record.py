"""A selection as it is stored: seats, waiting lists, changes by hand and the state of each rule."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from reviewer.decision.ranking.cache import stamp_of
from reviewer.models import (
    Application,
    Call,
    ChangeKind,
    GroupingRules,
    HandChange,
    Outcome,
    Person,
    Placement,
    Review,
    Scenario,
    Score,
    require_id,
)
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW, scenario_in_force
from reviewer.tables.csv_files import Table

OUT_OF_DATE = "Los puntajes, la elegibilidad o los grupos cambiaron desde que se calculó esta selección."
COLUMNS = ("folio", "outcome", "venue", "position")


@dataclass(frozen=True)
class Place:
    """A place in the cohort or in a waiting list; ``venue`` is a key, "" in the general order.

    ``merit`` is on the scale, by the order in force, and ``rank`` the place in it.
    """

    folio: str
    venue: str
    position: int
    by_hand: bool = False
    merit: float = 0.0
    rank: int = 0


@dataclass(frozen=True)
class HandChangeEntry:
    """A change by hand. ``venue`` is the new venue, "" for ``OUT``; ``made_by`` "" for the operator."""

    id: int
    folio: str
    kind: ChangeKind
    venue: str
    reason: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class RuleState:
    """The state of one bound of a rule: ``count`` people of ``group`` in the cohort.

    ``venue`` is a key, "" overall; ``rule`` the index of the rule in the scenario; ``lowered_from`` the
    minimum as written, where too few people could fill it.
    """

    label: str
    group: str
    venue: str
    count: int
    rule: int
    at_least: int | None = None
    at_most: int | None = None
    lowered_from: int | None = None

    @property
    def met(self) -> bool:
        """Whether the cohort keeps the bound, changes by hand included."""
        low = self.at_least if self.at_least is not None else 0
        return low <= self.count and (self.at_most is None or self.count <= self.at_most)


@dataclass(frozen=True)
class RuleCost:
    """What a rule costs: the number of people it brings in, and merit per seat on the scale.

    The folios are left out where the rule names a sensitive trait, which they would reveal.
    """

    rule: int
    count: int
    merit_per_seat: float
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class TieState:
    """Folios of the same merit at the cut, the highest lot first; ``seated`` are those with a seat."""

    folios: tuple[str, ...]
    seated: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """A scenario's cohort; ``waiting`` has the list of each venue, ``general`` the general order.

    ``costs`` and ``ties`` are those of the computed proposal, without the changes by hand.
    """

    scenario_id: int
    public_id: str
    name: str
    seed: str
    version: int
    selected: tuple[Place, ...]
    waiting: tuple[Place, ...]
    general: tuple[Place, ...]
    changes: tuple[HandChangeEntry, ...]
    rules: tuple[RuleState, ...]
    costs: tuple[RuleCost, ...]
    ties: tuple[TieState, ...]
    warnings: tuple[str, ...]
    basis: str
    computed_at: datetime
    in_force_since: datetime | None
    signed_at: datetime | None

    @property
    def comparable_content(self) -> tuple[object, ...]:
        """Everything in which two scenarios without changes by hand may differ."""
        return self.seed, self.selected, self.waiting, self.general, self.rules, self.costs, self.warnings

    @property
    def broken_rules(self) -> tuple[RuleState, ...]:
        """The rules that the cohort does not keep."""
        return tuple(rule for rule in self.rules if not rule.met)


def in_force(session: Session, call: Call) -> Selection | None:
    """Returns the selection in force of a call; None where there is none."""
    scenario = session.exec(select(Scenario).where(scenario_in_force(call))).first()
    return selection_of(session, scenario) if scenario else None


def is_current(session: Session, call: Call, selection: Selection) -> bool:
    """Returns whether scores, eligibility and groups are those that the selection was computed from."""
    return selection.basis == basis_of(session, call)


def basis_of(session: Session, call: Call) -> str:
    """Returns a digest of the input of a selection: the ranking's stamp and the rules that group answers."""
    group_rules = [(rules.field, rules.text) for rules in session.exec(select(GroupingRules))]
    return hashlib.sha256(repr((stamp_of(session, call), sorted(group_rules))).encode()).hexdigest()


def is_signed(session: Session, call: Call) -> bool:
    """Returns whether the acta of this call's selection was signed, after which no scenario changes."""
    query = select(Scenario.id).where(Scenario.call_id == call.id, col(Scenario.signed_at).is_not(None))
    return session.exec(query.limit(1)).first() is not None


def selection_of(session: Session, scenario: Scenario) -> Selection:
    """Returns a scenario's selection, by venue in the call's order and best first in each."""
    placements = session.exec(
        select(Placement).where(Placement.scenario_id == scenario.id).order_by(col(Placement.id))
    ).all()

    def places_with(outcome: Outcome, *, general: bool = False) -> tuple[Place, ...]:
        return tuple(
            Place(row.folio, row.venue, row.position, row.by_hand, row.merit, row.rank)
            for row in placements
            if row.outcome is outcome and (not row.venue) == general
        )

    return Selection(
        scenario_id=require_id(scenario),
        public_id=scenario.public_id,
        name=scenario.name,
        seed=scenario.seed,
        version=scenario.version,
        selected=places_with(Outcome.SELECTED),
        waiting=places_with(Outcome.WAITING),
        general=places_with(Outcome.WAITING, general=True),
        changes=_changes(session, scenario),
        rules=tuple(RuleState(**state) for state in scenario.report.get("rules", ())),
        costs=tuple(RuleCost(**cost) for cost in scenario.report.get("costs", ())),
        ties=tuple(TieState(*map(tuple, tie)) for tie in scenario.report.get("ties", ())),
        warnings=tuple(scenario.report.get("warnings", ())),
        basis=scenario.basis,
        computed_at=scenario.computed_at,
        in_force_since=scenario.in_force_since,
        signed_at=scenario.signed_at,
    )


def reviewed_application_ids(call: Call) -> SelectOfScalar[int]:
    """Returns a query for the ids of applications with a submitted review."""
    return select(Review.application_id).where(Review.call_id == call.id, SUBMITTED_REVIEW)


def table_of(selection: Selection | None) -> Table:
    """Returns the selected, then those waiting by venue, in the columns of the command-line contract."""
    return Table("Selección", COLUMNS, tuple(_rows(selection)) if selection else ())


def fingerprint(session: Session, call: Call, selection: Selection) -> str:
    """Returns the SHA-256 of folios, scores and decisions, which stays valid without personal data.

    The text is JSON with sorted keys and no spaces: the call, the seed, the places, the changes by hand
    (folio, kind, venue) and every submitted score (folio, criterion, value), sorted.
    """
    places = [
        *([place.folio, "selected", place.venue, place.position] for place in selection.selected),
        *([place.folio, "waiting", place.venue, place.position] for place in (*selection.waiting, *selection.general)),
    ]
    return json_digest(
        {
            "call": call.slug,
            "seed": selection.seed,
            "places": sorted(places),
            "changes": [[change.folio, change.kind.value, change.venue] for change in selection.changes],
            "scores": sorted([*row] for row in session.exec(_submitted_scores(call))),
        }
    )


def json_digest(content: dict[str, Any]) -> str:
    """Returns the SHA-256 of the content as JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(selection: Selection) -> Iterator[tuple[str, str, str, int]]:
    for outcome, places in ((Outcome.SELECTED, selection.selected), (Outcome.WAITING, selection.waiting)):
        for place in places:
            yield place.folio, outcome.value, place.venue, place.position


def _changes(session: Session, scenario: Scenario) -> tuple[HandChangeEntry, ...]:
    query = (
        select(HandChange, Person.name)
        .join(Person, col(Person.id) == HandChange.person_id, isouter=True)
        .where(HandChange.scenario_id == scenario.id)
        .order_by(col(HandChange.id))
    )
    return tuple(
        HandChangeEntry(require_id(row), row.folio, row.kind, row.venue, row.reason, name or "", row.made_at)
        for row, name in session.exec(query)
    )


def _submitted_scores(call: Call) -> Select[str, str, int]:
    return (
        select(Application.folio, Score.criterion, Score.value)
        .join(Review, col(Review.application_id) == Application.id)
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(CURRENT_APPLICATION)
    )

"""Scenarios: proposed selections by name, their changes by hand, and which one is in force."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_list, json_object, optional_timestamp, public_id, timestamp


class Outcome(StrEnum):
    """The outcome of an application that is in a selection."""

    SELECTED = "selected"
    WAITING = "waiting"


class ChangeKind(StrEnum):
    """A change by hand: adding or removing an application, or moving it to another venue."""

    IN = "in"
    OUT = "out"
    VENUE = "venue"


class Scenario(SQLModel, table=True):
    """A named selection with its rules. At most one of a call's scenarios is in force.

    ``rules`` are the edited ones, ``solved`` those that the selection was computed with. ``proposal`` (venue
    by folio) is the result of these and the published ``seed``; ``Placement`` rows are the proposal with the
    changes by hand. ``report`` holds the rules' outcome, or the conflict of rules that cannot all hold.
    ``basis`` is a digest of the ranking, to detect changes. The acta's functions set ``signed_at`` and clear
    it for a correction; while it is set, the scenario cannot change and no other can come into force.
    """

    __table_args__ = (
        UniqueConstraint("call_id", "name"),
        Index(
            "scenario_in_force",
            "call_id",
            unique=True,
            sqlite_where=text("in_force_since IS NOT NULL"),
            postgresql_where=text("in_force_since IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    name: str
    rules: list[dict[str, Any]] = json_list()
    solved: list[dict[str, Any]] = json_list()
    seed: str
    proposal: dict[str, str] = json_object()
    report: dict[str, Any] = json_object()
    basis: str = ""
    version: int = 1
    created_by: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = timestamp()
    computed_at: datetime = timestamp()
    in_force_since: datetime | None = optional_timestamp()
    signed_at: datetime | None = optional_timestamp()


class Placement(SQLModel, table=True):
    """A place in a scenario. ``position`` counts within outcome and venue; venue "" is the general order.

    ``merit`` (on the rubric's scale) and ``rank`` are those of the ranking when the scenario was computed.
    """

    __table_args__ = (UniqueConstraint("scenario_id", "outcome", "venue", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    scenario_id: int = Field(foreign_key="scenario.id", index=True)
    folio: str
    outcome: Outcome = choice(Outcome)
    venue: str = ""
    position: int
    by_hand: bool = False
    merit: float = 0.0
    rank: int = 0


class HandChange(SQLModel, table=True):
    """A change by hand with its reason; changes apply in the order in which they were made."""

    id: int | None = Field(default=None, primary_key=True)
    scenario_id: int = Field(foreign_key="scenario.id", index=True)
    folio: str
    kind: ChangeKind = choice(ChangeKind)
    venue: str = ""
    reason: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = timestamp()

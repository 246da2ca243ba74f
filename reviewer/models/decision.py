"""What is decided: proposed cohorts by name, what was changed in them by hand, and which one is in force."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_list, json_object, optional_timestamp, public_id, timestamp


class Outcome(StrEnum):
    """What a selection says of an application that is in it."""

    SELECTED = "selected"
    WAITING = "waiting"


class ChangeKind(StrEnum):
    """A change by hand: somebody comes in, goes out, or goes to another venue."""

    IN = "in"
    OUT = "out"
    VENUE = "venue"


class Scenario(SQLModel, table=True):
    """A cohort under its rules, by name. Of a call's scenarios at most one is in force.

    ``rules`` are as they are edited, ``solved`` those that the cohort was computed with. ``proposal`` (venue
    by folio) is what these and the published ``seed`` give; ``Placement`` rows are that with the changes by
    hand. ``report`` holds the rules' outcome, or the conflict of rules that can't all hold; ``basis`` is a
    digest of what was ranked, to tell when it has changed. ``signed_at`` is set, and taken away for a
    correction, by the acta's verbs: while it stands, this scenario does not change and no other comes into
    force.
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

    ``merit`` (on the scale) and ``rank`` are those of the order in force when it was computed.
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
    """A change by hand with its reason; changes hold in the order in which they were made."""

    id: int | None = Field(default=None, primary_key=True)
    scenario_id: int = Field(foreign_key="scenario.id", index=True)
    folio: str
    kind: ChangeKind = choice(ChangeKind)
    venue: str = ""
    reason: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = timestamp()

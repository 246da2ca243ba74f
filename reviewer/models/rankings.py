"""Rankings as they were computed, kept until a score changes; and the further readings asked for on one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from reviewer.models.columns import json_object, timestamp


class KeptRanking(SQLModel, table=True):
    """A ranking of a call. ``stamp`` tells the scores it was made from (see ``decision.stamp``).

    ``facts`` holds what is said of the whole: warnings, agreement, a usual reading's noise.
    """

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    stamp: str
    seats: int
    computed_at: datetime = timestamp()
    facts: dict[str, Any] = json_object()


class RankedApplication(SQLModel, table=True):
    """A line of a kept ranking (see ``decision.ranking.Ranked``); ``*_step`` lead from mean to estimate."""

    __table_args__ = (Index("rankedapplication_by_rank", "ranking_id", "rank"),)
    ranking_id: int = Field(primary_key=True, foreign_key="keptranking.id")
    application_id: int = Field(primary_key=True, foreign_key="application.id")
    rank: int
    estimate: float
    standard_error: float
    p_selected: float
    reviews: int
    raw_mean: float
    rank_from: int
    rank_to: int
    raw_rank: int
    spread: float
    tied: bool
    merit: float
    variance: float
    uncounted_step: float
    severity_step: float
    spread_step: float
    caution_step: float
    ends_step: float


class RankedJuror(SQLModel, table=True):
    """What a kept ranking says of a juror (see ``decision.jurors.Juror``)."""

    ranking_id: int = Field(primary_key=True, foreign_key="keptranking.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    reviews: int
    severity: float
    severity_error: float
    spread: float
    spread_error: float
    noise: float
    noise_error: float
    flags: list[str] = Field(sa_column=Column(JSON, nullable=False))


class FurtherRound(SQLModel, table=True):
    """Further readings given out; ``ranking_id`` is the ranking that stood before, kept to compare."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    ranking_id: int = Field(foreign_key="keptranking.id")
    readings: int
    given_at: datetime = timestamp()


class FurtherReading(SQLModel, table=True):
    """One of a round's readings: who was to read what."""

    round_id: int = Field(primary_key=True, foreign_key="furtherround.id")
    assignment_id: int = Field(primary_key=True, foreign_key="assignment.id")

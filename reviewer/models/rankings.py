"""Computed rankings, cached until a score changes, and additional readings requested from one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from reviewer.models.columns import json_object, timestamp


class KeptRanking(SQLModel, table=True):
    """A ranking of a call. ``stamp`` identifies its scores (see ``decision.ranking.cache``).

    ``facts`` describes the whole ranking: warnings, agreement, a typical review's noise.
    """

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    stamp: str
    seats: int
    computed_at: datetime = timestamp()
    facts: dict[str, Any] = json_object()


class RankedApplication(SQLModel, table=True):
    """An application in a stored ranking; the ``*_step`` values lead from the mean to the estimate."""

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
    """A juror's effects in a stored ranking (see ``decision.ranking.juror_effects``)."""

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
    """A round of additional readings; ``ranking_id`` is the ranking before it, kept for comparison."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    ranking_id: int = Field(foreign_key="keptranking.id")
    readings: int
    given_at: datetime = timestamp()


class FurtherReading(SQLModel, table=True):
    """An assignment of a round of additional readings."""

    round_id: int = Field(primary_key=True, foreign_key="furtherround.id")
    assignment_id: int = Field(primary_key=True, foreign_key="assignment.id")

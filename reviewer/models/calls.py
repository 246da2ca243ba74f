"""Calls, their phases, and settings of the installation."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, timestamp


class Phase(StrEnum):
    """The phase of a call; it decides what each role may see and do."""

    INTAKE = "intake"
    SCREENING = "screening"
    REVIEWING = "reviewing"
    DELIBERATION = "deliberation"
    DECIDED = "decided"
    ARCHIVED = "archived"


class Call(SQLModel, table=True):
    """A call; ``source`` is the text of its file (see ``call.spec.spec_of``)."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    source: str
    phase: Phase = choice(Phase, Phase.INTAKE)
    loaded_at: datetime = timestamp()


class CallQuestion(SQLModel, table=True):
    """A question that was added to a call; its answers are in the batches' rows, under ``header``."""

    __table_args__ = (UniqueConstraint("call_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    key: str
    label: str
    header: str
    added_at: datetime = timestamp()


class Setting(SQLModel, table=True):
    """A setting of this installation, such as ``demo`` = ``"1"``."""

    key: str = Field(primary_key=True)
    value: str

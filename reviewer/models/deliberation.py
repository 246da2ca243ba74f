"""The jury's meetings: attendance, agenda, votes and decisions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, optional_choice, optional_timestamp, timestamp


class Ordering(StrEnum):
    """How the agenda was ordered when the meeting was opened."""

    RANKING = "ranking"
    LOTTERY = "lottery"
    FOLIO = "folio"


class VoteChoice(StrEnum):
    """A vote for or against selecting an application, or an abstention."""

    FAVOUR = "favour"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Resolution(StrEnum):
    """The jury's decision about an application."""

    SELECT = "select"
    REJECT = "reject"


class Meeting(SQLModel, table=True):
    """A meeting of the jury. ``showing`` is the position of the agenda that is projected, 0 for none."""

    __table_args__ = (
        Index(
            "meeting_open",
            "call_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    place: str
    ordering: Ordering = choice(Ordering)
    showing: int = 0
    opened_by: int | None = Field(default=None, foreign_key="person.id")
    began_at: datetime = timestamp()
    ended_at: datetime | None = optional_timestamp()


class Attendance(SQLModel, table=True):
    """A person at a meeting; a guest without log-in has a name and no ``person_id``."""

    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    name: str
    capacity: str
    arrived_at: datetime = timestamp()
    left_at: datetime | None = optional_timestamp()


class AgendaItem(SQLModel, table=True):
    """An application on the agenda, with its ranking when it was added."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "application_id"),
        UniqueConstraint("meeting_id", "position"),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    position: int
    rank: int
    estimate: float
    raw_mean: float
    p_selected: float
    readings: int
    verdict: Resolution | None = optional_choice(Resolution)
    reason: str = ""
    decided_at: datetime | None = optional_timestamp()
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    version: int = 1


class Vote(SQLModel, table=True):
    """A vote by show of hands, as the coordinator recorded it."""

    __table_args__ = (UniqueConstraint("item_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="agendaitem.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    choice: VoteChoice = choice(VoteChoice)
    cast_at: datetime = timestamp()

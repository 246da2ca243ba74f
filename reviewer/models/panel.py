"""The panel of a call: settings of jurors, extensions, declared and suggested conflicts, anchors."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import optional_timestamp, timestamp


class PanelMember(SQLModel, table=True):
    """Settings of a juror in a call; without a row the defaults apply."""

    call_id: int = Field(primary_key=True, foreign_key="call.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    most: int | None = Field(default=None, description="maximum number of applications")
    alcaldia: str | None = Field(default=None, description="INEGI code of the juror's home")
    left_at: datetime | None = optional_timestamp()


class Extension(SQLModel, table=True):
    """More time to review, for a person or, without one, for the whole jury."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    closes_at: datetime = timestamp()
    reason: str
    granted_at: datetime = timestamp()
    withdrawn_at: datetime | None = optional_timestamp()


class ConflictDeclaration(SQLModel, table=True):
    """A name or folio that a juror declared in advance as a conflict."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    entry: str
    kind: str
    statement: str = ""
    signed_as: str = ""
    declared_at: datetime = timestamp()


class ConflictSuggestion(SQLModel, table=True):
    """A possible conflict that was detected; ``confirmed`` is a coordinator's decision."""

    __table_args__ = (UniqueConstraint("application_id", "person_id", "reason"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    reason: str
    evidence: str = ""
    found_at: datetime = timestamp()
    confirmed: bool | None = None
    decided_at: datetime | None = optional_timestamp()


class Anchor(SQLModel, table=True):
    """An application that the whole jury reads first; once opened, jurors may compare their scores."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    chosen_at: datetime = timestamp()
    opened_at: datetime | None = optional_timestamp()

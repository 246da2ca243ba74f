"""How a call's jury is run: what holds for one juror, extensions, conflicts foreseen, anchors."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import optional_timestamp, timestamp


class PanelMember(SQLModel, table=True):
    """What holds for a juror in one call; who has no row takes what everybody takes."""

    call_id: int = Field(primary_key=True, foreign_key="call.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    most: int | None = Field(default=None, description="applications that she takes at most")
    alcaldia: str | None = Field(default=None, description="INEGI code of where she lives")
    left_at: datetime | None = optional_timestamp()


class Extension(SQLModel, table=True):
    """More time to review; without a person it is everybody's."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    closes_at: datetime = timestamp()
    reason: str
    granted_at: datetime = timestamp()
    withdrawn_at: datetime | None = optional_timestamp()


class ConflictDeclaration(SQLModel, table=True):
    """A name or folio that a juror declared before she was given anything of that person's."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    entry: str
    kind: str
    statement: str = ""
    signed_as: str = ""
    declared_at: datetime = timestamp()


class ConflictSuggestion(SQLModel, table=True):
    """A conflict that the machine takes for possible; ``confirmed`` once a coordinator decided."""

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
    """An application that the whole jury reads first; once opened, those who read all of them compare."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    chosen_at: datetime = timestamp()
    opened_at: datetime | None = optional_timestamp()

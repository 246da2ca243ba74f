"""Who reads what, and what was said of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, optional_timestamp, public_id, timestamp


class ReviewStatus(StrEnum):
    """A review that nobody began has no row. ``SET_ASIDE``: its juror recused herself; it counts nowhere."""

    BEGUN = "begun"
    SUBMITTED = "submitted"
    SET_ASIDE = "set_aside"


class NoteKind(StrEnum):
    """``private`` is for the juror alone, ``committee`` for the deliberation."""

    PRIVATE = "private"
    COMMITTEE = "committee"


class Assignment(SQLModel, table=True):
    """An application given to a juror; ``closed_at`` when it was taken back or she recused herself."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    place: int = Field(default=0, description="where it stands in the juror's own random order")
    anchor: bool = Field(default=False, description="every juror reads it, before anything else")
    created_at: datetime = timestamp()
    closed_at: datetime | None = optional_timestamp()


class Conflict(SQLModel, table=True):
    """A conflict of interest: this person never reads this application."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    statement: str = ""
    origin: str = Field(default="opening", description="see ``jury.conflicts.ORIGINS``")
    signed_as: str = Field(default="", description="the name under the juror's statement")
    declared_at: datetime = timestamp()


class Review(SQLModel, table=True):
    """A juror's reading of an application, from the first click on."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    status: ReviewStatus = choice(ReviewStatus, ReviewStatus.BEGUN)
    skipped_at: datetime | None = optional_timestamp()
    started_at: datetime = timestamp()
    submitted_at: datetime | None = optional_timestamp()
    updated_at: datetime = timestamp()


class Score(SQLModel, table=True):
    """A level given to a criterion. ``version`` counts its changes, so that no tab overwrites another."""

    __table_args__ = (UniqueConstraint("review_id", "criterion"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    criterion: str
    value: int
    version: int = 1
    updated_at: datetime = timestamp()


class Note(SQLModel, table=True):
    """What a juror writes beside the rubric, with a version as scores have."""

    __table_args__ = (UniqueConstraint("review_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    kind: NoteKind = choice(NoteKind)
    text: str
    version: int = 1
    updated_at: datetime = timestamp()


class PageTurn(SQLModel, table=True):
    """How a reader turned a document (degrees clockwise), so that it lies so the next time."""

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    rotation: int

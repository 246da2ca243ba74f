"""Assignments, conflicts of interest, reviews with scores and notes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_object, optional_timestamp, public_id, timestamp


class ReviewStatus(StrEnum):
    """A review that was not begun has no row. ``SET_ASIDE``: not counted, as the juror has a conflict."""

    BEGUN = "begun"
    SUBMITTED = "submitted"
    SET_ASIDE = "set_aside"


class NoteKind(StrEnum):
    """``private`` is visible to the juror only, ``committee`` in the deliberation."""

    PRIVATE = "private"
    COMMITTEE = "committee"


class Assignment(SQLModel, table=True):
    """An assignment; ``closed_at`` is set if it was withdrawn or the juror declared a conflict."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    place: int = Field(default=0, description="position in the juror's own random order")
    anchor: bool = Field(default=False, description="every juror reads it first")
    created_at: datetime = timestamp()
    closed_at: datetime | None = optional_timestamp()


class Conflict(SQLModel, table=True):
    """A conflict of interest: the person may not read the application."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    statement: str = ""
    origin: str = Field(default="opening", description="see ``jury.conflicts.recusals.ORIGINS``")
    signed_as: str = Field(default="", description="the name that signs the statement")
    declared_at: datetime = timestamp()


class Review(SQLModel, table=True):
    """A juror's review of an application, from the first change on."""

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
    """A level of a criterion. ``version`` counts changes, so that one tab cannot overwrite another."""

    __table_args__ = (UniqueConstraint("review_id", "criterion"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    criterion: str
    value: int
    version: int = 1
    updated_at: datetime = timestamp()


class Note(SQLModel, table=True):
    """A juror's text beside the rubric, with a version like a score."""

    __table_args__ = (UniqueConstraint("review_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    kind: NoteKind = choice(NoteKind)
    text: str
    version: int = 1
    updated_at: datetime = timestamp()


class ReviewedDocument(SQLModel, table=True):
    """A document as it was when a review was sent; ``document`` was its public id then."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    document: str
    kind: str
    original_name: str
    sha256: str = Field(index=True)
    size: int
    pages: int


class DocumentView(SQLModel, table=True):
    """How a person last saw a document: how it was turned, how large, and at which place."""

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    rotation: int = Field(default=0, description="of all pages, in degrees clockwise")
    page_rotations: dict[str, int] = json_object()
    page: int = Field(default=1, description="the page at the upper edge")
    top: int = Field(default=0, description="of that page above the edge, in ten-thousandths of its height")
    zoom: int = Field(default=100, description="percent of the full width")
    fit: str = Field(default="width", description="width or page; empty: as large as ``zoom`` says")
    seen_at: datetime = timestamp()

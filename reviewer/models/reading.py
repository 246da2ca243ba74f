"""What the jury leaves beside its scores: notes on pages, flags, words among the committee, and habits."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, optional_timestamp, public_id, timestamp


class FlagKind(StrEnum):
    """Why a document needs the coordinators' eyes; ``NO_TEXT`` is found by the machine."""

    WRONG_DOCUMENT = "wrong_document"
    PLAGIARISM = "plagiarism"
    IDENTIFIES = "identifies"
    NO_TEXT = "no_text"


class PinnedNote(SQLModel, table=True):
    """A juror's note at a place of a page. ``key`` is the browser's own name for it, so that a save may be
    repeated; an empty ``text`` is a note taken away, kept so that a late repetition does not bring it back.
    """

    __table_args__ = (UniqueConstraint("person_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id")
    key: str
    document: str = Field(description="its public id, which changes with its content")
    page: int
    x: int = Field(description="of the upright page's width, in ten-thousandths")
    y: int = Field(description="of its height")
    criterion: str = ""
    shared: bool = Field(default=False, description="the committee's as well, once it deliberates")
    text: str
    version: int = 1
    updated_at: datetime = timestamp()


class Flag(SQLModel, table=True):
    """Something that the coordinators have to look at; ``person_id`` None: the machine found it."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    application_id: int = Field(foreign_key="application.id", index=True, ondelete="CASCADE")
    document: str = Field(default="", index=True, description="its public id; empty: the whole application")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    kind: FlagKind = choice(FlagKind)
    words: str = ""
    raised_at: datetime = timestamp()
    resolved_at: datetime | None = optional_timestamp()
    resolved_by: int | None = Field(default=None, foreign_key="person.id")
    resolution: str = ""


class WithheldDocument(SQLModel, table=True):
    """A document that the coordinators took out of the jury's sight, until its content is replaced."""

    document: str = Field(primary_key=True, description="its public id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = timestamp()


class ReadDocument(SQLModel, table=True):
    """A document that the machine read through for names of the jury and for pages without text."""

    document: str = Field(primary_key=True, description="its public id")
    sought: str = Field(description="a digest of what was sought: with another jury it is read again")
    read_at: datetime = timestamp()


class CommitteeMessage(SQLModel, table=True):
    """A word among the committee about an application, or an answer to one. ``key``: as a pinned note's."""

    __table_args__ = (UniqueConstraint("person_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id")
    key: str
    answers_to: int | None = Field(default=None, foreign_key="committeemessage.id", ondelete="CASCADE")
    text: str = Field(description="empty once it was withdrawn")
    written_at: datetime = timestamp()
    corrected_at: datetime | None = optional_timestamp()
    withdrawn_at: datetime | None = optional_timestamp()


class Preference(SQLModel, table=True):
    """How a person left a screen, so that she finds it so the next time."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    name: str = Field(primary_key=True)
    value: str

"""The signed acta and its amendments, and what follows the publication of the results."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_object, optional_timestamp, public_id, timestamp


class ActaKind(StrEnum):
    """An acta states the decision; an amendment adds to a signed acta."""

    ACTA = "acta"
    AMENDMENT = "amendment"


class Answer(StrEnum):
    """The answer of a selected applicant; ``SILENT`` is none before the date."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"


class Acta(SQLModel, table=True):
    """A formal document of the decision. ``version`` counts by call and kind.

    Without ``signed_at`` it is a correction in progress, which reopens the decision; of the signed versions
    the last one is in force. ``facts`` holds no applicant's name, ``document`` is the PDF as it was signed.
    """

    __table_args__ = (UniqueConstraint("call_id", "kind", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    kind: ActaKind = choice(ActaKind)
    version: int
    replaces_id: int | None = Field(default=None, foreign_key="acta.id")
    correction: str = ""
    scenario_id: int | None = Field(default=None, foreign_key="scenario.id")
    facts: dict[str, Any] = json_object()
    fingerprint: str = ""
    document: str = Field(default="", description="in base64: backups are lines of JSON")
    document_sha256: str = ""
    opened_at: datetime = timestamp()
    signed_at: datetime | None = optional_timestamp()
    signed_by: int | None = Field(default=None, foreign_key="person.id")


class Publication(SQLModel, table=True):
    """When a call's results were published, and until when selected applicants may answer."""

    call_id: int = Field(primary_key=True, foreign_key="call.id")
    published_at: datetime = timestamp()
    reply_by: datetime = timestamp()


class SeatReply(SQLModel, table=True):
    """The answer of an applicant with a seat."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    answer: Answer = choice(Answer)
    note: str = ""
    answered_at: datetime = timestamp()
    recorded_by: int | None = Field(default=None, foreign_key="person.id")


class Notice(SQLModel, table=True):
    """A result (``selected``, ``waiting``, ``rejected``) that an applicant was informed of, when and how."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    result: str
    channel: str
    told_at: datetime = timestamp()
    recorded_by: int | None = Field(default=None, foreign_key="person.id")


class Replacement(SQLModel, table=True):
    """A seat that was given up and who took it, by folio; empty ``taken_by``: it stays vacant."""

    __table_args__ = (UniqueConstraint("call_id", "freed_by"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    amendment_id: int = Field(foreign_key="acta.id", index=True)
    venue: str
    freed_by: str
    cause: Answer = choice(Answer)
    taken_by: str

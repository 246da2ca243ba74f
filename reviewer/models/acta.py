"""The acta and its amendments as they were signed, and what came after the results were published."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_object, optional_timestamp, public_id, timestamp


class ActaKind(StrEnum):
    """An acta decides; an amendment adds to a signed one."""

    ACTA = "acta"
    AMENDMENT = "amendment"


class Answer(StrEnum):
    """What a selected person answered; ``SILENT``: nothing, and the date has passed."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"


class Acta(SQLModel, table=True):
    """A formal document of the decision. ``version`` counts by call and kind.

    One without ``signed_at`` is a correction under way, which opens the decision again; of those signed the
    last version stands. ``facts`` holds no applicant's name, ``document`` is the PDF as it was signed.
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
    document: str = Field(default="", description="in base64, since a backup is lines of JSON")
    document_sha256: str = ""
    opened_at: datetime = timestamp()
    signed_at: datetime | None = optional_timestamp()
    signed_by: int | None = Field(default=None, foreign_key="person.id")


class Publication(SQLModel, table=True):
    """When a call's results were published, and until when the selected may answer."""

    call_id: int = Field(primary_key=True, foreign_key="call.id")
    published_at: datetime = timestamp()
    reply_by: datetime = timestamp()


class SeatReply(SQLModel, table=True):
    """What a person with a seat answered."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    answer: Answer = choice(Answer)
    note: str = ""
    answered_at: datetime = timestamp()
    recorded_by: int | None = Field(default=None, foreign_key="person.id")


class Notice(SQLModel, table=True):
    """Somebody was told her result: which (``selected``, ``waiting``, ``rejected``), when and how."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    result: str
    channel: str
    told_at: datetime = timestamp()
    recorded_by: int | None = Field(default=None, foreign_key="person.id")


class Replacement(SQLModel, table=True):
    """A seat that fell free and who took it, by folio; ``taken_by`` empty: it stays vacant."""

    __table_args__ = (UniqueConstraint("call_id", "freed_by"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    amendment_id: int = Field(foreign_key="acta.id", index=True)
    venue: str
    freed_by: str
    cause: Answer = choice(Answer)
    taken_by: str

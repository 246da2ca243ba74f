"""Duties under the privacy laws: what people asked, data that is blocked, and what was deleted."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from reviewer.models.columns import (
    choice,
    json_list,
    json_object,
    optional_choice,
    optional_timestamp,
    public_id,
    timestamp,
)


class RequestKind(StrEnum):
    """The four rights: access, rectification, cancellation and opposition."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    CANCELLATION = "cancellation"
    OPPOSITION = "opposition"


class Ruling(StrEnum):
    """What was decided about a request."""

    GRANTED = "granted"
    IN_PART = "in_part"
    DENIED = "denied"


class PrivacyRequest(SQLModel, table=True):
    """What a person asked of her data. It is open until it was answered (``answered_on``).

    ``folios`` say whose data it is about, blocked or not. Who did what is kept as the audit trail names her.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    number: int
    kind: RequestKind = choice(RequestKind)
    requester: str
    contact: str = ""
    identity: str = Field(description="how it was made sure that it is she")
    wanted: str = ""
    folios: list[str] = json_list()
    received_on: date
    due_on: date = Field(index=True)
    due_reason: str = Field(default="", description="why that day was moved after it was set")
    registered_by: str
    registered_at: datetime = timestamp()
    ruling: Ruling | None = optional_choice(Ruling)
    ground: str = ""
    ruled_by: str = ""
    ruled_at: datetime | None = optional_timestamp()
    answer: str = ""
    answered_on: date | None = None
    answered_by: str = ""


class BlockedRecord(SQLModel, table=True):
    """All that was personal in an application, or in a row that never became one, taken out of its tables.

    No query of any room reads it: what is here nobody sees, but for a request under the law. ``content`` is
    rows by table. Not deleted before ``delete_after``, nor while ``hold`` gives a reason to keep it.
    """

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", unique=True)
    folio: str = Field(default="", index=True, description="empty: a row that was never stored")
    place: str = Field(default="", description="of such a row: its batch and its number in it")
    email: str = Field(default="", index=True)
    curp: str = Field(default="", index=True)
    content: dict[str, Any] = json_object()
    cells: int = Field(description="personal values in it")
    ground: str
    blocked_by: str
    blocked_at: datetime = timestamp()
    delete_after: date = Field(index=True)
    hold: str = ""


class BlockedDocument(SQLModel, table=True):
    """A document of a blocked record; the file itself stays in the store until the record is deleted."""

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="blockedrecord.id", index=True, ondelete="CASCADE")
    kind: str
    sha256: str = Field(index=True)
    size: int
    content: dict[str, Any] = json_object()


class WithheldMark(SQLModel, table=True):
    """A salted digest by which somebody whose data was taken out is known when a batch brings her again."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    digest: str


class Deletion(SQLModel, table=True):
    """Blocked records deleted together; ``document`` is the certificate as PDF in base64, once it ended.

    ``fingerprint`` is the SHA-256 of the list of what went.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    began_by: str
    began_at: datetime = timestamp()
    finished_at: datetime | None = optional_timestamp()
    cells: int = 0
    fingerprint: str = ""
    document: str = ""
    document_sha256: str = ""


class DeletedKind(StrEnum):
    """``SHARED``: the same bytes belong to somebody whose data stays, so that the file stays as well."""

    APPLICATION = "application"
    ROW = "row"
    DOCUMENT = "document"
    SHARED = "shared"


class DeletedItem(SQLModel, table=True):
    """Something that a deletion took away: a folio, a row's place, or a document's SHA-256.

    A document without ``gone_at`` still has to go from the store.
    """

    id: int | None = Field(default=None, primary_key=True)
    deletion_id: int = Field(foreign_key="deletion.id", index=True)
    kind: DeletedKind = choice(DeletedKind)
    name: str
    size: int = 0
    gone_at: datetime | None = optional_timestamp()

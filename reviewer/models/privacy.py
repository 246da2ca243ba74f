"""Duties under the privacy laws: requests, blocked data, and deletions."""

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
    """The decision about a request."""

    GRANTED = "granted"
    IN_PART = "in_part"
    DENIED = "denied"


class PrivacyRequest(SQLModel, table=True):
    """A person's request about their data, open until ``answered_on`` is set.

    ``folios`` are those of the data it is about, blocked or not. Columns that end in ``_by`` hold actors'
    labels.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    number: int
    kind: RequestKind = choice(RequestKind)
    requester: str
    contact: str = ""
    identity: str = Field(description="how the requester's identity was verified")
    wanted: str = ""
    folios: list[str] = json_list()
    received_on: date
    due_on: date = Field(index=True)
    due_reason: str = Field(default="", description="why the due date was changed")
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
    """The personal data of an application, or of a rejected row, moved out of its tables.

    Only the functions of ``reviewer.privacy`` read it. ``content`` holds rows by table. It is not deleted
    before ``delete_after``, nor while ``hold`` states a reason to keep it.
    """

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", unique=True)
    folio: str = Field(default="", index=True, description="empty for a rejected row")
    place: str = Field(default="", description="of a rejected row: its batch and number")
    email: str = Field(default="", index=True)
    curp: str = Field(default="", index=True)
    content: dict[str, Any] = json_object()
    cells: int = Field(description="number of personal values")
    ground: str
    blocked_by: str
    blocked_at: datetime = timestamp()
    delete_after: date = Field(index=True)
    hold: str = ""
    is_of_files: bool = Field(default=False, description="of a batch's files that no row claims")


class BlockedDocument(SQLModel, table=True):
    """A document of a blocked record; the file stays in the store until the record is deleted."""

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="blockedrecord.id", index=True, ondelete="CASCADE")
    kind: str
    sha256: str = Field(index=True)
    size: int
    content: dict[str, Any] = json_object()


class WithheldMark(SQLModel, table=True):
    """A salted digest that recognises a person whose data is withheld when a batch contains them again."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    digest: str


class Deletion(SQLModel, table=True):
    """A deletion of blocked records; ``document`` is the certificate as PDF in base64, once it is finished.

    ``fingerprint`` is the SHA-256 of the list of deleted items.
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
    """``SHARED``: the file stays, because other data refers to the same bytes."""

    APPLICATION = "application"
    ROW = "row"
    DOCUMENT = "document"
    SHARED = "shared"


class DeletedItem(SQLModel, table=True):
    """An item of a deletion: a folio, a row's place, or a document's SHA-256.

    A document without ``gone_at`` is still to be removed from the store.
    """

    id: int | None = Field(default=None, primary_key=True)
    deletion_id: int = Field(foreign_key="deletion.id", index=True)
    kind: DeletedKind = choice(DeletedKind)
    name: str
    size: int = 0
    gone_at: datetime | None = optional_timestamp()

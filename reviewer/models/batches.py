"""Batches of applications, uploads, and jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.core.search import search_column
from reviewer.models.columns import choice, json_list, json_object, optional_timestamp, public_id, timestamp


class JobStatus(StrEnum):
    """``interrupted``: the process ended without reporting a result."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Job(SQLModel, table=True):
    """A long task started from a page; any process can show its progress."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    kind: str
    arguments: dict[str, Any] = json_object()
    label: str
    status: JobStatus = choice(JobStatus, JobStatus.QUEUED, index=True)
    started_by: int | None = Field(default=None, foreign_key="person.id")
    pid: int | None = None
    done: int = 0
    total: int = 0
    rate: float = Field(default=0.0, description="items per second, over the last minute")
    result: dict[str, Any] = json_object()
    error: str | None = None
    cancel_asked: bool = False
    created_at: datetime = timestamp(index=True)
    heartbeat_at: datetime = timestamp()
    finished_at: datetime | None = optional_timestamp()


class Upload(SQLModel, table=True):
    """A batch that a browser uploads in pieces into the uploads folder."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    name: str
    size: int
    received: int = 0
    created_at: datetime = timestamp()
    complete_at: datetime | None = optional_timestamp()


class Batch(SQLModel, table=True):
    """An import; ``report`` is the JSON that ``import --json`` prints."""

    __table_args__ = (Index("batch_by_source", "call_id", "source_hash", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    source_name: str
    source_hash: str = Field(index=True)
    fingerprint: str = Field(default="", index=True, description="of the source's files and the rules applied")
    status: str
    report: dict[str, Any] = json_object()
    started_at: datetime = timestamp()
    finished_at: datetime | None = optional_timestamp()


class BatchRow(SQLModel, table=True):
    """A row of a batch's table as received, and its outcome.

    ``files`` are the documents of a row that could not be stored, kept until it is corrected.
    """

    __table_args__ = (UniqueConstraint("batch_id", "row"),)
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    row: int
    raw: dict[str, Any] = json_object()
    outcome: str
    digest: str = ""
    files: list[dict[str, Any]] = json_list()
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)


class UnclaimedFile(SQLModel, table=True):
    """A PDF of a batch that no row claims. Its bytes are in the store, unless it is ``refused``.

    ``path`` is empty once the file was blocked with a person's data. ``application_id`` and ``kind`` say which document
    it was made, ``undo`` what that replaced: a document's columns, and findings.
    """

    __table_args__ = (UniqueConstraint("batch_id", "sha256"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    path: str
    size: int
    sha256: str = Field(index=True)
    pages: int
    has_text: bool
    active_content: bool
    unreadable_pages: bool
    refused: str | None = None
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)
    kind: str = ""
    given_at: datetime | None = optional_timestamp()
    undo: dict[str, Any] = json_object()


class Finding(SQLModel, table=True):
    """A finding of a check, about a batch, a row or a file (codes: see ``intake.check.findings``)."""

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)
    row: int | None = None
    field: str | None = None
    file: str | None = None
    code: str
    severity: str
    message: str
    search_text: str = search_column("file", "message")

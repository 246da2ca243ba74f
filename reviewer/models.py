"""The tables. Thin on purpose: what can be done with them is in the verbs of each room.

Who an applicant is stands apart from what the jury reads: queries made for the jury never touch
``Applicant``, and traits that the privacy laws call sensitive stand apart from both.
"""

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reviewer.model_columns import choice, json_object, maybe_time, time


class Role(StrEnum):
    """What a person is here, over all calls."""

    JURY = "jury"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Phase(StrEnum):
    """Where a call stands; it decides what each role sees and does."""

    INTAKE = "intake"
    SCREENING = "screening"
    REVIEWING = "reviewing"
    DELIBERATION = "deliberation"
    DECIDED = "decided"
    ARCHIVED = "archived"


class Eligibility(StrEnum):
    """Whether an application meets the call's rules, as far as the checks can tell."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    TO_CHECK = "to_check"


class ApplicationStatus(StrEnum):
    """``superseded``: the same person handed in a later one."""

    CURRENT = "current"
    SUPERSEDED = "superseded"


class ReviewStatus(StrEnum):
    """A review that nobody began has no row."""

    BEGUN = "begun"
    SUBMITTED = "submitted"


class NoteKind(StrEnum):
    """``private`` is for the juror alone, ``committee`` for the deliberation."""

    PRIVATE = "private"
    COMMITTEE = "committee"


class JobStatus(StrEnum):
    """``interrupted``: its process is gone without saying how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


def public_id() -> str:
    """An opaque random name for addresses, which tells nothing and can't be guessed."""
    return secrets.token_urlsafe(12)


class Call(SQLModel, table=True):
    """A call, as its file says; ``source`` is that file's text (see ``calls.spec_of``)."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    source: str
    phase: Phase = choice(Phase, Phase.INTAKE)
    loaded_at: datetime = time()


class Setting(SQLModel, table=True):
    """A fact about this installation, such as ``demo`` = ``"1"``."""

    key: str = Field(primary_key=True)
    value: str


class Person(SQLModel, table=True):
    """Somebody who logs in. ``email`` is kept case-folded."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    email: str = Field(unique=True)
    name: str
    role: Role = choice(Role)
    password_hash: str
    must_change_password: bool = True
    active: bool = True
    created_at: datetime = time()


class LoginSession(SQLModel, table=True):
    """A log-in behind a cookie; only the hash of the cookie's token is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime = time()
    last_seen_at: datetime = time()
    expires_at: datetime = time()
    revoked_at: datetime | None = maybe_time()


class LoginTicket(SQLModel, table=True):
    """Proof, good once and for a minute, that the form was passed: exchanged for the cookie."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires_at: datetime = time()


class LoginAttempt(SQLModel, table=True):
    """A failed log-in, by digests of the e-mail typed and of the address it came from."""

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    address: str = Field(index=True)
    at: datetime = time(index=True)


class AuditEvent(SQLModel, table=True):
    """Who did what to what; written in the same transaction as the change."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = time(index=True)
    actor: str = Field(index=True)
    action: str = Field(index=True)
    object_type: str
    object_id: str
    detail: dict[str, Any] = json_object()


class Job(SQLModel, table=True):
    """A long command started from a page; its progress is here, for any process to show."""

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
    result: dict[str, Any] = json_object()
    error: str | None = None
    cancel_asked: bool = False
    created_at: datetime = time(index=True)
    heartbeat_at: datetime = time()
    finished_at: datetime | None = maybe_time()


class Upload(SQLModel, table=True):
    """A batch that arrives from a browser, in pieces, into the uploads folder."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    name: str
    size: int
    received: int = 0
    created_at: datetime = time()
    complete_at: datetime | None = maybe_time()


class Batch(SQLModel, table=True):
    """One import; ``report`` is the contract's JSON."""

    __table_args__ = (Index("batch_by_source", "call_id", "source_hash", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    source_name: str
    source_hash: str = Field(index=True)
    status: str
    report: dict[str, Any] = json_object()
    started_at: datetime = time()
    finished_at: datetime | None = maybe_time()


class Application(SQLModel, table=True):
    """What an applicant asks for: the part that a jury may read."""

    __table_args__ = (
        Index(
            "application_current_folio",
            "call_id",
            "folio",
            unique=True,
            sqlite_where=text("status = 'current'"),
            postgresql_where=text("status = 'current'"),
        ),
        Index("application_by_eligibility", "call_id", "status", "eligibility"),
    )
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    folio: str = Field(index=True)
    status: ApplicationStatus = choice(ApplicationStatus, ApplicationStatus.CURRENT)
    eligibility: Eligibility = choice(Eligibility)
    reasons: str = ""
    project_kind: str = ""
    project_title: str = ""
    genre: str = ""
    synopsis: str = ""
    preferred_venue: str = ""
    submitted_at: datetime | None = maybe_time()
    batch_id: int = Field(foreign_key="batch.id", index=True)
    row: int
    superseded_by: str = Field(default="", description="folio of the same person's that stands instead")
    digest: str = Field(default="", description="of all that was taken in, to tell a change")
    created_at: datetime = time()
    updated_at: datetime = time()


class Applicant(SQLModel, table=True):
    """Who made an application. Never shown to the jury of a blind call."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    first_names: str
    surnames: str = ""
    email: str = Field(default="", index=True)
    phone: str = ""
    curp: str = Field(default="", index=True)
    birth_date: date | None = None
    gender: str = ""
    alcaldia: str | None = Field(default=None, index=True, description="INEGI code; None: not in the city")
    place: str = Field(default="", description="the alcaldía or place as it was written")
    colonia: str = ""
    postal_code: str = ""
    schooling: str = ""
    occupation: str = ""


class SensitiveTraits(SQLModel, table=True):
    """Answers that the privacy laws call sensitive: read in aggregate only."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    indigenous: str = ""
    afro_mexican: str = ""
    disability: str = ""


class Document(SQLModel, table=True):
    """One PDF of one application. ``refused`` holds the code of a file that was not taken."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    kind: str
    position: int = 0
    original_name: str
    sha256: str = Field(index=True)
    size: int
    pages: int = 0
    has_text: bool = True
    active_content: bool = False
    refused: str | None = None


class BatchRow(SQLModel, table=True):
    """A row of a batch's table as it came, and what became of it."""

    __table_args__ = (UniqueConstraint("batch_id", "row"),)
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    row: int
    raw: dict[str, Any] = json_object()
    outcome: str
    digest: str = ""
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)


class Finding(SQLModel, table=True):
    """Something that a check found, in a batch, a row or a file (codes: see ``intake.findings``)."""

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)
    row: int | None = None
    field: str | None = None
    file: str | None = None
    code: str
    severity: str
    message: str


class Assignment(SQLModel, table=True):
    """An application given to a juror; ``closed_at`` when it was taken back or she recused herself."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    place: int = Field(default=0, description="where it stands in the juror's own random order")
    created_at: datetime = time()
    closed_at: datetime | None = maybe_time()


class Conflict(SQLModel, table=True):
    """A conflict of interest: this person never reads this application."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    statement: str = ""
    declared_at: datetime = time()


class Review(SQLModel, table=True):
    """A juror's reading of an application, from the first click on."""

    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    status: ReviewStatus = choice(ReviewStatus, ReviewStatus.BEGUN)
    skipped_at: datetime | None = maybe_time()
    started_at: datetime = time()
    submitted_at: datetime | None = maybe_time()
    updated_at: datetime = time()


class Score(SQLModel, table=True):
    """A level given to a criterion. ``version`` counts its changes, so that no tab overwrites another."""

    __table_args__ = (UniqueConstraint("review_id", "criterion"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    criterion: str
    value: int
    version: int = 1
    updated_at: datetime = time()


class Note(SQLModel, table=True):
    """What a juror writes beside the rubric, with a version as scores have."""

    __table_args__ = (UniqueConstraint("review_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    kind: NoteKind = choice(NoteKind)
    text: str
    version: int = 1
    updated_at: datetime = time()


class PageTurn(SQLModel, table=True):
    """How a reader turned a document (degrees clockwise), so that it lies so the next time."""

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    rotation: int

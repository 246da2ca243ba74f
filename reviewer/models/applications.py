"""Applications, applicants and documents; the jury reads applications and documents, never applicants."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from reviewer.core.search import search_column
from reviewer.models.columns import choice, optional_choice, optional_timestamp, public_id, timestamp


class Eligibility(StrEnum):
    """Whether an application meets the call's rules, according to checks and decisions by hand.

    ``withdrawn``: the applicant took it back, so that the rules do not matter.
    """

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    TO_CHECK = "to_check"
    WITHDRAWN = "withdrawn"


class ApplicationStatus(StrEnum):
    """``superseded``: the same person submitted a later one."""

    CURRENT = "current"
    SUPERSEDED = "superseded"


class ScreeningState(StrEnum):
    """Whether somebody decided by hand; ``changed``: the data changed after the decision."""

    OPEN = "open"
    DECIDED = "decided"
    ASKED = "asked"
    CHANGED = "changed"


class Withheld(StrEnum):
    """Whether the personal data was moved to a blocked record, or deleted."""

    BLOCKED = "blocked"
    DELETED = "deleted"


class Application(SQLModel, table=True):
    """An application, as far as a jury may read it."""

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
        Index("application_by_screening", "call_id", "status", "screening"),
    )
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    folio: str = Field(index=True)
    status: ApplicationStatus = choice(ApplicationStatus, ApplicationStatus.CURRENT)
    eligibility: Eligibility = choice(Eligibility)
    reasons: str = ""
    screening: ScreeningState = choice(ScreeningState, ScreeningState.OPEN)
    project_kind: str = ""
    project_title: str = ""
    genre: str = ""
    synopsis: str = ""
    preferred_venue: str = ""
    submitted_at: datetime | None = optional_timestamp()
    batch_id: int = Field(foreign_key="batch.id", index=True)
    row: int
    superseded_by: str = Field(default="", description="the folio of the same person's current application")
    digest: str = Field(default="", description="of all imported data, to detect changes")
    privacy_consent: str | None = Field(default=None, description="answer on the privacy notice; None: not asked")
    privacy_notice: str = Field(default="", description="version of the call's privacy notice when it was received")
    withheld: Withheld | None = optional_choice(Withheld)
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()
    search_text: str = search_column("project_title")


class Applicant(SQLModel, table=True):
    """The person who made an application. Never shown to the jury of a blind call."""

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
    place: str = Field(default="", description="the alcaldía or place as written")
    colonia: str = ""
    postal_code: str = ""
    schooling: str = ""
    occupation: str = ""
    search_text: str = search_column("first_names", "surnames", "email")


class SensitiveTraits(SQLModel, table=True):
    """Answers that the privacy laws call sensitive, read in aggregate only."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    call_id: int = Field(foreign_key="call.id", index=True)
    indigenous: str = ""
    afro_mexican: str = ""
    disability: str = ""


class Document(SQLModel, table=True):
    """A PDF of an application. ``refused`` is the code of a file that was not stored."""

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
    unreadable_pages: bool = False
    refused: str | None = None
    replaced: str | None = Field(
        default=None, description="of one added by hand: the hash of the replaced file, empty if none"
    )


class OcrDocument(SQLModel, table=True):
    """A document that was examined for pages that are pictures; ``pages`` have a row in ``OcrResult``."""

    sha256: str = Field(primary_key=True)
    pages: int
    examined_at: datetime = timestamp()


class OcrResult(SQLModel, table=True):
    """A page (from 1) with pictures, and what was read on it by machine.

    ``claimed_at`` is when a process last began to read it; ``failure`` is a code of ``reviewer.pdf.messages``.
    """

    __table_args__ = (Index("ocr_result_pending", "read_at", "claimed_at"),)
    sha256: str = Field(primary_key=True)
    page: int = Field(primary_key=True)
    claimed_at: datetime | None = optional_timestamp()
    attempts: int = 0
    read_at: datetime | None = optional_timestamp()
    failure: str = ""
    rotation: int = Field(default=0, description="degrees counter-clockwise until the writing is upright")
    confidence: float = Field(default=0.0, description="mean over the letters, from 0 to 1")
    words: str = Field(default="", description="as encoded by reviewer.ocr.text")

"""Decisions and corrections by hand, and dry runs of batches."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_list, json_object, optional_timestamp, public_id, timestamp


class Verdict(StrEnum):
    """``asked``: the applicant was asked for something that the decision needs; ``withdrawn``: they withdrew."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"


class Screening(SQLModel, table=True):
    """A decision by hand; of those not withdrawn, an application's last one is in force.

    ``facts`` is a digest of the data, ``codes`` are the findings at that time: they show whether the decision
    was about other data. ``decided_by`` is the actor's label.
    """

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    verdict: Verdict = choice(Verdict)
    reason: str
    facts: str
    codes: str = ""
    decided_by: str
    decided_at: datetime = timestamp()
    withdrawn_at: datetime | None = optional_timestamp()


class ScreeningHold(SQLModel, table=True):
    """Who is screening an application, so that no one else is given the same one."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    until: datetime = timestamp()


class Correction(SQLModel, table=True):
    """A corrected cell of an application's row; the row itself stays as received."""

    __table_args__ = (UniqueConstraint("application_id", "field"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    field: str
    value: str
    corrected_at: datetime = timestamp()


class ColumnMapping(SQLModel, table=True):
    """A saved mapping of canonical names to headers, for a call's next batches."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    headers: list[str] = json_list()
    mapping: dict[str, Any] = json_object()
    saved_at: datetime = timestamp()


class Rehearsal(SQLModel, table=True):
    """A dry run of a batch: how its columns are read, and what importing it would do.

    ``table`` holds the head of the table, ``refusal`` why the columns cannot be read as mapped, ``job`` the
    public id of the job, ``report`` its result.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    source: str
    upload: str | None = None
    label: str
    table: dict[str, Any] = json_object()
    mapping: dict[str, Any] = json_object()
    is_saved_mapping: bool = False
    refusal: dict[str, Any] = json_object()
    job: str | None = Field(default=None, index=True)
    report: dict[str, Any] = json_object()
    created_at: datetime = timestamp()


class RehearsalRow(SQLModel, table=True):
    """A row of a dry run and its outcome."""

    __table_args__ = (Index("rehearsal_rows", "rehearsal_id", "outcome", "row"),)
    id: int | None = Field(default=None, primary_key=True)
    rehearsal_id: int = Field(foreign_key="rehearsal.id")
    row: int
    outcome: str
    folio: str = ""
    name: str = ""
    eligibility: str = ""
    changed: list[str] = json_list()
    findings: list[dict[str, Any]] = json_list()


class DuplicateVerdict(StrEnum):
    """What a person decided about two applications that may be one person's."""

    MERGED = "merged"
    APART = "apart"


class DuplicateDecision(SQLModel, table=True):
    """A decision about two applications, once for each of them, so that each one's reason can be blocked with it.

    ``is_first`` is true of the row that a list shows: of the merged application that stands. ``moved`` are the
    ids of earlier submissions that the merge gave to it.
    """

    __table_args__ = (Index("duplicate_decision_pair", "call_id", "application_id", "other_id"),)
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id")
    application_id: int = Field(foreign_key="application.id", index=True)
    other_id: int = Field(foreign_key="application.id", index=True)
    verdict: DuplicateVerdict = choice(DuplicateVerdict)
    is_first: bool = True
    moved: list[int] = json_list()
    reason: str
    decided_by: str
    decided_at: datetime = timestamp()
    withdrawn_at: datetime | None = optional_timestamp()

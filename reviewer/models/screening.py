"""What a person decides and corrects by hand, and batches that are tried before they are taken."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reviewer.models.columns import choice, json_list, json_object, optional_timestamp, public_id, timestamp


class Verdict(StrEnum):
    """``asked``: the applicant was asked for something before anybody can decide."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    ASKED = "asked"


class Screening(SQLModel, table=True):
    """A decision by hand; of those not withdrawn, an application's last one is in force.

    ``facts`` is a digest of what was looked at, ``codes`` what the checks said then: with them a decision
    about other data shows. ``decided_by`` is the actor as the audit trail names her.
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
    """Who has an application before her, so that nobody else is given the same one."""

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    until: datetime = timestamp()


class Correction(SQLModel, table=True):
    """A cell of an application's row as a person corrected it; the row itself stays as it came."""

    __table_args__ = (UniqueConstraint("application_id", "field"),)
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    field: str
    value: str
    corrected_at: datetime = timestamp()


class ColumnMapping(SQLModel, table=True):
    """Which header is which column, kept for a call's next batches: canonical name to header."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    headers: list[str] = json_list()
    mapping: dict[str, Any] = json_object()
    saved_at: datetime = timestamp()


class Rehearsal(SQLModel, table=True):
    """A batch that somebody tries before it is taken: how its columns read, and what would come of it.

    ``table`` is what the table's head holds, ``refusal`` why the columns can't be read as they are mapped,
    ``job`` the dry run's public id, ``report`` what it said.
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
    """A row of a rehearsed batch and what would become of it."""

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

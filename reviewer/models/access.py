"""People, their log-ins, and the trail of what was done."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from reviewer.core.roles import Role
from reviewer.core.search import search_column
from reviewer.models.columns import choice, json_object, optional_timestamp, public_id, timestamp


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
    created_at: datetime = timestamp()
    search_text: str = search_column("name", "email")


class LoginSession(SQLModel, table=True):
    """A log-in behind a cookie; only the hash of the cookie's token is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    origin: str = ""
    created_at: datetime = timestamp()
    last_seen_at: datetime = timestamp()
    expires_at: datetime = timestamp()
    revoked_at: datetime | None = optional_timestamp()


class LoginTicket(SQLModel, table=True):
    """Proof, good once and for a minute, that the form was passed: exchanged for the cookie."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires_at: datetime = timestamp()


class LoginAttempt(SQLModel, table=True):
    """A failed log-in, by digests of the e-mail typed and of the address it came from."""

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    address: str = Field(index=True)
    at: datetime = timestamp(index=True)


class AuditEvent(SQLModel, table=True):
    """Who did what to what, from where; written in the same transaction as the change.

    ``number``, from 1 without a gap, and ``hash`` chain it to the one before: given when it is committed.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = timestamp(index=True)
    actor: str = Field(index=True)
    origin: str = ""
    action: str = Field(index=True)
    object_type: str
    object_id: str
    detail: dict[str, Any] = json_object()
    number: int | None = Field(default=None, unique=True)
    hash: str = ""


class AuditHead(SQLModel, table=True):
    """The end of the chain: one row, by which events that were cut off show (see ``access.chain``)."""

    id: int = Field(primary_key=True)
    count: int
    hash: str


class ChangedValue(SQLModel, table=True):
    """A personal value before and after an event: apart from it, so that it can be purged.

    The event itself holds only keyed digests, whose key is this ``salt``: without this row they tell nothing,
    and nothing that was computed over events breaks.
    """

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="auditevent.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)
    field: str
    salt: str
    before: str
    after: str

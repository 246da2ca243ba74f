"""People, their log-ins, and the audit trail."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from reviewer.core.roles import Role
from reviewer.core.search import search_column
from reviewer.models.columns import choice, json_object, optional_timestamp, public_id, timestamp


class Person(SQLModel, table=True):
    """A person who logs in. ``email`` is case-folded."""

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
    """A session of a cookie; only the hash of the cookie's token is stored."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    origin: str = ""
    created_at: datetime = timestamp()
    last_seen_at: datetime = timestamp()
    expires_at: datetime = timestamp()
    revoked_at: datetime | None = optional_timestamp()


class LoginTicket(SQLModel, table=True):
    """Proof of a correct log-in form, valid once and for a minute, that is exchanged for the cookie."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires_at: datetime = timestamp()


class LoginAttempt(SQLModel, table=True):
    """A failed log-in: digests of the e-mail that was typed and of the client's address."""

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    address: str = Field(index=True)
    at: datetime = timestamp(index=True)


class AuditEvent(SQLModel, table=True):
    """Who did what to which object; written in the same transaction as the change.

    ``number``, from 1 without gaps, and ``hash`` chain it to the previous event; both are set on commit.
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
    """The end of the hash chain, in one row; it reveals deleted last events (see ``audit.hash_chain``)."""

    id: int = Field(primary_key=True)
    count: int
    hash: str


class ChangedValue(SQLModel, table=True):
    """A personal value before and after an event, in a table of its own so that it can be purged.

    The event holds only digests keyed with ``salt``: without this row they reveal nothing, and the hash chain
    stays valid.
    """

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="auditevent.id", index=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", index=True)
    field: str
    salt: str
    before: str
    after: str

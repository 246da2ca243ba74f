"""Types of columns (times in UTC, enumerations as plain text, JSON), and primary keys."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum, TypeDecorator
from sqlmodel import Field, SQLModel

from reviewer.core import clock

SQLModel.model_config["defer_build"] = True  # rows are never validated: saves time at the start


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, stored in UTC; SQLite stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def timestamp(*, index: bool = False) -> Any:
    return Field(default_factory=clock.now, sa_type=UtcDateTime, index=index)


def optional_timestamp() -> Any:
    return Field(default=None, sa_type=UtcDateTime)


def choice(kind: type[StrEnum], default: StrEnum | None = None, *, index: bool = False) -> Any:
    """Returns a column of an enumeration, stored as the value in plain text."""
    return Field(default=... if default is None else default, sa_type=_enum_type(kind), index=index)


def optional_choice(kind: type[StrEnum]) -> Any:
    """Returns a nullable column of an enumeration."""
    return Field(default=None, sa_type=_enum_type(kind), nullable=True)


def json_object() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def json_list() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def public_id() -> str:
    """Returns a random name for addresses, which cannot be guessed.

    It has no «_»: Streamlit rejects a component whose key has two in a row.
    """
    return secrets.token_urlsafe(12).replace("_", "-")


def _enum_type(kind: type[StrEnum]) -> Any:
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda enumeration: [member.value for member in enumeration],
    )


class Identified(Protocol):
    """A row with an integer primary key, None until it was flushed."""

    id: int | None


def require_id(row: Identified) -> int:
    """Returns the primary key of a stored row.

    Raises ``ValueError`` for a row that was never flushed: a query by its key would match nothing.
    """
    if row.id is None:
        raise ValueError(f"{type(row).__name__} has no primary key yet: flush it first")
    return row.id

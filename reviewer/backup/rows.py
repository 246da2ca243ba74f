"""Tables as lines of JSON, whichever database they come from or go to.

The columns are those that the database itself names, not the models': a backup of an earlier version is
read back into the tables of its own time and brought up to date from there.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Date, DateTime, MetaData, Table, column, func, select
from sqlalchemy import table as named_table

VERSION_TABLE = "alembic_version"  # what it says stands in the manifest
AT_ONCE = 1000


def tables_of(connection: Connection) -> list[Table]:
    """Every table of the database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [each for each in found.sorted_tables if each.name != VERSION_TABLE]


def revision_of(connection: Connection) -> str:
    """The revision that the tables are at."""
    return str(
        connection.execute(select(column("version_num")).select_from(named_table(VERSION_TABLE))).scalar_one()
    )


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table in the order of its key, each a JSON array that ends its line."""
    rows = connection.execution_options(yield_per=AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows:
        yield json.dumps(list(row), ensure_ascii=False, default=_plain).encode() + b"\n"


def insert_lines(connection: Connection, table: Table, columns: list[str], lines: Iterable[bytes]) -> int:
    """Puts the rows of ``lines_of`` into a table; ``columns`` is the order they were written in.

    Returns how many they were.
    """
    kinds = [table.columns[each].type for each in columns]
    waiting, count = iter(lines), 0
    while chunk := list(islice(waiting, AT_ONCE)):
        values = [map(_read, kinds, json.loads(line)) for line in chunk]
        connection.execute(table.insert(), [dict(zip(columns, each, strict=True)) for each in values])
        count += len(chunk)
    return count


def go_on_counting(connection: Connection, table: Table) -> None:
    """Lets PostgreSQL number the next row after those that were put in with their numbers."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))


def is_empty(connection: Connection, table: Table) -> bool:
    """Whether the table holds no row."""
    return connection.execute(select(1).select_from(table).limit(1)).first() is None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a column of {type(value).__name__}")


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    return date.fromisoformat(value) if isinstance(kind, Date) else value

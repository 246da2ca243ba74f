"""Tables as lines of JSON, the same from and for SQLite and PostgreSQL.

The columns are those of the database, not those of the models: a backup of an earlier version is read into
tables of its own revision, which are migrated afterwards.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, Table, column, func, select, text
from sqlalchemy import table as named_table

VERSION_TABLE = "alembic_version"  # not copied: the manifest has the revision
BATCH_SIZE = 1000
_HASHES = {  # of the files in the store, by table
    "document": "SELECT sha256 FROM document WHERE refused IS NULL",
    "revieweddocument": "SELECT sha256 FROM revieweddocument",
    "blockeddocument": "SELECT sha256 FROM blockeddocument WHERE sha256 <> ''",
    "unclaimedfile": "SELECT sha256 FROM unclaimedfile WHERE refused IS NULL AND path <> ''",
}


def tables_of(connection: Connection) -> list[Table]:
    """Returns the tables of the database, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def revision_of(connection: Connection) -> str:
    """Returns the revision of the tables."""
    return str(connection.execute(select(column("version_num")).select_from(named_table(VERSION_TABLE))).scalar_one())


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yields the rows of a table in the order of its key, each as a line with a JSON array."""
    rows = connection.execution_options(yield_per=BATCH_SIZE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows:
        yield json.dumps(list(row), ensure_ascii=False, default=_to_json_value).encode() + b"\n"


def insert_lines(connection: Connection, table: Table, columns: list[str], lines: Iterable[bytes]) -> int:
    """Inserts lines of ``lines_of``, whose columns are in the order ``columns``; returns their number."""
    column_types = [table.columns[name].type for name in columns]
    remaining_lines, count = iter(lines), 0
    while chunk := list(islice(remaining_lines, BATCH_SIZE)):
        batch_rows = [map(_from_json_value, column_types, json.loads(line)) for line in chunk]
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in batch_rows])
        count += len(chunk)
    return count


def reset_sequence(connection: Connection, table: Table) -> None:
    """Makes PostgreSQL number the next row after those that were inserted with their ids."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))


def document_hashes(connection: Connection) -> set[str]:
    """Returns the hashes of all files that the database refers to, including those of rows that were not taken."""
    names = {table.name for table in tables_of(connection)}
    queries = [query for name, query in _HASHES.items() if name in names]
    hashes = {sha256 for query in queries for sha256 in connection.execute(text(query)).scalars()}
    rejected = text("SELECT files FROM batchrow WHERE outcome = 'rejected'").columns(files=JSON)
    for files in connection.execute(rejected).scalars():
        received = [file["received"] for file in files or () if file.get("received")]
        hashes |= {file["sha256"] for file in received if not file["inspection"]["problem"]}
    return hashes


def is_empty(connection: Connection, table: Table) -> bool:
    """Returns whether the table has no rows."""
    return connection.execute(select(1).select_from(table).limit(1)).first() is None


def _to_json_value(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a column of {type(value).__name__}")


def _from_json_value(column_type: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column_type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if column_type.timezone else moment.replace(tzinfo=None)
    return date.fromisoformat(value) if isinstance(column_type, Date) else value

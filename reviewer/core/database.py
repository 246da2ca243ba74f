"""The database engine, its sessions and its migrations.

SQLite runs in WAL mode with foreign keys on. A write takes the write lock at once (``BEGIN IMMEDIATE``), so
that two writers wait for each other instead of failing. The same code runs on PostgreSQL.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import ArgumentError, DataError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session

from reviewer.core.errors import InfrastructureError, UserError, os_fault
from reviewer.core.paths import PACKAGE, database_url

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_SECONDS = 60
VALUES_PER_QUERY = 500
ROWS_PER_INSERT = 5_000  # more at once take memory for all their parameters
LOCK_RETRY_SECONDS = 0.003
POOL_SIZE = 30  # connections kept by a process; opening a further one takes as long as a typical use of it
# Half a surrogate pair, a null character, an integer beyond 64 bits: each database raises its own error.
_NOT_STORABLE = (DataError, UnicodeEncodeError, OverflowError)
_BUSY = "La base de datos está ocupada: no se guardó. Vuelva a intentarlo en un momento."
_NOT_STORABLE_MESSAGE = "Hay un carácter o un número que no se puede guardar ni buscar: revise lo que escribió."
_UNREADABLE = "No se puede leer la base de datos y por ahora nada se guarda. Vuelva a intentarlo pronto."
_IN_DOUBT = "La base de datos se perdió mientras se guardaba. Revise si quedó y, si no, vuelva a intentarlo."
_FULL = "El disco de la base de datos está lleno: no se guardó. Libere espacio y vuelva a intentarlo."
# PostgreSQL's messages are in the language of the server. SQLITE_IOERR_SHMSIZE: no room for the -shm file.
_DISK_FULL_CODES = ("53100", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
_INVALID_URL = "REVIEWER_DATABASE_URL no es la dirección de una base: sqlite:///… o postgresql://…"
MIGRATIONS = PACKAGE / "migrations"
_OPEN_ERRORS = {
    "no existe": ("does not exist", "no such"),
    "falta permiso para escribir en su carpeta": ("unable to open", "readonly", "read-only", "permission"),
    "rechazó el usuario o la contraseña": ("authentication", "password"),
    "está ocupada": ("locked",),
}
_Value = TypeVar("_Value")
_migrated_urls: set[str] = set()
_migration_lock = threading.Lock()
_writer_lock = threading.Lock()


def engine() -> Engine:
    """Returns the engine of the configured database, which is migrated on first use."""
    url = database_url()
    database_engine = _engine(url)
    if url not in _migrated_urls:
        with _migration_lock:
            if url not in _migrated_urls:
                _migrate()
                _migrated_urls.add(url)
    return database_engine


@contextmanager
def read_connection() -> Iterator[Connection]:
    """A connection for reading whole tables without the ORM."""
    with _translate_errors(_read_error_message), engine().connect() as connection:
        yield connection


@contextmanager
def read_session(*, streaming: bool = False) -> Iterator[Session]:
    """A session for reading.

    ``streaming`` allows fetching rows in parts (``yield_per``) and shows one state of the database to all
    statements. On SQLite that is always so; on PostgreSQL it costs two more round trips, for the transaction.
    """
    with _translate_errors(_read_error_message):
        database_engine = engine()
        if database_engine.dialect.name == "postgresql":
            level = "REPEATABLE READ" if streaming else "AUTOCOMMIT"
            database_engine = database_engine.execution_options(isolation_level=level)
        with Session(database_engine, expire_on_commit=False, autoflush=False) as session:
            yield session


@contextmanager
def write_session() -> Iterator[Session]:
    """A session in one transaction, committed at the end of the block and rolled back on an exception."""
    with _translate_errors(_write_error_message):
        database_engine = engine()
        is_sqlite = database_engine.dialect.name == "sqlite"
        with (
            _hold_writer_lock() if is_sqlite else nullcontext(),
            Session(database_engine, expire_on_commit=False) as session,
        ):
            if is_sqlite:
                session.connection(execution_options={"begin": "IMMEDIATE"})
            yield session
            _commit(session)


@contextmanager
def _translate_errors(message_of: Callable[[OperationalError], str]) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise InfrastructureError(message_of(error)) from error
    except _NOT_STORABLE as error:
        raise UserError(_NOT_STORABLE_MESSAGE) from error


def _commit(session: Session) -> None:
    """Commits.

    Where the connection breaks meanwhile, it is not known whether the transaction was committed.
    """
    try:
        session.commit()
    except OperationalError as error:
        if error.connection_invalidated:
            raise InfrastructureError(_IN_DOUBT) from error
        raise


def advisory_lock(session: OrmSession, name: str) -> None:
    """Takes the lock of this name until the transaction ends; others who take it wait.

    On SQLite this does nothing, since it has one writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy import func, select

        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def chunks(values: Sequence[_Value], size: int = VALUES_PER_QUERY) -> Iterator[Sequence[_Value]]:
    """Yields portions of the values, by default as many as fit into the IN of one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def vacuum() -> None:
    """Rewrites the database files, so that deleted data can no longer be read from them.

    Raises ``InfrastructureError`` where the database is busy or its disk is too full.
    """
    with engine().connect() as connection:
        raw: Any = connection.connection
        try:
            if connection.dialect.name == "postgresql":
                raw.driver_connection.autocommit = True
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            if connection.dialect.name == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()
        except connection.dialect.loaded_dbapi.Error as error:
            raise InfrastructureError(_write_error_message(OperationalError("VACUUM", None, error))) from error
        finally:
            connection.invalidate()


@cache
def _engine(url: str) -> Engine:
    if not url.startswith("sqlite:///"):
        return _server_engine(url)
    path = url.removeprefix("sqlite:///")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise os_fault("No se puede crear la carpeta de la base de datos", error) from error
    new_engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=20, max_overflow=20)
    event.listen(new_engine, "connect", _prepare_sqlite)
    event.listen(new_engine, "begin", _begin_sqlite)
    return new_engine


def _server_engine(url: str) -> Engine:
    uses_psycopg = url.startswith("postgresql+psycopg:")
    try:
        new_engine = create_engine(url, pool_pre_ping=not uses_psycopg, pool_size=POOL_SIZE, max_overflow=10)
    except (ArgumentError, ImportError, TypeError, ValueError) as error:
        raise InfrastructureError(_INVALID_URL) from error
    if uses_psycopg:
        event.listen(new_engine, "checkout", _check_connection)
    return new_engine


def _check_connection(connection: Any, *_: Any) -> None:
    """Makes the pool reconnect after a restart of PostgreSQL.

    A server that shuts down notifies its clients, so that reading what has arrived is enough. Asking it
    each time (``pool_pre_ping``) was one in five of the round trips of a click.
    """
    try:
        for _attempt in range(2):
            connection.pgconn.consume_input()
    except connection.OperationalError as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and takes no lock
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("begin") == "IMMEDIATE":
        _take_write_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


@contextmanager
def _hold_writer_lock() -> Iterator[None]:
    """Lets one thread at a time try to take SQLite's write lock: several at once starve each other."""
    if not _writer_lock.acquire(timeout=BUSY_SECONDS):
        raise InfrastructureError(_BUSY)
    try:
        yield
    finally:
        _writer_lock.release()


def _take_write_lock(connection: Connection) -> None:
    """Waits for other processes to release the write lock.

    SQLite's own busy handler sleeps up to 0.1 s between attempts, in which an import has released the lock
    and taken it again.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")
    deadline = time.monotonic() + BUSY_SECONDS
    try:
        while not _try_begin(connection, deadline=deadline):
            time.sleep(LOCK_RETRY_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _try_begin(connection: Connection, *, deadline: float) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "locked" not in str(error.orig) or time.monotonic() > deadline:
            raise
        return False
    return True


@contextmanager
def unmigrated_connection() -> Iterator[Connection]:
    """A connection with a write transaction on the database as it is, migrated or not."""
    url = database_url()
    try:
        with _engine(url).connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
            yield connection
    except OperationalError as error:
        raise InfrastructureError(
            f"No se puede abrir la base de datos ({_url_without_password(url)}): {_open_error_reason(error)}."
        ) from error


def migrate(connection: Connection, revision: str = "head") -> None:
    """Migrates the tables to a revision, in the connection's transaction."""
    from alembic import command

    config = _alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_known_revision(revision: str) -> bool:
    """Returns whether this version of the application knows the revision."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions()}


def head_revision() -> str:
    """Returns the newest migration's id, read from the files: loading Alembic takes a while."""
    texts = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    ids, previous = (
        {match[1] for text in texts if (match := re.search(rf"^{name} = ['\"](\w+)", text, re.MULTILINE))}
        for name in ("revision", "down_revision")
    )
    [head] = ids - previous
    return head


def _alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _migrate() -> None:
    """Migrates the tables to the newest revision; several processes may try at once."""
    if _is_current():
        return
    with unmigrated_connection() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrations'))")
        revision = _revision_of(connection)
        if revision and not is_known_revision(revision):
            raise InfrastructureError(
                "La base de datos es de una versión más nueva de Dictamen: use esa versión, o restaure en un "
                "lugar vacío el respaldo que se hizo antes de actualizar."
            )
        migrate(connection)


def _is_current() -> bool:
    """Returns whether the newest migration was applied."""
    newest = head_revision()
    try:
        with _engine(database_url()).connect() as connection:
            return _revision_of(connection) == newest
    except OperationalError:
        return False  # the migration reports it


def _revision_of(connection: Connection) -> str | None:
    """Returns the revision of the tables; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _read_error_message(error: OperationalError) -> str:
    return _FULL if _is_disk_full(error) else _UNREADABLE


def _write_error_message(error: OperationalError) -> str:
    """Returns a Spanish message that says why nothing was saved."""
    message = str(error.orig).lower()
    if _is_disk_full(error):
        return _FULL
    if "locked" in message or "timeout" in message:
        return _BUSY
    if "readonly" in message or "read-only" in message:
        return "La base de datos es de solo lectura: no se guardó. Revise los permisos de su carpeta."
    return "No se puede usar la base de datos: no se guardó. Vuelva a intentarlo en un momento."


def _is_disk_full(error: OperationalError) -> bool:
    names = (getattr(error.orig, attribute, None) for attribute in ("sqlstate", "sqlite_errorname"))
    return any(name in _DISK_FULL_CODES for name in names)


def _open_error_reason(error: OperationalError) -> str:
    """Returns in Spanish why the database does not open."""
    if _is_disk_full(error):
        return "su disco está lleno"
    message = str(error.orig).lower()
    return next((why for why, signs in _OPEN_ERRORS.items() if any(sign in message for sign in signs)), "no responde")


def _url_without_password(url: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)

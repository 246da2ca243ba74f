"""Installations that many tests begin with: made once in each process, then copied."""

import atexit
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlmodel import select

from reviewer.core import clock, database
from reviewer.core.paths import documents_url
from reviewer.models import AuditEvent, Person
from reviewer.storage.backends import Store, store_at
from tests import postgres

T = TypeVar("T")
_snapshots: dict[tuple[str, str], tuple[str, bytes]] = {}


def prepare_once(name: str, make: Callable[[], T]) -> T:
    """What ``make`` gives back, in the installation as ``make`` leaves it.

    It is made anew where it would not come out the same: on top of what a test has done, or at a set time.
    Ask before a process of the test's own opens the installation: the database's file is replaced.
    """
    if not _is_fresh():
        return make()
    key = (name, _url().rpartition("/")[0] if _on_postgresql() else "")
    if key in _snapshots:
        _restore_snapshot(_snapshots[key][0])
    else:
        result = make()
        _snapshots[key] = _save_snapshot(f"kept_{len(_snapshots)}"), pickle.dumps(result)
    return pickle.loads(_snapshots[key][1])  # type: ignore[no-any-return]


def _is_fresh() -> bool:
    with database.read_session() as session:
        is_empty = not any(session.exec(select(table)).first() for table in (Person, AuditEvent))
    return is_empty and abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def _save_snapshot(name: str) -> str:
    """Copies the database and the documents; the copy's URL, whose last part is the name."""
    database.engine().dispose()
    _copy(store_at(documents_url()), _snapshot_documents(name))
    if _on_postgresql():
        return postgres.copy_of(_url(), name)
    path = _snapshot_folder() / f"{name}.db"
    with closing(sqlite3.connect(_file(_url()))) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return f"sqlite:///{path}"


def _restore_snapshot(snapshot_url: str) -> None:
    database.engine().dispose()
    _copy(_snapshot_documents(Path(snapshot_url).stem), store_at(documents_url()))
    if _on_postgresql():
        postgres.drop(_url())
        postgres.copy_of(snapshot_url, _url().rpartition("/")[2])
        return
    for rest in ("-wal", "-shm"):
        Path(f"{_file(_url())}{rest}").unlink(missing_ok=True)
    shutil.copy(_file(snapshot_url), _file(_url()))


def _copy(source: Store, target: Store) -> None:
    for name in source.names():
        with source.open(name) as file, target.staged_file() as (copy, keep):
            shutil.copyfileobj(file, copy)
            keep(name)


@cache
def _snapshot_folder() -> Path:
    folder = TemporaryDirectory(prefix="dictamen-kept-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _snapshot_documents(name: str) -> Store:
    """Where the documents of what is kept under this name lie."""
    return store_at((_snapshot_folder() / name).as_uri())


def _url() -> str:
    return os.environ["REVIEWER_DATABASE_URL"]


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _on_postgresql() -> bool:
    return _url().startswith("postgresql")

"""Engines that share what they compile.

Each test has a database and so an engine of its own, which compiles each statement when it first meets it:
over all tests that takes a fifth of their processor time.
"""

from typing import Any

import pytest
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache

from reviewer.core import database

_compiled: LRUCache[Any, Any] = LRUCache(2000)
_dialects: dict[str, Dialect] = {}


def share(patch: pytest.MonkeyPatch) -> None:
    """From now on the application's engines in this process share their dialect and what they compiled."""
    patch.setattr(database, "create_engine", _create_sharing_engine)


def _create_sharing_engine(url: str, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    name = engine.dialect.name

    def keep(_connection: Connection) -> None:
        _dialects.setdefault(name, engine.dialect)  # by now it knows the server's version

    if name in _dialects:
        engine.dialect = _dialects[name]
    else:
        event.listen(engine, "engine_connect", keep)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine

"""Every verb and read of ``reviewer``, found by looking, and called with whatever its parameters take."""

import contextlib
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import reviewer
from reviewer.access.actor import Actor

Verb = Callable[..., Any]
NOT_VERBS = ("reviewer.web", "reviewer.migrations", "reviewer.__main__", "reviewer.access.permissions")
ACTOR_PARAMETERS = ("actor", "viewer")


def verbs() -> dict[str, Verb]:
    """By their names without ``reviewer.``: public functions that take ``actor`` or ``viewer`` first."""
    return dict(sorted(_find_verbs()))


def _find_verbs() -> Iterator[tuple[str, Verb]]:
    for module_info in pkgutil.walk_packages(reviewer.__path__, "reviewer."):
        if module_info.name.startswith(NOT_VERBS):
            continue
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if not inspect.isfunction(value) or value.__module__ != module.__name__ or name.startswith("_"):
                continue
            if next(iter(inspect.signature(value).parameters), "") in ACTOR_PARAMETERS:
                yield f"{module.__name__.removeprefix('reviewer.')}.{name}", value


def call(verb: Verb, actor: Actor, known: dict[str, Any]) -> Any:
    """Calls it with the ``known`` values for parameters of these names, and nonsense for the others.

    What it yields is taken, and a context that it opens is entered.
    """
    hints = typing.get_type_hints(inspect.unwrap(verb))
    arguments = {}
    for name, parameter in list(inspect.signature(verb).parameters.items())[1:]:
        if name in known:
            arguments[name] = known[name]
        elif parameter.default is inspect.Parameter.empty:
            arguments[name] = nonsense(hints.get(name, object))
    positional = [
        arguments.pop(name)
        for name, parameter in inspect.signature(verb).parameters.items()
        if name in arguments and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    result = verb(actor, *positional, **arguments)
    if isinstance(result, contextlib.AbstractContextManager):
        with result as opened:
            return opened
    return list(result) if inspect.isgenerator(result) else result


def nonsense(kind: Any) -> Any:
    """A value of the right kind that names nothing and that no rule would take."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return nonsense(typing.get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain = {
        str: "\u202e nada",
        int: -1,
        float: float("nan"),
        bool: False,
        bytes: b"",
        Path: Path("/no/hay"),
        datetime: datetime(1, 1, 1, tzinfo=UTC),
    }
    if kind in plain:
        return plain[kind]
    if origin is not None and isinstance(origin, type) and issubclass(origin, dict | typing.Mapping):
        return {}
    return () if origin is not None else object()

"""Calls of any function that takes an actor, with arguments made up from the types of its parameters."""

import contextlib
import inspect
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from reviewer.access.actor import Actor


def call(function: Callable[..., Any], actor: Actor, known: dict[str, Any]) -> Any:
    """Calls a function with the ``known`` values for parameters of these names, and nonsense for the others.

    A generator is exhausted, and a context manager is entered.
    """
    hints = typing.get_type_hints(inspect.unwrap(function))
    arguments = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if name in known:
            arguments[name] = known[name]
        elif parameter.default is inspect.Parameter.empty:
            arguments[name] = nonsense(hints.get(name, object))
    positional = [
        arguments.pop(name)
        for name, parameter in inspect.signature(function).parameters.items()
        if name in arguments and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    result = function(actor, *positional, **arguments)
    if isinstance(result, contextlib.AbstractContextManager):
        with result as opened:
            return opened
    return list(result) if inspect.isgenerator(result) else result


def nonsense(kind: Any) -> Any:
    """Returns a value of the right type that names nothing and that no rule accepts."""
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

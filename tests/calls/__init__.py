"""The call that the tests use (``example.toml``), as it is or with changes.

Nothing but its own test and those of the demo depends on a call that ships.
"""

import copy
import json
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reviewer.call.spec import parse, read_file

EXAMPLE = Path(__file__).with_name("example.toml")
SPEC = parse(read_file(EXAMPLE))
SLUG = SPEC.slug
CRITERIA = tuple(criterion.key for criterion in SPEC.criteria)
# Changes that several tests make.
NO_REVIEW_WINDOW = {"review.opens_at": None, "review.closes_at": None}
SIX_SEATS = {"seats": 6, **{f"venues.{number}.seats": 2 for number in range(3)}}


def folio(number: int) -> str:
    """The folio of the example's application of this number."""
    return f"{SPEC.folio_prefix}-{number:04d}"


def call_text(changes: Mapping[str, Any] | None = None) -> str:
    """The example's file, with ``changes``: new values by path, such as ``{"review.blind": False}``.

    ``None`` removes a key. A number in a path counts in a list from 0: ``"venues.0.seats"``.
    """
    text = read_file(EXAMPLE)
    if not changes:
        return text
    content = tomllib.loads(text)
    for path, value in changes.items():
        *parents, last = (int(part) if part.isdecimal() else part for part in path.split("."))
        target: Any = content
        for parent in parents:
            target = target[parent]
        if value is None:
            del target[last]
        else:
            target[last] = copy.deepcopy(value)
    return "\n".join(_toml_lines(content, ""))


def _toml_lines(table: Mapping[str, Any], path: str) -> list[str]:
    """A table as TOML: first its plain values, then the tables in it."""
    lines = [f"{key} = {_toml_value(value)}" for key, value in table.items() if not _is_table(value)]
    for key, value in table.items():
        if isinstance(value, dict) and _is_table(value):
            lines += ["", f"[{path}{key}]", *_toml_lines(value, f"{path}{key}.")]
        elif _is_table(value):
            for item in value:
                lines += ["", f"[[{path}{key}]]", *_toml_lines(item, f"{path}{key}.")]
    return lines


def _is_table(value: Any) -> bool:
    """Whether a value needs a header of its own."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _toml_value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)

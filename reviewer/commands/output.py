"""The output of commands: exit codes, a line on standard error, one JSON document."""

import json
import sys
from typing import Any

DONE, PARTLY, REFUSED, FAULT = 0, 1, 2, 3


def print_json(value: dict[str, Any]) -> None:
    """Prints the JSON document of ``--json``."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def report_failure(message: str, code: int, *, as_json: bool) -> int:
    """Prints why a command failed, and returns its exit code."""
    if as_json:
        print_json({"status": "refused" if code == REFUSED else "fault", "error": message})
    print(message, file=sys.stderr)
    return code

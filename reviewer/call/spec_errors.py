"""Spanish messages about faults in a call's file, with the line and what to write instead."""

import difflib
import re
import tomllib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

KeyPath = tuple[str | int, ...]
_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\- \"]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*\"?([\w\-]+)\"?\s*=")


def syntax_message(error: tomllib.TOMLDecodeError) -> str:
    """Returns the message for a file that is not TOML."""
    position = re.search(r"line (\d+), column (\d+)", str(error))
    if position is None:
        return "El archivo termina antes de tiempo: falta cerrar comillas, corchetes o llaves."
    return (
        f"Línea {position[1]}, columna {position[2]}: no se puede leer como TOML. Revise comillas, corchetes "
        'y comas; los textos van entre comillas ("…") y las fechas sin ellas (2025-09-27T23:59:00).'
    )


def content_message(error: ValidationError, text: str, model: type[BaseModel]) -> str:
    """Returns a line for each fault of a file that is TOML but no call."""
    lines = line_numbers(text)
    sentences = [
        f"Línea {_line_number(_key_path(details), lines)}: {_explain(details, model)}" for details in error.errors()
    ]
    return "\n".join(dict.fromkeys(sentences))


def line_numbers(text: str) -> dict[KeyPath, int]:
    """Returns the line, from 1, of each table and key of a TOML text by path (list indices are numbers)."""
    numbers: dict[KeyPath, int] = {}
    counts: dict[str, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _table_path(header[2], header[1] == "[[", counts)
            numbers.setdefault(table, number)
            numbers.setdefault(table[:1], number)
        elif key := _KEY.match(line):
            numbers.setdefault((*table, key[1]), number)
    return numbers


def _table_path(name: str, is_list: bool, counts: dict[str, int]) -> KeyPath:
    first, *rest = (part.strip().strip('"') for part in name.split("."))
    if is_list and not rest:
        counts[first] = counts.get(first, -1) + 1
    return (first, counts[first], *rest) if first in counts else (first, *rest)


def _key_path(error: ErrorDetails) -> KeyPath:
    """Returns the path of a fault; a validator of several keys names the faulty one as its first argument."""
    cause = error.get("ctx", {}).get("error")
    return (*error["loc"], cause.args[0]) if cause is not None and len(cause.args) > 1 else error["loc"]


def _line_number(key_path: KeyPath, lines: dict[KeyPath, int]) -> int:
    """Returns the line of ``key_path``, or of the nearest table around it that the file has."""
    for end in range(len(key_path), 0, -1):
        for path in (key_path[:end], (*key_path[: end - 1], str(key_path[end - 1]))):
            if path in lines:
                return lines[path]
    return 1


def _explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    name = ".".join(str(part) for part in error["loc"] if not isinstance(part, int)) or "el archivo"
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"falta «{name}»: agréguelo."
        case "extra_forbidden":
            return f"no se conoce la clave «{error['loc'][-1]}».{_alternatives(error['loc'], model)}"
        case "value_error":
            message = context["error"].args[-1]
            return f"{name}: {message}." if error["loc"] else f"{message}."
        case "literal_error":
            return f"«{name}» tiene que ser {str(context['expected']).replace(' or ', ' o ')}."
        case "string_pattern_mismatch":
            pattern = _PATTERNS.get(str(error["loc"][-1]), "use minúsculas sin acentos, cifras y guion bajo")
            return f"«{name}»: {pattern}."
        case "too_short" if isinstance(error["input"], list | tuple):
            return f"«{name}» necesita al menos {context['min_length']} elemento."
    return f"«{name}» no vale {_abbreviate(error['input'])}: {_expected_value(error, context)}."


_PATTERNS = {
    "slug": "use minúsculas sin acentos, cifras y guiones, como guionismo-2025",
    "folio_prefix": "use de una a diez mayúsculas sin acentos o cifras, como GUI",
}


def _expected_value(error: ErrorDetails, context: dict[str, Any]) -> str:
    kind = error["type"]
    bounds = {"greater_than_equal": ("ge", "o más"), "less_than_equal": ("le", "o menos")}
    if kind in bounds:
        key, phrase = bounds[kind]
        return f"escriba {context[key]} {phrase}"
    expected = {
        "greater_than": f"escriba un número mayor que {context.get('gt', 0)}",
        "int": "escriba un número entero, sin comillas",
        "float": "escriba un número, sin comillas",
        "bool": "escriba true o false, sin comillas",
        "datetime": "escriba una fecha con hora sin comillas, como 2025-09-27T23:59:00",
        "string_too_short": "escriba un texto que no esté vacío",
        "string": 'escriba un texto entre comillas ("…")',
        "dict": 'escriba un grupo de claves, como { alcaldia = "*" }',
        "model": "escriba una tabla con sus claves",
    }
    for start, phrase in expected.items():
        if kind.startswith(start):
            return phrase
    return "escriba una lista entre corchetes ([…])" if kind.startswith(("tuple", "list")) else "revise el valor"


def _abbreviate(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _alternatives(key_path: tuple[str | int, ...], model: type[BaseModel]) -> str:
    names = list(_model_at(key_path[:-1], model).model_fields)
    closest = difflib.get_close_matches(str(key_path[-1]), names, n=1)
    return f" ¿Quiso decir «{closest[0]}»?" if closest else f" Aquí se admiten: {', '.join(names)}."


def _model_at(key_path: tuple[str | int, ...], model: type[BaseModel]) -> type[BaseModel]:
    for step in key_path:
        if isinstance(step, str):
            kind: Any = model.model_fields[step].annotation
            model = next((candidate for candidate in (kind, *get_args(kind)) if _is_model(candidate)), model)
    return model


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)

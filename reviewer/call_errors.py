"""What is wrong with a call's file, in words, with its line and what to write instead."""

import difflib
import re
import tomllib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\- \"]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*\"?([\w\-]+)\"?\s*=")


def of_syntax(error: tomllib.TOMLDecodeError) -> str:
    """One sentence for a file that is not TOML at all."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place is None:
        return "El archivo termina antes de tiempo: falta cerrar comillas, corchetes o llaves."
    return (
        f"Línea {place[1]}, columna {place[2]}: no se puede leer como TOML. Revise comillas, corchetes "
        'y comas; los textos van entre comillas ("…") y las fechas sin ellas (2025-09-27T23:59:00).'
    )


def of_content(error: ValidationError, text: str, model: type[BaseModel]) -> str:
    """Every fault of a file that is TOML but not a call, a line each."""
    lines = line_numbers(text)
    said = [f"Línea {_line(_place(each), lines)}: {_sentence(each, model)}" for each in error.errors()]
    return "\n".join(dict.fromkeys(said))


def line_numbers(text: str) -> dict[Path, int]:
    """Where each table and key of a TOML text stands: path (list places are numbers) to line, from 1."""
    found: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _table_path(header[2], header[1] == "[[", counts)
            found.setdefault(table, number)
            found.setdefault(table[:1], number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1]), number)
    return found


def _table_path(name: str, is_list: bool, counts: dict[str, int]) -> Path:
    first, *rest = (part.strip().strip('"') for part in name.split("."))
    if is_list and not rest:
        counts[first] = counts.get(first, -1) + 1
    return (first, counts[first], *rest) if first in counts else (first, *rest)


def _place(error: ErrorDetails) -> Path:
    """Where a fault lies; one found between several keys names the key to look at as its first argument."""
    said = error.get("ctx", {}).get("error")
    return (*error["loc"], said.args[0]) if said is not None and len(said.args) > 1 else error["loc"]


def _line(where: Path, lines: dict[Path, int]) -> int:
    """The line of the nearest thing around ``where`` that stands in the file."""
    for end in range(len(where), 0, -1):
        for path in (where[:end], (*where[: end - 1], str(where[end - 1]))):
            if path in lines:
                return lines[path]
    return 1


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    name = ".".join(str(each) for each in error["loc"] if not isinstance(each, int)) or "el archivo"
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"falta «{name}»: agréguelo."
        case "extra_forbidden":
            return f"no se conoce la clave «{error['loc'][-1]}».{_alternatives(error['loc'], model)}"
        case "value_error":
            words = context["error"].args[-1]
            return f"{name}: {words}." if error["loc"] else f"{words}."
        case "literal_error":
            return f"«{name}» tiene que ser {str(context['expected']).replace(' or ', ' o ')}."
        case "string_pattern_mismatch":
            pattern = _PATTERNS.get(str(error["loc"][-1]), "use minúsculas sin acentos, cifras y guion bajo")
            return f"«{name}»: {pattern}."
        case "too_short" if isinstance(error["input"], list | tuple):
            return f"«{name}» necesita al menos {context['min_length']} elemento."
    return f"«{name}» no vale {_shown(error['input'])}: {_expected(error, context)}."


_PATTERNS = {
    "slug": "use minúsculas sin acentos, cifras y guiones, como guionismo-2025",
    "folio_prefix": "use de una a diez mayúsculas sin acentos o cifras, como GUI",
}


def _expected(error: ErrorDetails, context: dict[str, Any]) -> str:
    kind = error["type"]
    bounds = {"greater_than_equal": ("ge", "o más"), "less_than_equal": ("le", "o menos")}
    if kind in bounds:
        key, words = bounds[kind]
        return f"escriba {context[key]} {words}"
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
    for start, words in expected.items():
        if kind.startswith(start):
            return words
    return (
        "escriba una lista entre corchetes ([…])" if kind.startswith(("tuple", "list")) else "revise el valor"
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _alternatives(where: tuple[str | int, ...], model: type[BaseModel]) -> str:
    names = list(_model_at(where[:-1], model).model_fields)
    near = difflib.get_close_matches(str(where[-1]), names, n=1)
    return f" ¿Quiso decir «{near[0]}»?" if near else f" Aquí se admiten: {', '.join(names)}."


def _model_at(where: tuple[str | int, ...], model: type[BaseModel]) -> type[BaseModel]:
    for step in where:
        if isinstance(step, str):
            kind: Any = model.model_fields[step].annotation
            model = next((each for each in (kind, *get_args(kind)) if _is_model(each)), model)
    return model


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)

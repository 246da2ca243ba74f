"""The TOML file that says which column is which, in which order dates are written, and in which zone times are."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewer.call import spec, spec_errors
from reviewer.core.errors import UserError
from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse.column_vocabulary import Vocabulary
from reviewer.intake.parse.dates import DateOrder, find_zone

DATES_SETTING, ZONE_SETTING = "dates", "zone"
SETTINGS = (DATES_SETTING, ZONE_SETTING)  # of the table, or with «:» and a canonical name of one column


def read_mapping(path: Path, names: Vocabulary) -> dict[str, str]:
    """Returns a TOML file's headers by canonical name, and its settings. Raises ``BatchRefused``."""
    try:
        mapping = tomllib.loads(spec.read_file(path))
    except tomllib.TOMLDecodeError as error:
        raise BatchRefused("unreadable_source", f"«{path.name}»: {spec_errors.syntax_message(error)}") from error
    except UserError as error:
        raise BatchRefused("unreadable_source", str(error)) from error
    entries: dict[str, str] = {}
    for name, value in _flat_entries(mapping):
        if name.startswith(SETTINGS):
            _check_setting(path, name, value)
        if isinstance(value, str) and (name.startswith(SETTINGS) or name in names.names):
            entries[name] = value
        else:
            raise BatchRefused(
                "missing_column",
                f"En «{path.name}», «{name}» no es un campo del lote. Escriba por ejemplo: "
                'enviado_en = "Marca temporal".',
                field=name,
            )
    return entries


def mapped_headers(mapping: Mapping[str, str]) -> dict[str, str]:
    """Returns a mapping without its settings: only the headers, by canonical name."""
    return {name: header for name, header in mapping.items() if not name.startswith(SETTINGS)}


def _flat_entries(mapping: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yields ``enviado_en = { column = "Fecha", zone = "UTC" }`` as a header and a setting of that column."""
    for name, value in mapping.items():
        if not isinstance(value, dict):
            yield name, value
            continue
        for key, entry in value.items():
            yield (name if key == "column" else f"{key}:{name}"), entry


def _check_setting(path: Path, name: str, value: object) -> None:
    """Raises ``BatchRefused`` for a setting that does not exist, or has a value that it can't have."""
    setting = name.partition(":")[0]
    if setting == DATES_SETTING and value in list(DateOrder):
        return
    if setting == ZONE_SETTING and isinstance(value, str) and find_zone(value):
        return
    example = 'dates = "month first" o dates = "day first"' if setting == DATES_SETTING else 'zone = "UTC"'
    message = f"En «{path.name}», «{name}» no puede ser «{value}». Escriba por ejemplo: {example}."
    raise BatchRefused("unreadable_source", message)

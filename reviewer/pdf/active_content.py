"""Detects PDFs that would run or send something when opened, or that carry files. Runs in a worker."""

import re
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

MOST_DICTIONARIES = 20_000  # about three seconds; a book of 500 pages with links has fewer

ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"})
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/FileAttachment"})
# Appearance of pages, and references to parents: viewers run nothing there.
SKIPPED_KEYS = frozenset(
    ("/Contents", "/Resources", "/AP", "/MK", "/DR", "/Parent", "/P", "/Prev", "/Dest", "/Dests", "/D", "/SD")
) | frozenset(("/StructTreeRoot", "/Metadata", "/OutputIntents", "/OCProperties", "/PageLabels", "/PieceInfo"))
CONTAINERS = (IndirectObject, ArrayObject, DictionaryObject)
XFA_SCRIPT = b"application/x-javascript"
RAW_PATTERN = re.compile(rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFiles?|RichMedia)\b")


def is_active(reader: PdfReader) -> bool:
    """Returns whether anything reachable from the catalog is active. Visits objects once, without recursion.

    A document with too many objects counts as active: a person has to check it.
    """
    visited: set[int] = set()
    looked_at = 0
    pending: list[Any] = [_catalog(reader)]
    while pending:
        item = pending.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in visited:
                continue
            visited.add(item.idnum)
            item = resolve(item)
        if isinstance(item, ArrayObject):
            pending.extend(part for part in item if isinstance(part, CONTAINERS))
        elif isinstance(item, DictionaryObject):
            looked_at += 1
            if _is_active_object(item) or looked_at > MOST_DICTIONARIES:
                return True
            pending.extend(
                part for key, part in item.items() if isinstance(part, CONTAINERS) and key not in SKIPPED_KEYS
            )
    return False


def looks_active(source: Path | bytes) -> bool:
    """Returns a guess from the bytes, for files whose structure pypdf cannot read."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return RAW_PATTERN.search(data) is not None


def resolve(item: Any) -> Any:
    """Returns the object of a reference, or None if it cannot be read."""
    if not isinstance(item, IndirectObject):
        return item
    try:
        return item.get_object()
    except MemoryError:
        raise
    except Exception:  # a damaged object may raise anything, and cannot be active
        return None


def _catalog(reader: PdfReader) -> Any:
    try:
        return reader.root_object
    except Exception:
        return None


def _is_active_object(item: DictionaryObject) -> bool:
    return (
        "/JS" in item
        or _name_value(item, "/S") in ACTIVE_ACTIONS
        or _name_value(item, "/Subtype") in ACTIVE_ANNOTATIONS
        or _name_value(item, "/Type") == "/EmbeddedFile"
        or ("/EF" in item and isinstance(resolve(item.get("/EF")), DictionaryObject))
        or ("/XFA" in item and _has_xfa_script(resolve(item.get("/XFA"))))
    )


def _name_value(item: DictionaryObject, key: str) -> str | None:
    value = resolve(item.get(key))
    return str(value) if isinstance(value, NameObject) else None


def _has_xfa_script(packets: Any) -> bool:
    """Returns whether an XML form, as one or several streams, has JavaScript."""
    streams = (resolve(packet) for packet in (packets if isinstance(packets, ArrayObject) else [packets]))
    try:
        return any(XFA_SCRIPT in stream.get_data() for stream in streams if isinstance(stream, StreamObject))
    except MemoryError:
        raise
    except Exception:
        return False

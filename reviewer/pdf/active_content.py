"""Whether a PDF would run or send something when opened, or carries other files. Runs inside a worker."""

import re
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

MOST_DICTIONARIES = 20_000  # some three seconds; a book of five hundred pages with its links has fewer

ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"})
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/FileAttachment"})
# What a page looks like, or the way back up: no viewer runs anything in there.
SKIPPED_KEYS = frozenset(
    ("/Contents", "/Resources", "/AP", "/MK", "/DR", "/Parent", "/P", "/Prev", "/Dest", "/Dests", "/D", "/SD")
) | frozenset(
    ("/StructTreeRoot", "/Metadata", "/OutputIntents", "/OCProperties", "/PageLabels", "/PieceInfo")
)
XFA_SCRIPT = b"application/x-javascript"
RAW_PATTERN = re.compile(rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFiles?|RichMedia)\b")


def is_active(reader: PdfReader) -> bool:
    """Walks all that hangs on the catalog, by a list instead of recursion, each object once.

    A document too large to be looked through counts as active: a person has to look.
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


CONTAINERS = (IndirectObject, ArrayObject, DictionaryObject)


def looks_active(source: Path | bytes) -> bool:
    """The same guessed from the bytes, for files whose structure pypdf cannot follow."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return RAW_PATTERN.search(data) is not None


def resolve(item: Any) -> Any:
    """What a reference stands for; ``None`` where nothing can be read there."""
    if not isinstance(item, IndirectObject):
        return item
    try:
        return item.get_object()
    except MemoryError:
        raise
    except Exception:  # a damaged object fails in any way, and can't act
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
    """Whether an XML form, one stream or several named ones, holds JavaScript."""
    streams = (resolve(packet) for packet in (packets if isinstance(packets, ArrayObject) else [packets]))
    try:
        return any(XFA_SCRIPT in stream.get_data() for stream in streams if isinstance(stream, StreamObject))
    except MemoryError:
        raise
    except Exception:
        return False

"""Whether a PDF would run or send something when opened, or carries other files. Runs inside a worker."""

import re
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

MOST_DICTIONARIES = 20_000  # some three seconds; a book of five hundred pages with its links has fewer

ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"})
ANNOTATIONS = frozenset({"/RichMedia", "/FileAttachment"})
# What a page looks like, or the way back up: no viewer runs anything in there.
NOT_FOLLOWED = frozenset(
    ("/Contents", "/Resources", "/AP", "/MK", "/DR", "/Parent", "/P", "/Prev", "/Dest", "/Dests", "/D", "/SD")
) | frozenset(
    ("/StructTreeRoot", "/Metadata", "/OutputIntents", "/OCProperties", "/PageLabels", "/PieceInfo")
)
XFA_SCRIPT = b"application/x-javascript"
RAW_SIGNS = re.compile(rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFiles?|RichMedia)\b")


def is_active(reader: PdfReader) -> bool:
    """Walks all that hangs on the catalog, by a list instead of recursion, each object once.

    A document too large to be looked through counts as active: a person has to look.
    """
    seen: set[int] = set()
    looked_at = 0
    waiting: list[Any] = [_catalog(reader)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = resolved(item)
        if isinstance(item, ArrayObject):
            waiting.extend(part for part in item if isinstance(part, CONTAINERS))
        elif isinstance(item, DictionaryObject):
            looked_at += 1
            if _acts(item) or looked_at > MOST_DICTIONARIES:
                return True
            waiting.extend(
                part for key, part in item.items() if isinstance(part, CONTAINERS) and key not in NOT_FOLLOWED
            )
    return False


CONTAINERS = (IndirectObject, ArrayObject, DictionaryObject)


def looks_active(source: Path | bytes) -> bool:
    """The same guessed from the bytes, for files whose structure pypdf cannot follow."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return RAW_SIGNS.search(data) is not None


def resolved(item: Any) -> Any:
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


def _acts(item: DictionaryObject) -> bool:
    return (
        "/JS" in item
        or _name(item, "/S") in ACTIONS
        or _name(item, "/Subtype") in ANNOTATIONS
        or _name(item, "/Type") == "/EmbeddedFile"
        or ("/EF" in item and isinstance(resolved(item.get("/EF")), DictionaryObject))
        or ("/XFA" in item and _has_xfa_script(resolved(item.get("/XFA"))))
    )


def _name(item: DictionaryObject, key: str) -> str | None:
    value = resolved(item.get(key))
    return str(value) if isinstance(value, NameObject) else None


def _has_xfa_script(packets: Any) -> bool:
    """Whether an XML form, one stream or several named ones, holds JavaScript."""
    streams = (resolved(packet) for packet in (packets if isinstance(packets, ArrayObject) else [packets]))
    try:
        return any(XFA_SCRIPT in stream.get_data() for stream in streams if isinstance(stream, StreamObject))
    except MemoryError:
        raise
    except Exception:
        return False

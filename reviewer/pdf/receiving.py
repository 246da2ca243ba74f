"""Takes in one received file whole: read once, hashed, looked over, kept. Runs inside a worker."""

import hashlib
from pathlib import Path

from reviewer import documents
from reviewer.pdf.inspection import inspect_content
from reviewer.pdf.results import InspectedFile


def receive(path: Path, *, keep: bool) -> InspectedFile:
    """Looks the file over and, with ``keep``, stores what can be taken. For files that fit into memory.

    Raises ``OSError`` where it can't be read, ``MachineFault`` where the store can't take it.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    inspection = inspect_content(content)
    if keep and not inspection.problem:
        documents.put_content(content, sha256=sha256)
    return InspectedFile(sha256, len(content), inspection)

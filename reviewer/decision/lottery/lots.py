"""Lots that anybody can draw again: from the call's published seed and the folio."""

import hashlib

_SPAN = 2**64


def lot(seed: str, folio: str) -> float:
    """A number in [0, 1) from SHA-256(``seed|folio``), first 8 bytes; of equals, the higher goes first."""
    digest = hashlib.sha256(f"{seed}|{folio}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / _SPAN

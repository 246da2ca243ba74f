"""Lots that anybody can verify: they depend only on the call's published seed and the folio."""

import hashlib

_SPAN = 2**64


def lot(seed: str, folio: str) -> float:
    """Returns a number in [0, 1): the first 8 bytes of SHA-256(``seed|folio``) over 2⁶⁴.

    Of applications that are equal otherwise, the one with the higher lot goes first.
    """
    digest = hashlib.sha256(f"{seed}|{folio}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / _SPAN

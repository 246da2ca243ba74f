"""Passwords: their hashes (bcrypt), their rules, and one-time ones."""

import secrets

import bcrypt

from reviewer.errors import Refused

COST = 10  # 0.07 s a check: sixty people log in at nine o'clock
SHORTEST = 10
LONGEST_BYTES = 72  # bcrypt reads no further (Provos and Mazières 1999)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken when read aloud


def hash_password(password: str) -> str:
    """The bcrypt hash of a password, as text."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()


def matches(password: str, password_hash: str) -> bool:
    """Whether a password is the one behind a hash."""
    encoded = password.encode()
    return len(encoded) <= LONGEST_BYTES and bcrypt.checkpw(encoded, password_hash.encode())


def one_time() -> str:
    """A random password to be changed on first use: 60 bits, in groups that can be dictated."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_rules(password: str) -> None:
    """Refuses a password that is too short or longer than bcrypt reads."""
    if len(password) < SHORTEST:
        raise Refused(f"La contraseña necesita al menos {SHORTEST} caracteres.")
    if len(password.encode()) > LONGEST_BYTES:
        raise Refused(f"La contraseña es demasiado larga: use hasta {LONGEST_BYTES} caracteres sin acentos.")

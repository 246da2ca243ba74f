"""Passwords: their hashes (bcrypt), their rules, and one-time ones."""

import re
import secrets
from functools import cache

import bcrypt

from reviewer.core.errors import UserError

BCRYPT_COST = 10  # 0.07 s a check: sixty people log in at nine o'clock
MIN_LENGTH = 10
MAX_BYTES = 72  # bcrypt reads no further (Provos and Mazières 1999)
_SPANISH_COMMON = frozenset(
    {"contraseña", "contrasena", "administrador", "bienvenida", "bienvenido", "dictamen"}
)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken when read aloud


def hash_password(password: str) -> str:
    """The bcrypt hash of a password, as text."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()


def matches(password: str, password_hash: str) -> bool:
    """Whether a password is the one behind a hash."""
    encoded = password.encode()
    return len(encoded) <= MAX_BYTES and bcrypt.checkpw(encoded, password_hash.encode())


def make_one_time_password() -> str:
    """A random password to be changed on first use: 60 bits, in groups that can be dictated."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_rules(password: str) -> None:
    """Refuses a password that is too short, longer than bcrypt reads, or among those tried first.

    By length and a list of common ones, without rules on kinds of characters: NIST SP 800-63B, 5.1.1.2.
    """
    if len(password) < MIN_LENGTH:
        raise UserError(f"La contraseña necesita al menos {MIN_LENGTH} caracteres.")
    if len(password.encode()) > MAX_BYTES:
        raise UserError(f"La contraseña es demasiado larga: use hasta {MAX_BYTES} caracteres sin acentos.")
    if _is_common(password.casefold()):
        raise UserError(
            "Esa contraseña es de las primeras que alguien probaría: use varias palabras sin relación."
        )


def _is_common(password: str) -> bool:
    """Whether it is on the list, or what is left of it without digits and signs at its ends."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    return not _common_passwords().isdisjoint({password, core})


@cache
def _common_passwords() -> frozenset[str]:
    """Thirty thousand passwords by their frequency (zxcvbn's list), and the usual ones of our own tongue."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | _SPANISH_COMMON

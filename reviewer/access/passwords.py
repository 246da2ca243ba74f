"""Passwords: their hashes (bcrypt), their rules, and one-time ones."""

import re
import secrets
from functools import cache

import bcrypt

from reviewer.core.errors import UserError

BCRYPT_COST = 10  # 0.07 s for each check, where sixty people log in within a minute
MIN_LENGTH = 10
MAX_BYTES = 72  # bcrypt ignores the rest (Provos and Mazières 1999)
_SPANISH_COMMON = frozenset({"contraseña", "contrasena", "administrador", "bienvenida", "bienvenido", "dictamen"})
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters and digits that look alike


def hash_password(password: str) -> str:
    """Returns the bcrypt hash of a password, as text."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()


def matches(password: str, password_hash: str) -> bool:
    """Returns whether a password is the one behind a hash."""
    encoded = password.encode()
    return len(encoded) <= MAX_BYTES and bcrypt.checkpw(encoded, password_hash.encode())


def make_one_time_password() -> str:
    """Returns a random password to be changed on first use: 60 bits, in groups that can be dictated."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_rules(password: str) -> None:
    """Raises ``UserError`` for a password that is too short, longer than bcrypt reads, or a common one.

    There are no rules on kinds of characters: NIST SP 800-63B, section 5.1.1.2.
    """
    if len(password) < MIN_LENGTH:
        raise UserError(f"La contraseña necesita al menos {MIN_LENGTH} caracteres.")
    if len(password.encode()) > MAX_BYTES:
        raise UserError(f"La contraseña es demasiado larga: use hasta {MAX_BYTES} caracteres sin acentos.")
    if _is_common(password.casefold()):
        raise UserError("Esa contraseña es de las primeras que alguien probaría: use varias palabras sin relación.")


def _is_common(password: str) -> bool:
    """Returns whether the list has it, as it is or without digits and signs at its ends."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    return not _common_passwords().isdisjoint({password, core})


@cache
def _common_passwords() -> frozenset[str]:
    """Returns the 30,000 most frequent passwords of zxcvbn's list, and common Spanish ones."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | _SPANISH_COMMON

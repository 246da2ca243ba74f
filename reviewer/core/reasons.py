"""Reasons that a person writes for what they do: required or not, and of limited length."""

from reviewer.core.errors import UserError
from reviewer.core.spanish import format_number

MAX_LENGTH = 2_000  # characters


def require_reason(text: str, subject: str = "el motivo", *, use: str = "") -> str:
    """Returns the text without surrounding whitespace. Raises ``UserError`` where it is empty or too long.

    ``subject`` is what is to be written ("el motivo del cambio"), ``use`` what it is needed for ("queda en el
    acta"); both are parts of the Spanish message.
    """
    reason = limit_reason(text, subject)
    if not reason:
        raise UserError(f"Escriba {subject}{': ' if use else ''}{use}.")
    return reason


def limit_reason(text: str, subject: str = "el motivo") -> str:
    """Returns the text, which may be empty, in the same way. Raises ``UserError`` where it is too long."""
    reason = text.replace("\0", "").strip()  # PostgreSQL stores no null character
    if len(reason) > MAX_LENGTH:
        raise UserError(f"Escriba {subject} en {format_number(MAX_LENGTH)} caracteres a lo más.")
    return reason

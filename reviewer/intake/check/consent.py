"""What the cell about the privacy notice says: consent is read from it, never assumed."""

from reviewer.core.text import fold

_MARKS = frozenset("✓✔☑✅")
_NO = frozenset(
    ("no", "n", "0", "false", "falso", "off", "unchecked", "ninguno", "ninguna", "nunca", "rechazo", "declino")
)
_YES = frozenset(("si", "s", "yes", "y", "1", "true", "verdadero", "on", "x", "ok", "checked", "marcado"))
_REFUSALS = (
    "no acept",
    "no autoriz",
    "no consient",
    "no estoy de acuerdo",
    "no doy",
    "not agree",
    "not accept",
    "rechaz",
)
_ACCEPTANCES = ("acept", "autoriz", "consient", "conform", "de acuerdo", "he leido", "agree", "accept")


def consents(answer: str) -> bool | None:
    """Returns whether an answer accepts the privacy notice; None where it is blank or says neither."""
    words = fold(answer)
    first = words.partition(" ")[0]
    if first in _NO:
        return False
    if first in _YES or _MARKS & {*answer}:
        return True
    if any(refusal in words for refusal in _REFUSALS):
        return False
    return True if any(acceptance in words for acceptance in _ACCEPTANCES) else None

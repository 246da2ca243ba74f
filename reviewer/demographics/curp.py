"""CURP: the eighteen characters by which Mexico's population registry identifies a person.

Source: Segob, Instructivo Normativo para la Asignación de la CURP (DOF, 18 October 2021); the sex mark X is
issued since 2023. Births in Mexico City still bear ``DF``. The sex mark is not compared with a gender.
"""

import re
from datetime import date

from reviewer.core import clock

ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_STATES = "AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE"
_SHAPE = re.compile(
    r"[A-Z]{4}(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)[HMX]"
    rf"(?:{_STATES})[A-Z]{{3}}(?P<century>[0-9A-Z])\d",
    re.ASCII,
)


def normalise(text: str) -> str:
    """Returns the text in upper case without spaces, dots or hyphens."""
    return re.sub(r"[\s.\-–_]", "", text).upper()


def check_digit(first17: str) -> str:
    """Returns the last character, computed from the seventeen before it."""
    weighted = zip(first17, range(18, 1, -1), strict=True)
    total = sum(ALPHABET.index(letter) * weight for letter, weight in weighted)
    return str(-total % 10)


def birth_date(curp: str) -> date | None:
    """Returns the birth date in a well-formed CURP; the 17th character gives the century."""
    parts = _SHAPE.fullmatch(curp)
    if parts is None:
        return None
    century = 1900 if parts["century"].isdigit() else 2000
    try:
        return date(century + int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None


def is_valid(curp: str) -> bool:
    """Returns whether a normalised CURP has the right form, a past birth date and its check digit."""
    born = birth_date(curp)
    return born is not None and born <= clock.now().date() and check_digit(curp[:17]) == curp[17]

"""Who is who: when two rows are one person's, and when two people only share an address. No database."""

from dataclasses import dataclass
from datetime import date

from reviewer import curp as curps
from reviewer.intake.text import fold


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells people apart. ``name`` is folded, its words sorted; ``valid_curp`` may be empty."""

    curp: str
    valid_curp: str
    email: str
    name: str
    birth_date: date | None


def identity(curp: str, email: str, name: str, birth_date: date | None) -> Identity:
    """The facts that tell who somebody is, made comparable."""
    return Identity(
        curp=curp,
        valid_curp=curp if curps.is_valid(curp) else "",
        email=email.casefold(),
        name=" ".join(sorted(fold(name).split())),
        birth_date=birth_date,
    )


def same_person(one: Identity, other: Identity) -> bool:
    """The same CURP; or the same e-mail, unless valid CURPs, or name and birth date both, tell them apart."""
    if one.valid_curp and one.valid_curp == other.valid_curp:
        return True
    # a CURP with a wrong digit may come twice, but two people may have typed "XXXX…"
    same_curp = one.curp == other.curp and curps.birth_date(one.curp) is not None
    return (same_curp or _same_email(one, other)) and not are_told_apart(one, other)


def are_told_apart(one: Identity, other: Identity) -> bool:
    """Whether valid CURPs, or name and birth date both, say that these are two people."""
    if one.valid_curp and other.valid_curp:
        return one.valid_curp != other.valid_curp
    return one.name != other.name and _dates_differ(one, other)


def is_address(email: str) -> bool:
    """Whether it can tell people apart at all: «no tengo» is what many write."""
    return "@" in email


def any_fact_agrees(one: Identity, other: Identity) -> bool:
    """Whether two rows under one folio can be corrections of one another."""
    return (
        (bool(one.curp) and one.curp == other.curp)
        or (bool(one.email) and one.email == other.email)
        or one.name == other.name
        or (one.birth_date is not None and one.birth_date == other.birth_date)
    )


def _same_email(one: Identity, other: Identity) -> bool:
    return bool(one.email) and one.email == other.email and (is_address(one.email) or one.name == other.name)


def _dates_differ(one: Identity, other: Identity) -> bool:
    return None not in (one.birth_date, other.birth_date) and one.birth_date != other.birth_date

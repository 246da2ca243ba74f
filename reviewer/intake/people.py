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


def make_identity(curp: str, email: str, name: str, birth_date: date | None) -> Identity:
    """The facts that tell who somebody is, made comparable."""
    return Identity(
        curp=curp,
        valid_curp=curp if curps.is_valid(curp) else "",
        email=email.casefold(),
        name=" ".join(sorted(fold(name).split())),
        birth_date=birth_date,
    )


def is_same_person(first: Identity, second: Identity) -> bool:
    """The same CURP; or the same e-mail, unless valid CURPs, or name and birth date both, tell them apart."""
    if first.valid_curp and first.valid_curp == second.valid_curp:
        return True
    # a CURP with a wrong digit may come twice, but two people may have typed "XXXX…"
    same_curp = first.curp == second.curp and curps.birth_date(first.curp) is not None
    return (same_curp or _is_same_email(first, second)) and not are_different_people(first, second)


def are_different_people(first: Identity, second: Identity) -> bool:
    """Whether valid CURPs, or name and birth date both, say that these are two people."""
    if first.valid_curp and second.valid_curp:
        return first.valid_curp != second.valid_curp
    return first.name != second.name and _dates_differ(first, second)


def looks_like_email(email: str) -> bool:
    """Whether it can tell people apart at all: «no tengo» is what many write."""
    return "@" in email


def any_fact_agrees(first: Identity, second: Identity) -> bool:
    """Whether two rows under one folio can be corrections of one another."""
    return (
        (bool(first.curp) and first.curp == second.curp)
        or (bool(first.email) and first.email == second.email)
        or first.name == second.name
        or (first.birth_date is not None and first.birth_date == second.birth_date)
    )


def _is_same_email(first: Identity, second: Identity) -> bool:
    return (
        bool(first.email)
        and first.email == second.email
        and (looks_like_email(first.email) or first.name == second.name)
    )


def _dates_differ(first: Identity, second: Identity) -> bool:
    return None not in (first.birth_date, second.birth_date) and first.birth_date != second.birth_date

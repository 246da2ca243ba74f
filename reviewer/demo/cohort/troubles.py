"""What is wrong with some of the applications, so that every check of the intake finds something.

Each kind is named by the finding's code in the contract, or by what happened.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from reviewer.demo.cohort import curps
from reviewer.demo.cohort.people import Person, birthday
from reviewer.demo.cohort.words import load, seeded_rng
from reviewer.demographics.geography import alcaldias

# Per thousand applications; at least one where there are a hundred or more.
_SHARES = {
    "missing_bill": 16,
    "late": 10,
    "underage": 8,
    "outside_city": 12,
    "bad_curp": 10,
    "resent": 18,
    "too_many_pages": 16,
    "encrypted_pdf": 8,
    "postal_code_mismatch": 10,
    "household": 12,
    "missing_letter": 8,
    "curp_mismatch": 8,
    "unknown_alcaldia": 4,
    "not_a_pdf": 5,
    "corrupt_pdf": 4,
    "empty_pdf": 4,
    "file_not_found": 4,
    "active_content": 4,
    "early": 4,
    "bad_email": 4,
    "bad_phone": 4,
    "bad_date": 4,
}
WITHOUT_ALCALDIA = ("outside_city", "unknown_alcaldia")  # do not count for any alcaldía
_MIN_TOTAL_FOR_EVERY_KIND = 100
_LARGEST_SHARE = 4  # at most one application in four has a trouble


def plan(total: int, seed: int) -> dict[int, str]:
    """Returns the trouble by turn; most applications have none."""
    kinds = [
        kind
        for kind, share in _SHARES.items()
        for _ in range(max(round(share * total / 1000), int(total >= _MIN_TOTAL_FOR_EVERY_KIND)))
    ]
    turns = seeded_rng(seed, "troubles").sample(range(total), min(len(kinds), total // _LARGEST_SHARE))
    return dict(zip(turns, kinds, strict=False))


def apply_to_person(trouble: str, person: Person, seed: int, turn: int) -> Person:
    """Returns the person with the trouble: too young, or living elsewhere."""
    rng = seeded_rng(seed, "trouble", turn)
    if trouble == "underage":
        born = birthday(rng, 16, 17)
        return replace(person, born=born, curp=curps.with_birth_date(person.curp, born, rng))
    if trouble == "outside_city":
        town, prefix = rng.choice(load("lugares")["fuera"])
        code = prefix + "".join(str(rng.randrange(10)) for _ in range(5 - len(prefix)))
        return replace(person, home=replace(person.home, alcaldia=town, written=town, postal_code=code))
    if trouble == "unknown_alcaldia":
        home = replace(person.home, written="Por el metro, junto al tianguis", postal_code="")
        return replace(person, home=home)
    return person


def apply_to_time(trouble: str, submitted: datetime, opens: datetime, closes: datetime) -> datetime:
    """Returns the time it was sent at, for applications that are late or early."""
    if trouble == "late":
        return closes + timedelta(minutes=1, seconds=40 + submitted.second * 60)
    if trouble == "early":
        return opens - timedelta(minutes=5 + submitted.minute)
    return submitted


def apply_to_row(trouble: str, row: dict[str, str], seed: int, turn: int) -> dict[str, str]:
    """Returns the form's answers with what is wrong in them."""
    rng = seeded_rng(seed, "row trouble", turn)
    changed = dict(row)
    match trouble:
        case "bad_curp":
            changed["curp"] = row["curp"][:-1] + str((int(row["curp"][-1]) + 3) % 10)
        case "curp_mismatch":
            day, month, year = row["fecha_nacimiento"].split("/")
            changed["fecha_nacimiento"] = f"{day}/{month}/{int(year) - 1}"
        case "bad_email":
            changed["correo"] = row["correo"].replace("@", " arroba ")
        case "bad_phone":
            changed["telefono"] = row["telefono"][-4:]
        case "bad_date":
            changed["fecha_nacimiento"] = f"31/02/{row['fecha_nacimiento'][-4:]}"
        case "postal_code_mismatch":
            own_prefix = row["codigo_postal"][:2]
            other_prefix = rng.choice(
                [alcaldia.postal_prefix for alcaldia in alcaldias() if alcaldia.postal_prefix != own_prefix]
            )
            changed["codigo_postal"] = other_prefix + row["codigo_postal"][2:]
        case "missing_bill":
            changed["domicilio"] = ""
        case "missing_letter":
            changed["motivos"] = ""
        case "file_not_found":
            changed["semblanza"] = row["semblanza"].replace(".pdf", " (1).pdf")
    return changed

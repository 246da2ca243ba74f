"""The documents of one application: their names, as people name files, and their bytes."""

import random

from reviewer.demo import broken, cards, letters, papers, portraits, profiles, scans, scripts
from reviewer.demo.applicants import Applicant
from reviewer.demo.words import chance, load

_SAMPLES = 0.45  # the call asks for a sample without requiring one
_TOO_MANY_PAGES = 4  # the call's letters may have three
# Every so many-th application; fixed turns, so that even a small cohort has one of each.
_PICTURE, _SIDEWAYS_LETTER, _SCANNED_LETTER, _SIDEWAYS_BILL, _SCANNED_BILL, _SIDEWAYS_CARD = (
    7,
    40,
    29,
    20,
    5,
    19,
)
_SPOILT = {
    "encrypted_pdf": "motivos",
    "active_content": "semblanza",
    "corrupt_pdf": "domicilio",
    "empty_pdf": "identificacion",
    "not_a_pdf": "identificacion",
}


def names(one: Applicant) -> dict[str, str]:
    """The file's name by kind of document, for the kinds that were handed in."""
    rng = chance(one.seed, "file names", one.turn)
    kinds = ["identificacion", "domicilio", "motivos", "semblanza"]
    if rng.random() < _SAMPLES:
        kinds.append("muestra")
    slots = {"pila": one.person.first_names, "apellido": one.person.surnames[0]}
    return {kind: rng.choice(load("archivos")[kind]).format(n=rng.randrange(1000), **slots) for kind in kinds}


def make(one: Applicant, kind: str) -> bytes:
    """The document of this kind."""
    rng = chance(one.seed, "file", one.turn, kind)
    makers = {
        "identificacion": _card,
        "domicilio": _bill,
        "motivos": _letter,
        "semblanza": _profile,
        "muestra": _script,
    }
    pdf = makers[kind](one, rng)
    return broken.spoil(one.trouble, pdf) if _SPOILT.get(one.trouble) == kind else pdf


def _card(one: Applicant, rng: random.Random) -> bytes:
    pdf = cards.identification_pdf(one.person, rng)
    return scans.scanned(pdf, rng, sideways=one.turn % _SIDEWAYS_CARD == 4)


def _bill(one: Applicant, _: random.Random) -> bytes:
    turn, person = one.bill_of
    rng = chance(one.seed, "bill", turn)
    pdf = cards.bill_pdf(person, rng)
    if turn % _SCANNED_BILL != 1:
        return pdf
    return scans.scanned(pdf, rng, sideways=turn % _SIDEWAYS_BILL == 6)


def _letter(one: Applicant, rng: random.Random) -> bytes:
    letter = letters.write(
        one.seed,
        one.turn,
        person=one.person,
        project=one.project,
        merit=one.merit,
        submitted=one.submitted,
    )
    pdf = papers.letter_pdf(letter, rng, pages=_TOO_MANY_PAGES if one.trouble == "too_many_pages" else 1)
    if one.turn % _SIDEWAYS_LETTER == 8:
        return scans.scanned(pdf, rng, sideways=True)
    return scans.scanned(pdf, rng) if one.turn % _SCANNED_LETTER == 3 else pdf


def _profile(one: Applicant, rng: random.Random) -> bytes:
    profile = profiles.write(one.seed, one.turn, person=one.person, project=one.project, merit=one.merit)
    face = portraits.as_jpeg(portraits.portrait(rng)) if one.turn % _PICTURE == 2 else None
    return papers.profile_pdf(profile, rng, picture=face)


def _script(one: Applicant, _: random.Random) -> bytes:
    return papers.script_pdf(
        scripts.write(one.seed, one.turn, person=one.person, project=one.project, submitted=one.submitted)
    )

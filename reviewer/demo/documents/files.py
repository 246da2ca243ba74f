"""The documents of one application: file names as people choose them, and contents."""

import random

from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import load, seeded_rng
from reviewer.demo.documents import broken, cards, letters, papers, portraits, profiles, scans, scripts

_SAMPLE_SHARE = 0.45  # the call asks for a sample without requiring one
_TOO_MANY_PAGES = 4  # the call's letters may have three
# One in so many applications, at fixed turns, so that even a small cohort has one of each.
_PICTURE, _SCANNED_LETTER, _SCANNED_BILL = 7, 29, 5
_SIDEWAYS_LETTER, _SIDEWAYS_BILL, _SIDEWAYS_CARD = 40, 20, 19
_SPOILT = {
    "encrypted_pdf": "motivos",
    "active_content": "semblanza",
    "corrupt_pdf": "domicilio",
    "empty_pdf": "identificacion",
    "not_a_pdf": "identificacion",
}


def names(applicant: Applicant) -> dict[str, str]:
    """Returns the file name by kind of document, for the kinds that were handed in."""
    rng = seeded_rng(applicant.seed, "file names", applicant.turn)
    kinds = ["identificacion", "domicilio", "motivos", "semblanza"]
    if rng.random() < _SAMPLE_SHARE:
        kinds.append("muestra")
    slots = {"pila": applicant.person.first_names, "apellido": applicant.person.surnames[0]}
    return {kind: rng.choice(load("archivos")[kind]).format(n=rng.randrange(1000), **slots) for kind in kinds}


def make(applicant: Applicant, kind: str) -> bytes:
    """Returns the document of this kind."""
    rng = seeded_rng(applicant.seed, "file", applicant.turn, kind)
    makers = {
        "identificacion": _card,
        "domicilio": _bill,
        "motivos": _letter,
        "semblanza": _profile,
        "muestra": _script,
    }
    pdf = makers[kind](applicant, rng)
    return broken.spoil(applicant.trouble, pdf) if _SPOILT.get(applicant.trouble) == kind else pdf


def _card(applicant: Applicant, rng: random.Random) -> bytes:
    pdf = cards.identification_pdf(applicant.person, rng)
    return scans.scan(pdf, rng, sideways=applicant.turn % _SIDEWAYS_CARD == 4)


def _bill(applicant: Applicant, _: random.Random) -> bytes:
    turn, person = applicant.bill_of
    rng = seeded_rng(applicant.seed, "bill", turn)
    pdf = cards.bill_pdf(person, rng)
    if turn % _SCANNED_BILL != 1:
        return pdf
    return scans.scan(pdf, rng, sideways=turn % _SIDEWAYS_BILL == 6)


def _letter(applicant: Applicant, rng: random.Random) -> bytes:
    pages = _TOO_MANY_PAGES if applicant.trouble == "too_many_pages" else 1
    pdf = papers.letter_pdf(letters.write(applicant), rng, pages=pages)
    if applicant.turn % _SIDEWAYS_LETTER == 8:
        return scans.scan(pdf, rng, sideways=True)
    return scans.scan(pdf, rng) if applicant.turn % _SCANNED_LETTER == 3 else pdf


def _profile(applicant: Applicant, rng: random.Random) -> bytes:
    face = portraits.as_jpeg(portraits.portrait(rng)) if applicant.turn % _PICTURE == 2 else None
    return papers.profile_pdf(profiles.write(applicant), rng, picture=face)


def _script(applicant: Applicant, _: random.Random) -> bytes:
    return papers.script_pdf(scripts.write(applicant))

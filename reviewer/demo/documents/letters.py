"""Letters of motives, composed from ``data/demo/motivos.toml`` at the level of the merit.

The parts correspond to the criteria of the rubric: motivacion, mirada, escritura (order and spelling),
compromiso.
"""

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewer.core.text import MONTHS
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import deal_card, fill_template, load, seeded_rng

Slots = Mapping[str, object]


@dataclass(frozen=True)
class Letter:
    """A letter before layout. Empty parts are left out."""

    title: str
    place_and_date: str
    greeting: str
    paragraphs: tuple[str, ...]
    farewell: str
    signature: str
    contact: str


def slots_for(applicant: Applicant, rng: random.Random) -> dict[str, object]:
    """Returns the values of the templates' placeholders."""
    person, project = applicant.person, applicant.project
    places = load("lugares")
    memory = rng.choice(places["recuerdos"])
    return project.slots | {
        "nombre": person.name,
        "pila": person.first_names,
        "apellido": person.surnames[0],
        "edad": person.age,
        "anio": person.born.year,
        "o": person.ending,
        "alcaldia": person.home.alcaldia,
        "colonia": person.home.colonia,
        "oficio": person.job["nombre"].lower(),
        "escolaridad": person.schooling.lower(),
        "recuerdo": memory,
        "recuerdo_t": memory[0].upper() + memory[1:],
        "transporte": rng.choice(places["transporte"]),
        "mes": rng.choice(MONTHS[2:8]),
    }


def write(applicant: Applicant) -> Letter:
    """Returns the applicant's letter, dated at its submission."""
    rng = seeded_rng(applicant.seed, "letter", applicant.turn)
    person, fragments = applicant.person, load("motivos")
    paragraphs = _Author(applicant, rng, slots_for(applicant, rng)).paragraphs()
    care = applicant.merit.level("escritura")
    if care <= 2:
        merged = _merge_paragraphs(paragraphs, rng)
        paragraphs = [roughen(paragraph, care, person.ending, rng) for paragraph in merged]
    return Letter(
        title=rng.choice(fragments["titulos"]) if rng.random() < 0.7 else "",
        place_and_date=_place_and_date(applicant.submitted) if rng.random() < 0.75 else "",
        greeting=rng.choice(fragments["saludos"]) if rng.random() < 0.7 else "",
        paragraphs=tuple(paragraphs),
        farewell=rng.choice(fragments["despedidas"]),
        signature=person.name,
        contact=f"{person.email} · {person.phone}" if rng.random() < 0.45 else "",
    )


@dataclass(frozen=True)
class _Author:
    applicant: Applicant
    rng: random.Random
    slots: Slots

    def paragraphs(self) -> list[str]:
        why, sight = self.applicant.merit.level("motivacion"), self.applicant.merit.level("mirada")
        band = _band(round((why + sight) / 2))
        parts = {
            "opening": [self.fragment("apertura", band)],
            "sight": self.sight(sight),
            "job": [self.applicant.person.job["anecdota"]] if sight >= 3 and self.rng.random() < 0.75 else [],
            "film": self.film(sight),
            "project": [self.fragment("proyecto", band)],
            "why": [self.fragment("motivacion", str(why))],
            "how": [self.fragment("compromiso", str(self.applicant.merit.level("compromiso")))],
            "aside": [self.fragment("trayecto", "media")] if self.rng.random() < 0.45 else [],
            "closing": [self.fragment("cierre", band)],
        }
        return [text for name in self.order() for text in parts[name] if text]

    def fragment(self, part: str, level: str, shift: int = 0) -> str:
        pile: Sequence[str] = load("motivos")[part][level]
        template = deal_card(self.applicant.seed, f"{part} {level}", pile, self.applicant.turn + shift)
        return fill_template(template, self.slots, self.rng)

    def sight(self, level: int) -> list[str]:
        counts = {1: 1, 2: self.rng.choice((1, 2)), 3: self.rng.choice((1, 2)), 4: 1, 5: 2}
        texts = [self.fragment("mirada", _band(level), shift=shift) for shift in range(counts[level])]
        if level == 4 and self.rng.random() < 0.5:
            texts.append(self.fragment("mirada", "media"))
        return texts

    def film(self, level: int) -> list[str]:
        if self.rng.random() < 0.2:
            return []
        work: dict[str, Any] = deal_card(self.applicant.seed, "films", load("obras")["obra"], self.applicant.turn)
        return [work["hondo" if level >= 4 else "llano"]]

    def order(self) -> list[str]:
        """Returns the order of the parts, random for a low level of writing."""
        middle = ["sight", "job", "film", "project", "why", "how", "aside"]
        care = self.applicant.merit.level("escritura")
        if care <= 2:
            self.rng.shuffle(middle)
        elif self.rng.random() < 0.5:
            middle = ["job", "sight", "project", "film", "why", "aside", "how"]
        if care == 5 and self.applicant.merit.level("mirada") >= 4 and self.rng.random() < 0.4:
            return ["sight", "opening", *(part for part in middle if part != "sight"), "closing"]
        return ["opening", *middle, "closing"]


def roughen(text: str, care: int, ending: str, rng: random.Random) -> str:
    """Returns the text with errors of punctuation and spelling, more of them at level 1 than at 2."""
    filler = rng.choice(load("motivos")["relleno"]["frases"]).replace("{o}", ending)
    text = f"{text} {filler}" if rng.random() < 0.6 else text
    run_on_rate = 0.6 if care == 1 else 0.25
    text = re.sub(r"\. (\w)", lambda match: f", {match[1].lower()}" if rng.random() < run_on_rate else match[0], text)
    accent_loss_rate = 0.85 if care == 1 else 0.35
    text = " ".join(_without_accents(word) if rng.random() < accent_loss_rate else word for word in text.split(" "))
    for right, wrong in (("porque", "por que"), ("a través", "atravez"), ("hacer", "aser"), (" y ", " i ")):
        if care == 1 and right in text and rng.random() < 0.15:
            text = text.replace(right, wrong, 1)
    return text


def _without_accents(word: str) -> str:
    """Returns the word without acute accents; ñ and ü are kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).replace("\u0301", ""))


def _merge_paragraphs(paragraphs: list[str], rng: random.Random) -> list[str]:
    merged: list[str] = []
    for paragraph in paragraphs:
        if merged and rng.random() < 0.4:
            merged[-1] += f" {paragraph}"
        else:
            merged.append(paragraph)
    return merged


def _band(level: int) -> str:
    return "baja" if level <= 2 else "media" if level == 3 else "alta"


def _place_and_date(submitted: datetime) -> str:
    return f"Ciudad de México, {submitted.day} de {MONTHS[submitted.month - 1]} de {submitted.year}"

"""Semblanzas, composed from ``data/demo/semblanzas.toml``: as a narrative or a curriculum."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.people import Person
from reviewer.demo.cohort.words import capitalise, deal_card, fill_template, load, seeded_rng
from reviewer.demo.documents.letters import slots_for

Section = tuple[str, tuple[str, ...]]  # (heading or "", paragraphs)


@dataclass(frozen=True)
class Profile:
    """A semblanza before layout."""

    title: str
    name: str
    contact: str
    sections: tuple[Section, ...]


def write(applicant: Applicant) -> Profile:
    """Returns the applicant's semblanza."""
    rng, person = seeded_rng(applicant.seed, "profile", applicant.turn), applicant.person
    slots = slots_for(applicant, rng) | _years(rng, person)
    if rng.random() < 0.3:
        sections, title = _curriculum(slots, rng), rng.choice(("Currículum", "SEMBLANZA CURRICULAR"))
    else:
        sections = _narrative(applicant, slots, rng)
        title = rng.choice(("Semblanza", "SEMBLANZA", "Semblanza biográfica"))
    return Profile(
        title=title,
        name=person.name,
        contact=f"{person.phone} · {person.email}" if rng.random() < 0.5 else "",
        sections=sections,
    )


def _years(rng: random.Random, person: Person) -> dict[str, int]:
    since = min(2023, person.born.year + 18 + rng.randint(0, 6))
    later = min(2024, since + rng.randint(1, 9))
    return {"anio_a": later, "anio_b": since}


def _narrative(applicant: Applicant, slots: Mapping[str, object], rng: random.Random) -> tuple[Section, ...]:
    seed, turn, merit = applicant.seed, applicant.turn, applicant.merit
    voice: Mapping[str, list[str]] = load("semblanzas")[rng.choice(("tercera", "primera"))]
    parts = ["origen", "formacion", "escritura", "vida"]
    if merit.level("compromiso") == 1:
        parts = parts[:2]
    templates = [deal_card(seed, f"profile {part}", voice[part], turn) for part in parts]
    shifts = range(max(0, merit.level("mirada") - 2))
    templates += [deal_card(seed, "profile extra", voice["extra"], turn + shift) for shift in shifts]
    return (("", tuple(fill_template(template, slots, rng) for template in templates)),)


def _curriculum(slots: Mapping[str, object], rng: random.Random) -> tuple[Section, ...]:
    lists = load("semblanzas")["curriculum"]
    headings = {"formacion": "Formación", "experiencia": "Experiencia", "obra": "Escritura y proyectos"}
    about = f"{slots['edad']} años · {slots['colonia']}, {slots['alcaldia']}"
    sections = [
        (title, tuple(capitalise(fill_template(entry, slots, rng)) for entry in lists[part]))
        for part, title in headings.items()
    ]
    return (("", (about,)), *sections)

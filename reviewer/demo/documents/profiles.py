"""Semblanzas, put together from ``data/demo/semblanzas.toml``: told, or as a curriculum."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.demo.cohort.merit import Merit
from reviewer.demo.cohort.people import Person
from reviewer.demo.cohort.projects import Project
from reviewer.demo.cohort.words import capitalise, deal_card, fill_template, load, seeded_rng
from reviewer.demo.documents.letters import slots_for

Section = tuple[str, tuple[str, ...]]  # (heading or "", paragraphs)


@dataclass(frozen=True)
class Profile:
    """A semblanza before it is laid out."""

    title: str
    name: str
    contact: str
    sections: tuple[Section, ...]


def write(seed: int, turn: int, *, person: Person, project: Project, merit: Merit) -> Profile:
    """Returns the semblanza of this turn."""
    rng = seeded_rng(seed, "profile", turn)
    slots = slots_for(person, project, rng) | _years(rng, person)
    if rng.random() < 0.3:
        sections, title = _curriculum(slots, rng), rng.choice(("Currículum", "SEMBLANZA CURRICULAR"))
    else:
        sections, title = (
            _narrative(seed, turn, slots, merit, rng),
            rng.choice(("Semblanza", "SEMBLANZA", "Semblanza biográfica")),
        )
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


def _narrative(
    seed: int, turn: int, slots: Mapping[str, object], merit: Merit, rng: random.Random
) -> tuple[Section, ...]:
    voice: Mapping[str, list[str]] = load("semblanzas")[rng.choice(("tercera", "primera"))]
    parts = ["origen", "formacion", "escritura", "vida"]
    if merit.level("compromiso") == 1:
        parts = parts[:2]
    texts = [
        fill_template(deal_card(seed, f"profile {part}", voice[part], turn), slots, rng) for part in parts
    ]
    for shift in range(max(0, merit.level("mirada") - 2)):
        texts.append(
            fill_template(deal_card(seed, "profile extra", voice["extra"], turn + shift), slots, rng)
        )
    return (("", tuple(texts)),)


def _curriculum(slots: Mapping[str, object], rng: random.Random) -> tuple[Section, ...]:
    lists = load("semblanzas")["curriculum"]
    headings = {"formacion": "Formación", "experiencia": "Experiencia", "obra": "Escritura y proyectos"}
    about = f"{slots['edad']} años · {slots['colonia']}, {slots['alcaldia']}"
    sections = [
        (title, tuple(capitalise(fill_template(entry, slots, rng)) for entry in lists[part]))
        for part, title in headings.items()
    ]
    return (("", (about,)), *sections)

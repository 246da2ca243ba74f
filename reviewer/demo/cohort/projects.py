"""The projects of the invented people."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.demo.cohort.words import capitalise, deal_card, fill_template, load, seeded_rng, weighted_choice

_WITH_ARTICLE = {
    "Largometraje": "un largometraje",
    "Serie": "una serie",
    "Cortometraje": "un cortometraje",
    "Miniserie": "una miniserie",
    "Documental": "un documental",
}


@dataclass(frozen=True)
class Project:
    """A project: ``line`` states the premise, ``detail`` what happens, ``ground`` what it is about."""

    kind: str
    title: str
    genre: str
    line: str
    detail: str
    ground: str
    hero: str

    @property
    def synopsis(self) -> str:
        """The synopsis in the form."""
        return f"{self.line} {self.detail}"

    @property
    def slots(self) -> dict[str, str]:
        """The values of the placeholders in the texts of ``data/demo``."""
        return {
            "titulo": self.title,
            "tipo": self.kind,
            "tipo_un": _WITH_ARTICLE[self.kind],
            "genero": self.genre.lower(),
            "linea": self.line,
            "detalle": self.detail,
            "fondo": self.ground,
            "el": self.hero,
        }


def invent(seed: int, turn: int) -> Project:
    """Returns the project of this turn."""
    rng = seeded_rng(seed, "project", turn)
    stories = load("historias")
    premise = deal_card(seed, "premises", stories["premisa"], turn)
    hero = deal_card(seed, "heroes", stories["protagonistas"], turn)
    slots = _hero_slots(hero)
    kind = weighted_choice(rng, load("respuestas")["proyecto"]["tipo"])
    genres = stories["generos_documentales"] if kind == "Documental" else premise["generos"]
    return Project(
        kind=kind,
        title=deal_card(seed, "titles", premise["titulos"], turn // len(stories["premisa"])),
        genre=rng.choice(genres),
        line=fill_template(premise["linea"], slots, rng),
        detail=fill_template(premise["detalle"], slots, rng),
        ground=premise["fondo"],
        hero=hero["el"],
    )


def cast(rng: random.Random) -> tuple[str, str, str]:
    """Returns first names of a woman, a man and anybody else, for a script."""
    stories = load("historias")
    woman, other_woman = rng.sample(stories["mujeres"], 2)
    man, another = rng.sample(stories["hombres"], 2)
    return woman, man, rng.choice((other_woman, another))


def _hero_slots(hero: Mapping[str, str]) -> dict[str, str]:
    ending = hero["o"]
    return {
        "un": hero["un"],
        "Un": capitalise(hero["un"]),
        "el": hero["el"],
        "El": capitalise(hero["el"]),
        "po": ending,
        "po_lo": "la" if ending == "a" else "lo",
        "po_ella": "ella" if ending == "a" else "él",
    }

"""The invented people: names, births, homes and answers in the form."""

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from reviewer.core.text import fold_solid
from reviewer.demo.cohort import curps
from reviewer.demo.cohort.words import deal_card, load, seeded_rng, weighted_choice
from reviewer.demographics.age import age_on
from reviewer.demographics.geography import Alcaldia

CLOSING_DAY = date(2025, 9, 27)  # of the demo's call; ages are counted on it
# Applicants to open writing workshops are rather young, and there is no maximum age.
_AGES = [((18, 24), 25.0), ((25, 34), 31.0), ((35, 44), 19.0), ((45, 59), 16.0), ((60, 79), 9.0)]
_SEXES = [("M", 52.0), ("H", 43.0), ("X", 5.0)]
_BIRTHPLACES = [("DF", 80.0), ("MC", 8.0), ("OC", 3.0), ("PL", 3.0), ("VZ", 2.0), ("HG", 2.0), ("GR", 2.0)]
_BELONGING_PER_SPEAKER = 4  # more people say that they belong to a people than speak its language
_DISABILITY = 0.06
_DOMAINS = ("example.org", "example.com", "example.net", "correo.example", "buzon.example")  # RFC 2606


@dataclass(frozen=True)
class Home:
    """Where a person lives; ``written`` is the alcaldía as they write it in the form."""

    alcaldia: str
    written: str
    colonia: str
    street: str
    postal_code: str


@dataclass(frozen=True)
class Person:
    """An invented person. ``ending`` is how adjectives about them end: o, a or e."""

    first_names: str
    surnames: tuple[str, str]
    sex: str
    gender: str
    ending: str
    born: date
    curp: str
    home: Home
    email: str
    phone: str
    schooling: str
    job: Mapping[str, Any]
    indigenous: str
    afro_mexican: str
    disability: str

    @property
    def name(self) -> str:
        """First names and both surnames."""
        return f"{self.first_names} {' '.join(self.surnames)}"

    @cached_property
    def age(self) -> int:
        """Whole years on the day the call closes."""
        return age_on(CLOSING_DAY, self.born)


def invent(seed: int, turn: int, place: Alcaldia) -> Person:
    """Returns the person of this turn, who lives in this alcaldía."""
    rng = seeded_rng(seed, "person", turn)
    sex = weighted_choice(rng, _SEXES)
    first_names, surnames = _name(rng, sex)
    born = birthday(rng, *weighted_choice(rng, _AGES))
    gender = weighted_choice(rng, load("respuestas")["genero"][sex])
    job = _job(seed, turn, _age_group(born), sex)
    ending = _ending(rng, sex, gender)
    mark, birthplace = _sex_mark(rng, sex, gender), weighted_choice(rng, _BIRTHPLACES)
    curp = curps.make(first_names, surnames, born, mark, birthplace, rng)
    return Person(
        first_names=first_names,
        surnames=surnames,
        sex=sex,
        gender=gender,
        ending=ending,
        born=born,
        curp=curp,
        home=_home(rng, place),
        email=_email(rng, first_names, surnames, turn),
        phone=phone(rng),
        schooling=_schooling(rng, _age_group(born), job),
        job=job,
        **_traits(rng, place),
    )


def birthday(rng: random.Random, youngest: int, oldest: int) -> date:
    """Returns a birth date of somebody of these ages on the day the call closes."""
    latest = date(CLOSING_DAY.year - youngest, CLOSING_DAY.month, CLOSING_DAY.day)
    earliest = date(CLOSING_DAY.year - oldest - 1, CLOSING_DAY.month, CLOSING_DAY.day) + timedelta(days=1)
    return earliest + timedelta(days=rng.randrange((latest - earliest).days + 1))


def phone(rng: random.Random) -> str:
    """Returns a number that is never assigned: after the area code, Mexican numbers do not begin with 0."""
    area = rng.choice(("55", "55", "55", "56"))
    digits = f"0{rng.randrange(1000):03d}{rng.randrange(10000):04d}"
    shapes = ("{a} {b} {c}", "{a}{b}{c}", "({a}) {b}-{c}", "+52 {a} {b} {c}", "{a}-{b}-{c}")
    return rng.choice(shapes).format(a=area, b=digits[:4], c=digits[4:])


def random_name(rng: random.Random) -> str:
    """Returns a name for somebody who is not an applicant."""
    first_names, surnames = _name(rng, rng.choice("MH"))
    return f"{first_names} {' '.join(surnames)}"


def _name(rng: random.Random, sex: str) -> tuple[str, tuple[str, str]]:
    names = load("nombres")
    name_list = names[{"M": "mujeres", "H": "hombres", "X": "neutros"}[sex]]
    tiers = names["apellidos"]
    surnames = [rng.choice(weighted_choice(rng, list(zip(tiers, (45, 28, 27), strict=True)))) for _ in range(2)]
    return rng.choice(name_list), (surnames[0], surnames[1])


def _ending(rng: random.Random, sex: str, gender: str) -> str:
    if sex == "X":
        return rng.choice("eeao")
    return "a" if (sex == "M") is (gender != "Hombre trans") else "o"


def _sex_mark(rng: random.Random, sex: str, gender: str) -> str:
    """Returns the mark on the CURP; since 2023 it may be X, but many keep the earlier one."""
    if sex == "X":
        return rng.choice("XXHM")
    return "H" if sex == "H" or (gender == "Mujer trans" and rng.random() < 0.4) else "M"


def _age_group(born: date) -> str:
    age = CLOSING_DAY.year - born.year
    return "joven" if age < 27 else "adulta" if age < 58 else "mayor"


def _job(seed: int, turn: int, age_group: str, sex: str) -> Mapping[str, Any]:
    ending = {"M": "a", "H": "o", "X": ""}[sex]
    fitting = [
        job
        for job in load("oficios")["oficio"]
        if job["edad"] in (age_group, "adulta" if age_group == "mayor" else age_group)
        and job.get("o", ending) == ending
    ]
    return deal_card(seed, f"jobs {age_group} {ending}", fitting, turn)


def _schooling(rng: random.Random, age_group: str, job: Mapping[str, Any]) -> str:
    if job.get("con_titulo"):
        return rng.choice(("Licenciatura", "Licenciatura", "Licenciatura", "Maestría"))
    answer: str = weighted_choice(rng, load("respuestas")["escolaridad"][age_group])
    return answer


def _home(rng: random.Random, place: Alcaldia) -> Home:
    places = load("lugares")
    return Home(
        alcaldia=place.name,
        written=_as_written(rng, place.name),
        colonia=rng.choice(places["colonias"]),
        street=f"{rng.choice(places['calles'])} {rng.randrange(3, 190)}",
        postal_code=f"{place.postal_prefix}{rng.randrange(10, 990):03d}",
    )


def _as_written(rng: random.Random, name: str) -> str:
    """Returns the name as chosen from a list, or typed with other accents and case."""
    if rng.random() < 0.88:
        return name
    unaccented = "".join(filter(str.isascii, unicodedata.normalize("NFD", name)))
    return rng.choice((unaccented, name.upper(), unaccented.lower(), f"Alcaldía {name}"))


def _email(rng: random.Random, first_names: str, surnames: tuple[str, str], turn: int) -> str:
    names = (first_names.split(maxsplit=1)[0], *surnames)
    first, father, mother = (fold_solid(name) for name in names)
    initials = f"{father[:1]}{mother[:1]}"
    shapes = (f"{first}.{father}", f"{first}{initials}", f"{father}.{first}", f"{first}_{mother}")
    return f"{rng.choice(shapes)}{turn + 1}@{rng.choice(_DOMAINS)}"


def _traits(rng: random.Random, place: Alcaldia) -> dict[str, str]:
    answers = load("respuestas")
    speakers = place.indigenous_speakers_over_3 / place.population_over_3
    chances = {
        "indigenous": ("pueblo_indigena", _BELONGING_PER_SPEAKER * speakers),
        "afro_mexican": ("afromexicana", place.afro / place.population),
        "disability": ("discapacidad", _DISABILITY),
    }
    return {
        field: weighted_choice(rng, answers[key]["si" if rng.random() < share else "no"])
        for field, (key, share) in chances.items()
    }

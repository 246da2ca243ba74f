"""Writing samples: scenes of ``data/demo/guion.toml`` under the project's title."""

import re
from dataclasses import dataclass
from datetime import datetime

from reviewer.demo.cohort import projects
from reviewer.demo.cohort.people import Person
from reviewer.demo.cohort.projects import Project
from reviewer.demo.cohort.words import deal_card, load, seeded_rng

Line = tuple[str, str]  # (heading | action | cue | aside | speech | end, text)


@dataclass(frozen=True)
class Script:
    """A sample: its scenes as lines, each with what it is."""

    title: str
    kind: str
    author: str
    dated: str
    contact: str
    lines: tuple[Line, ...]


def write(seed: int, turn: int, *, person: Person, project: Project, submitted: datetime) -> Script:
    """Returns the sample of this turn, of two to four scenes."""
    rng = seeded_rng(seed, "script", turn)
    cast = dict(zip("ABC", projects.cast(rng), strict=True))
    lines: list[Line] = [("action", "FUNDE DESDE NEGRO:")] if rng.random() < 0.5 else []
    for scene in range(rng.randint(2, 4)):
        text: str = deal_card(seed, f"scenes {scene}", load("guion")["escenas"], turn)
        upper_names = {key: name.upper() for key, name in cast.items()}
        lines += _parse_scene(text.format_map(upper_names | {"anios": rng.randint(17, 66)}), cast)
    return Script(
        title=project.title,
        kind=f"{project.kind} · {project.genre}",
        author=person.name,
        dated=f"{rng.choice(('Primera', 'Segunda', 'Tercera'))} versión, {submitted:%m/%Y}",
        contact=person.email if rng.random() < 0.5 else "",
        lines=(*lines, ("end", "CORTE A NEGRO.")),
    )


def _parse_scene(text: str, cast: dict[str, str]) -> list[Line]:
    lines: list[Line] = []
    for block in text.strip().split("\n\n"):
        first, *rest = block.split("\n")
        if first.startswith("@"):
            lines.append(("cue", _cue(first[1:], cast)))
            lines += [("aside" if line.startswith("(") else "speech", line) for line in rest]
            lines.append(("gap", ""))
        else:
            lines.append(("heading" if re.match(r"INT\.|EXT\.|INSERTO", first) else "action", block))
    return lines


def _cue(cue: str, cast: dict[str, str]) -> str:
    return re.sub(r"\b([ABC])\b", lambda match: cast[match[1]].upper(), cue)

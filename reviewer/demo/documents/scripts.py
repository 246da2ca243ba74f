"""Writing samples: scenes of ``data/demo/guion.toml`` under the project's title."""

import re
from dataclasses import dataclass

from reviewer.demo.cohort import projects
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import deal_card, load, seeded_rng

Line = tuple[str, str]  # (heading | action | cue | aside | speech | end, text)


@dataclass(frozen=True)
class Script:
    """A sample; ``lines`` are its scenes, with the type of each line."""

    title: str
    kind: str
    author: str
    dated: str
    contact: str
    lines: tuple[Line, ...]


def write(applicant: Applicant) -> Script:
    """Returns the applicant's sample, of two to four scenes."""
    seed, turn, project = applicant.seed, applicant.turn, applicant.project
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
        author=applicant.person.name,
        dated=f"{rng.choice(('Primera', 'Segunda', 'Tercera'))} versión, {applicant.submitted:%m/%Y}",
        contact=applicant.person.email if rng.random() < 0.5 else "",
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

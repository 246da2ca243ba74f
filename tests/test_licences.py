"""Nothing that we depend on, or that it depends on, is under a licence that would bind this program."""

import re
from importlib import metadata

from packaging.requirements import Requirement

from reviewer.core.paths import ROOT

# Used as they come, unchanged, and so within what the LGPL lets any program do.
LGPL_UNCHANGED = {"fpdf2", "img2pdf", "pebble", "psycopg", "psycopg-binary"}
FREE = re.compile(
    r"\b(mit|mit-0|mit-cmu|bsd|0bsd|apache|psf|psfl|python software foundation|mpl|mozilla|isc|zlib|hpnd"
    r"|unlicense|cc0|public domain|dual license)\b",
    re.IGNORECASE,
)
BINDING = re.compile(r"\b(a?gpl|gnu (affero )?general public|lgpl\w*|gnu (library or )?lesser)", re.IGNORECASE)
# Their wheels carry the licence's text alone; read by hand.
READ_BY_HAND = {"axe-playwright-python": "MIT"}


def licence_of(name: str) -> str:
    """What a distribution's metadata say of its licence, the short forms first."""
    facts = metadata.metadata(name).json
    texts = [str(facts.get("license_expression", ""))]
    texts += [classifier for classifier in facts.get("classifier", []) if classifier.startswith("License ::")]
    texts.append(str(facts.get("license", ""))[:200])
    return " ".join(texts).strip() or READ_BY_HAND.get(name, "")


def required_packages() -> list[str]:
    """Every package of both lists of exact versions that this machine's own kind needs."""
    names = set()
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith((" ", "#", "-")):
                requirement = Requirement(line)
                if requirement.marker is None or requirement.marker.evaluate():
                    names.add(requirement.name)
    return sorted(names)


def test_every_licence_is_one_that_binds_nobody() -> None:
    for name in required_packages():
        licence = licence_of(name)
        if name in LGPL_UNCHANGED:
            assert "lgpl" in licence.lower() or "lesser" in licence.lower(), f"{name} is no longer LGPL: take it out"
        else:
            assert not BINDING.search(licence), f"{name}: {licence}"
            assert FREE.search(licence), f"{name}: «{licence}»: read it, then name it here"

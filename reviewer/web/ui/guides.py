"""The guides as Ayuda shows them: their titles, the guide of each role, and their text with our addresses."""

import re
from urllib.parse import urlencode

from reviewer.core.paths import ROOT
from reviewer.models import Role

FOLDER = ROOT / "docs" / "guia"
PICTURES = FOLDER / "img"
GUIDES = {
    "jurado": "Jurado",
    "coordinacion": "Coordinación",
    "administracion": "Administración",
    "primer-dia": "Primer día",
}
"""The titles of the guides, by the name of their file."""

BY_ROLE = {Role.JURY: "jurado", Role.COORDINATOR: "coordinacion", Role.ADMIN: "administracion"}


def text(name: str) -> str:
    """Returns a guide's Markdown with pictures from our route and links from one guide to another."""
    markdown = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    markdown = re.sub(r"\]\(img/([a-z-]+)\.webp\)", r"](/guia/\1.webp)", markdown)
    return re.sub(r"\]\(([a-z-]+)\.md(?:#[^)]*)?\)", lambda match: f"]({address(match[1])})", markdown)


def address(name: str) -> str:
    """Returns where Ayuda shows a guide."""
    return f"/ayuda?{urlencode({'guia': name})}"

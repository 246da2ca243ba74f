"""Components of our own: a folder each, with a thin Python face, HTML, CSS and JavaScript modules.

``shared`` holds modules of several components; ``modules`` joins a component's JavaScript for Streamlit. The
stylesheets beside the folders belong to whole pages.
"""

from pathlib import Path

_HERE = Path(__file__).parent


def source(name: str) -> str:
    """The text of a component's file. Streamlit takes a single line for a file's name, so it has several."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return text if "\n" in text.strip() else f"\n{text}\n"

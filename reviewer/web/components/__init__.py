"""Components of our own: plain JavaScript and CSS beside a thin Python face, without a build step."""

from pathlib import Path

_HERE = Path(__file__).parent


def source(name: str) -> str:
    """The text of a component's file. Streamlit takes a single line for a file's name, so it has several."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return text if "\n" in text.strip() else f"\n{text}\n"

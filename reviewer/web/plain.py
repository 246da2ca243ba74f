"""Words of others inside Streamlit's Markdown: shown as they are, never read as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'])")


def plain(text: str) -> str:
    """The text with every mark that Markdown would read escaped; lines stay lines."""
    return _MARKS.sub(r"\\\1", text).replace("\n", "  \n")

"""Words of others inside Streamlit's Markdown: shown as they are, never read as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'])")
_MARKS_IN_A_SENTENCE = re.compile(r"([\\`*_\[\]<>$~&|]|:(?=\S))")
_BEGINS_A_BLOCK = re.compile(r"^(\s*)([#+\-=>]|\d+(?=[.)]))", re.MULTILINE)
# Addresses become links after all marks are read; a mark without width between their parts hinders that.
_ADDRESSES = re.compile(r"(https?:|www)(?=//|\.)", re.IGNORECASE)
_NO_BREAK = "\N{WORD JOINER}"


def plain(text: str) -> str:
    """The text with every mark that Markdown would read escaped; lines stay lines."""
    return _MARKS.sub(r"\\\1", _without_links(text)).replace("\n", "  \n")


def sentence(text: object) -> str:
    """The same for a sentence of ours, such as a refusal, that may hold words of others.

    Only what could be read as markup there is escaped.
    """
    escaped = _MARKS_IN_A_SENTENCE.sub(r"\\\1", _without_links(str(text)))
    return _BEGINS_A_BLOCK.sub(_escaped_block, escaped).replace("\n", "  \n")


def _without_links(text: str) -> str:
    return _ADDRESSES.sub(rf"\1{_NO_BREAK}", text)


def _escaped_block(found: "re.Match[str]") -> str:
    space, mark = found.groups()
    return f"{space}{mark}{_NO_BREAK}" if mark.isdigit() else f"{space}\\{mark}"

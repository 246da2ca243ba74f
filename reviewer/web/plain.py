"""Words of others inside Streamlit's Markdown: shown as they are, never read as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'])")
_MARKS_IN_A_SENTENCE = re.compile(r"([\\`*_\[\]<>$~&|]|:(?=\S))")
_BEGINS_A_BLOCK = re.compile(r"^(\s*)([#+\-=>]|\d+(?=[.)]))", re.MULTILINE)
# Addresses become links, and names between colons pictures, after all marks are read and whether or not they
# are escaped: a mark without width between their parts hinders that.
_READ_LATE = re.compile(r"(https?:(?=//)|www(?=\.)|:(?=[a-z][\w+/-]*:))", re.IGNORECASE)
_NO_BREAK = "\N{WORD JOINER}"


def plain(text: str) -> str:
    """The text with every mark that Markdown would read escaped; lines stay lines."""
    return _MARKS.sub(r"\\\1", _kept_apart(text)).replace("\n", "  \n")


def sentence(text: object) -> str:
    """The same for a sentence of ours, such as a refusal, that may hold words of others.

    Only what could be read as markup there is escaped.
    """
    escaped = _MARKS_IN_A_SENTENCE.sub(r"\\\1", _kept_apart(str(text)))
    return _BEGINS_A_BLOCK.sub(_escaped_block, escaped).replace("\n", "  \n")


def _kept_apart(text: str) -> str:
    return _READ_LATE.sub(rf"\1{_NO_BREAK}", text)


def _escaped_block(found: "re.Match[str]") -> str:
    space, mark = found.groups()
    return f"{space}{mark}{_NO_BREAK}" if mark.isdigit() else f"{space}\\{mark}"

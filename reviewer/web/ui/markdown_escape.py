"""Words of others inside Streamlit's Markdown: shown as they are, never read as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'])")
_MARKS_IN_A_SENTENCE = re.compile(r"([\\`*_\[\]<>$~&|]|:(?=\S))")
_BLOCK_START = re.compile(r"^(\s*)([#+\-=>]|\d+(?=[.)]))", re.MULTILINE)
# Addresses become links, and names between colons pictures, after all marks are read and whether or not they
# are escaped: a mark without width between their parts hinders that.
_AUTOLINKS = re.compile(r"(https?:(?=//)|www(?=\.)|:(?=[a-z][\w+/-]*:))", re.IGNORECASE)
_WORD_JOINER = "\N{WORD JOINER}"


def escape_markdown(text: str) -> str:
    """The text with every mark that Markdown would read escaped; lines stay lines."""
    return _MARKS.sub(r"\\\1", _break_autolinks(text)).replace("\n", "  \n")


def escape_sentence(text: object) -> str:
    """The same for a sentence of ours, such as a refusal, that may hold words of others.

    Only what could be read as markup there is escaped.
    """
    escaped = _MARKS_IN_A_SENTENCE.sub(r"\\\1", _break_autolinks(str(text)))
    return _BLOCK_START.sub(_escape_block_start, escaped).replace("\n", "  \n")


def _break_autolinks(text: str) -> str:
    return _AUTOLINKS.sub(rf"\1{_WORD_JOINER}", text)


def _escape_block_start(found: "re.Match[str]") -> str:
    space, mark = found.groups()
    return f"{space}{mark}{_WORD_JOINER}" if mark.isdigit() else f"{space}\\{mark}"

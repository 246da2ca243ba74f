"""Text of others inside Streamlit's Markdown, escaped so that none of it is read as markup."""

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'])")
_MARKS_IN_A_SENTENCE = re.compile(r"([\\`*_\[\]<>$~&|]|:(?=\S))")
_BLOCK_START = re.compile(r"^(\s*)([#+\-=>]|\d+(?=[.)]))", re.MULTILINE)
# Markdown turns addresses into links and names between colons into pictures even where they are escaped; a
# character without width between their parts prevents it.
_AUTOLINKS = re.compile(r"(https?:(?=//)|www(?=\.)|:(?=[a-z][\w+/-]*:))", re.IGNORECASE)
_WORD_JOINER = "\N{WORD JOINER}"


def escape_markdown(text: str) -> str:
    """Returns the text with every character that Markdown reads escaped; line breaks are kept."""
    return _MARKS.sub(r"\\\1", _break_autolinks(text)).replace("\n", "  \n")


def escape_sentence(text: object) -> str:
    """Returns a sentence of ours, such as a refusal, with quoted text of others escaped.

    Only what could be read as markup there is escaped.
    """
    escaped = _MARKS_IN_A_SENTENCE.sub(r"\\\1", _break_autolinks(str(text)))
    return _BLOCK_START.sub(_escape_block_start, escaped).replace("\n", "  \n")


def _break_autolinks(text: str) -> str:
    return _AUTOLINKS.sub(rf"\1{_WORD_JOINER}", text)


def _escape_block_start(found: "re.Match[str]") -> str:
    space, mark = found.groups()
    return f"{space}{mark}{_WORD_JOINER}" if mark.isdigit() else f"{space}\\{mark}"

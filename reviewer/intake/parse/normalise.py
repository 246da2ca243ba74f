"""Text as people and spreadsheets leave it, made comparable."""

import re
import unicodedata

# Controls and Unicode's Bidi_Control, which make a text read otherwise than it is; halves of pairs; no width.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LINE_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # of Unicode; word processors paste them


def trim(text: str) -> str:
    """As it came, without characters that can't be seen or stored and without space around it."""
    if text.isprintable():
        return text.strip()
    return _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text)).strip()


def clean(text: str) -> str:
    """``trim``, composed, with single plain spaces; line breaks stay."""
    composed = unicodedata.normalize("NFC", trim(text))
    if composed.isprintable() and "  " not in composed:
        return composed
    return re.sub(r"[^\S\n]+", " ", composed).strip()


def one_line(text: str) -> str:
    """``clean``, and every run of white space a single space."""
    return " ".join(clean(text).split())


def column_letter(index: int) -> str:
    """The letters over the column at ``index`` (from 0), as a spreadsheet shows them."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

"""Cleaning of the text that people and spreadsheets write."""

import re
import unicodedata

# Control characters, Unicode's Bidi_Control (text reads otherwise than it is stored), zero-width
# characters and lone surrogates, which no database stores. Joiners between letters belong to some names.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2069\ufeff\ud800-\udfff]"
)
_JOINERS = "\u200c\u200d"
_LETTER = rf"[^\s\x00-@\[-`{{-\x7f{_JOINERS}]"  # of any script, with its marks
_LOOSE_JOINERS = re.compile(rf"(?<!{_LETTER})[{_JOINERS}]+|[{_JOINERS}]+(?!{_LETTER}|[{_JOINERS}])")
_LINE_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # word processors paste those of Unicode


def trim(text: str) -> str:
    """Returns the text without what can't be seen or stored, and without surrounding whitespace."""
    if text.isprintable():
        return text.strip()
    return _LOOSE_JOINERS.sub("", _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))).strip()


def clean(text: str) -> str:
    """Returns the trimmed text in NFC, with single plain spaces; line breaks stay."""
    composed = unicodedata.normalize("NFC", trim(text))
    if composed.isprintable() and "  " not in composed:
        return composed
    return re.sub(r"[^\S\n]+", " ", composed).strip()


def one_line(text: str) -> str:
    """Returns the cleaned text with a single space for each run of whitespace."""
    return " ".join(clean(text).split())


def without_joiners(text: str) -> str:
    """Returns the text without zero-width joiners, which have no place in an address or a number."""
    return text if text.isascii() else text.replace("\u200c", "").replace("\u200d", "")


def column_letter(index: int) -> str:
    """Returns the letters that a spreadsheet shows over the column at ``index`` (from 0)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

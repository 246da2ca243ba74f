"""Decoding of text files whose encoding nobody declared, by what Spanish text looks like.

Detectors trained on whole pages mistake the few accents of a small table, and Windows-1252, Mac Roman and
code page 850 give every byte some character. So each reading is scored by its words: Spanish letters where
Spanish has them, case that does not change within a word, words that a table of applicants is likely to hold.
"""

import contextlib
import re
import unicodedata
from collections.abc import Collection
from itertools import islice

from reviewer.core.text import fold_letters

LEGACY_ENCODINGS = ("cp1252", "mac-roman", "cp850")  # Windows, Excel for Mac, MS-DOS; the likeliest first
_MOST_WORDS = 20_000
_MARGIN = 0.5  # by which the best reading has to beat one with other letters
_ACUTE, _ENYE_AND_DIERESIS = "áéíóú", "ñü"
_SPANISH = frozenset(_ACUTE + _ENYE_AND_DIERESIS)
_VOWELS = frozenset("aeiouáéíóúü")
_OPENING, _CLOSING = frozenset("¿¡«“‘"), frozenset("»”’…")
_SIGNS = frozenset("–—•·ºª°€©®™")
_FOREIGN = frozenset("äëïöç")  # letters of many names from abroad
# é in Windows-1252 is Ú in code page 850: these begin with é.
_WORDS_WITH_E = frozenset(
    ("él", "época", "épocas", "épica", "épico", "éxito", "éxitos", "éxodo", "ética", "ético", "élite", "énfasis")
)
_OTHER_SCRIPTS = re.compile("[\u0370-\u1fff]")
_DOUBLY_ENCODED = re.compile("Ã[\x81\x8d¡©³º±¼\xad\u2030\u201c\u0161\u2018]|Â[¿¡]")  # áéíóúñü ÁÉÍÓÚÑ ¿¡
_WORD = re.compile(r"[^\s,;\t\"()<>/|@]*[^\x00-\x7f][^\s,;\t\"()<>/|@]*")


class UnknownEncoding(ValueError):
    """No reading of the bytes looks like text, or two look alike."""


def decode(data: bytes, known_words: Collection[str] = ()) -> tuple[str, str]:
    """Returns the text, with line ends as they are, and the name of its encoding.

    ``known_words`` are folded words that the text is likely to hold. Raises ``UnknownEncoding``.
    """
    zeros = data[:4096].count(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_strictly(data, "utf-16", "utf-16")
    if zeros > len(data[:4096]) // 5:
        return _decode_strictly(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if zeros:
            raise UnknownEncoding from error
        return _decode_legacy(data, frozenset(known_words))
    if _OTHER_SCRIPTS.search(text) and _score(text, frozenset(known_words)) <= 0:
        with contextlib.suppress(UnknownEncoding):
            return _decode_legacy(data, frozenset(known_words))  # Íñ in code page 850 are two bytes of Hebrew
    return _without_double_encoding(text), "utf-8"


def _without_double_encoding(text: str) -> str:
    """Returns a text that was UTF-8, taken for Windows-1252 and saved as UTF-8 again, as it was."""
    if not _DOUBLY_ENCODED.search(text):
        return text
    try:
        return "".join(map(_windows_byte, text)).encode("latin-1").decode("utf-8-sig")
    except UnicodeError:
        return text


def _windows_byte(character: str) -> str:
    """Returns the character whose code is the byte of this one in Windows-1252."""
    try:
        return character.encode("cp1252").decode("latin-1")
    except UnicodeEncodeError:
        return character


def _decode_strictly(data: bytes, codec: str, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(codec), encoding
    except UnicodeDecodeError as error:
        raise UnknownEncoding from error


def _decode_legacy(data: bytes, known_words: frozenset[str]) -> tuple[str, str]:
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    for encoding in LEGACY_ENCODINGS:
        try:
            texts[encoding] = data.decode(encoding)
        except UnicodeDecodeError:
            continue  # Windows-1252 leaves five bytes undefined
        scores[encoding] = _score(texts[encoding], known_words)
    best, *others = sorted(scores, key=lambda encoding: -scores[encoding])
    rivals = [encoding for encoding in others if texts[encoding] != texts[best]]
    if scores[best] <= 0 or any(scores[best] - scores[encoding] < _MARGIN for encoding in rivals):
        raise UnknownEncoding
    return texts[best], best


def _score(text: str, known_words: frozenset[str]) -> float:
    """Returns how much the words with letters beyond ASCII look Spanish: each different word counts once."""
    words = {match[0]: match.start() for match in islice(_WORD.finditer(text), _MOST_WORDS)}
    return sum(_word_score(word, text[:start][-2:], known_words) for word, start in words.items())


def _word_score(word: str, before: str, known_words: frozenset[str]) -> float:
    letters = fold_letters(word).strip(".:*¿?¡!")
    score = 3.0 if letters in known_words or word.strip(".:") in _WORDS_WITH_E else 0.0
    if sum(character in _ACUTE for character in word.lower()) > 1:
        score -= 3  # no Spanish word has two
    if any(unicodedata.category(character) == "Cc" for character in word):
        score -= 5
    for index, character in enumerate(word):
        if character > "\x7f":
            previous, following = word[index - 1 : index], word[index + 1 : index + 2]
            score += _character_score(character, previous, following)
    is_capitalised = word[:1].isupper() and word[:1] > "\x7f"
    begins_cell = not before.strip(" ") or before[-1] in ',;\t\n\r"|'
    return score + (0.75 if is_capitalised and begins_cell else 0)


def _character_score(character: str, previous: str, following: str) -> float:
    lower = character.lower()
    if lower in _SPANISH:
        return _spanish_letter_score(character, previous, following)
    if character in _OPENING:
        return 1 if not previous.isalnum() and following.isalnum() else -1
    if character == "’" and previous.isalpha() and following.isalpha():
        return 1 if following.isupper() else -1  # O’Gorman, D’Artigues
    if character in _CLOSING:
        return 1 if previous and not following.isalpha() else -1
    if character == "\xa0":
        return -0.5
    if character in _SIGNS:
        return -2 if previous.isalpha() and following.isalpha() else 0.5
    if character in _FOREIGN and not following.isupper():
        return 0.5
    if character.isalpha() and len(unicodedata.normalize("NFD", character)) == 2:
        return -1 - (character.isupper() and previous.islower())  # a letter of another language
    return -3


def _spanish_letter_score(character: str, previous: str, following: str) -> float:
    if character.islower() and (following.isupper() or (previous.isupper() and following.isupper())):
        return -2
    if character.isupper() and (previous.islower() or (previous.isupper() and following.islower())):
        return -2
    if character.lower() == "ñ" and following.lower() not in _VOWELS:
        return 0 if previous.lower() in _VOWELS and not following.isalpha() and following else -2
    if character.lower() == "ü" and following.lower() not in _VOWELS:
        return 0.5  # Müller; in Spanish only güe and güi
    if not previous.isalpha() and not following.isalpha():
        return -2
    return 2

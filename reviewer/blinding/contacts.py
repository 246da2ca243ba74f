"""E-mail addresses, accounts, links, telephones, CURPs, RFCs, streets and postal codes in a text.

All of them are covered: the text does not say whose they are, and nearly always they are its author's.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

TOP_DOMAINS = "com|mx|org|net|edu|gob|info|io|tv|me|es|art|film|studio|xyz|site|online|blog|example"
SITES = (
    "instagram|facebook|fb|twitter|tiktok|linkedin|vimeo|youtube|youtu|behance|issuu|soundcloud|spotify|imdb|letterboxd|"
    "linktr|threads|medium|wattpad|flickr|wixsite|wordpress|blogspot|tumblr|substack|github|patreon|twitch|telegram|wa"
)
ACCOUNTS = "instagram|insta|ig|facebook|fb|face|twitter|tw|tiktok|tik tok|linkedin|threads|youtube|vimeo|telegram|x"
STREETS = (
    r"calle|c/|avenida|av\.?|avda\.?|calzada|calz\.?|cerrada|cda\.?|privada|priv\.?|andador|callej[oó]n|blvd\.?|"
    r"boulevard|circuito|retorno|eje|carretera|camino|prolongaci[oó]n|prol\.?"
)
NUMBER = r"(?:#|n[oº°]\.?|n[uú]m(?:ero|\.)?)?\s*\d{1,5}(?:\s?-?[a-z]\b)?"
# What can begin at any letter of a long run is bounded, or each letter would cost the length of the run. The whole word
# is covered, so a match need not begin at its first letter.
LOCAL_PART = r"[\w.+-]{1,64}"
LABEL = r"\w[\w-]{0,62}"
CONTACTS = (
    # e-mails, also with blanks or with the sign in words
    rf"{LOCAL_PART}\s?(?:@|[(\[]\s?(?:arroba|at)\s?[)\]]|\barroba\b)\s?[\w-]+(?:\s?\.\s?[\w-]+)*?\s?\.\s?(?:{TOP_DOMAINS})\b(?:\.\w{{2}}\b)?",
    rf"{LOCAL_PART}@[\w-]+(?:\.[\w-]+)+",
    # accounts: "@nube", "Instagram: nube", "IG nube_7", "vimeo.com/nube"
    r"(?<![\w.])@\s?\w[\w.]{2,}",
    rf"\b(?:{ACCOUNTS})\s*[:/]\s*@?\w[\w.-]{{2,}}",
    r"\b(?:ig|insta|instagram|tiktok|twitter)\s+(?=\w*[_.\d])\w[\w.]{3,}",
    r"(?:https?://|www\.)\S+",
    rf"\b(?:{SITES})\.\w{{2,4}}(?:\.\w{{2}})?/\S+",
    rf"{LABEL}(?:\.[\w-]+){{0,30}}\.(?:{TOP_DOMAINS})\b(?:/\S*)?",
    # telephones: ten digits, with or without the country's
    r"(?<![\d$.,-])(?:\+?\s?52[\s.-]*)?(?:1[\s.-]+)?(?:(?:\(\d{2}\)|\d{2})(?:[\s.-]*\d){8}|(?:\(\d{3}\)|\d{3})(?:[\s.-]*\d){7})(?![\d,-])",
    # CURP, RFC, postal code
    r"\b[a-z]{4}\s?\d{6}\s?[hmx][a-z]{5}\s?[a-z\d]\d\b",
    r"\b[a-zñ&]{3,4}\s?-?\d{6}\s?-?[a-z\d]{3}\b",
    r"\bc\.?\s?p\.?\s?:?\s?\d{5}\b|\bc[oó]digo postal:?\s?\d{5}\b",
)
# The name of a street begins with a capital; the word for its kind need not.
_STREET = re.compile(rf"\b(?i:{STREETS})\s+(?:(?:[A-ZÁÉÍÓÚÑ\d][\w.'-]*|de|del|la|las|los|el|y)\s+){{1,6}}?{NUMBER}")
_CONTACT = re.compile("|".join(f"(?:{pattern})" for pattern in CONTACTS), re.IGNORECASE)
LONGEST_TEXT = 200_000


def contact_words(words: Sequence[str]) -> Iterator[int]:
    """Yields the indices of the words that are part of one of these."""
    starts, position = [], 0
    for word in words:
        starts.append(position)
        position += len(word) + 1
    text = " ".join(words)[:LONGEST_TEXT]
    for pattern in (_CONTACT, _STREET):
        for match in pattern.finditer(text):
            yield from range(bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end() - 1))

"""Numbers, days and lists as they are written in Mexico."""

import math
from collections.abc import Sequence
from datetime import date, datetime

from reviewer.core.text import MONTH_ABBREVIATIONS

DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
NBSP = "\N{NO-BREAK SPACE}"


def format_number(value: float) -> str:
    """Returns «1,234» or «1,234.5»: at most one decimal."""
    return f"{value:,.1f}".removesuffix(".0")


def format_percent(share: float) -> str:
    """Returns a share from 0 to 1 as «14 %», below a tenth with a decimal: «7.5 %»."""
    hundredths = 100 * share
    return f"{format_number(round(hundredths) if hundredths >= 9.95 else hundredths)}{NBSP}%"


def format_day_of_month(value: date) -> str:
    """«27 sep»."""
    return f"{value.day} {MONTH_ABBREVIATIONS[value.month - 1]}"


def format_date(value: date) -> str:
    """«27 sep 2025»."""
    return f"{format_day_of_month(value)} {value.year}"


def format_day(value: date) -> str:
    """Returns «sáb 27 sep»."""
    return f"{DAYS[value.weekday()]} {format_day_of_month(value)}"


def format_day_and_year(value: date) -> str:
    """«sáb 27 sep 2025»."""
    return f"{format_day(value)} {value.year}"


def format_date_and_time(value: datetime) -> str:
    """«27 sep 2025, 23:59», in the zone that the moment bears."""
    return f"{format_date(value)}, {value:%H:%M}"


def format_day_and_time(value: datetime) -> str:
    """Returns «sáb 27 sep 23:59», in the time zone of the argument."""
    return f"{format_day(value)} {value:%H:%M}"


def format_count(count: int, one: str, many: str) -> str:
    """Returns «1 postulación», «3 postulaciones»."""
    return f"{format_number(count)}{NBSP}{one if count == 1 else many}"


def format_size(octets: int) -> str:
    """Returns «812 kB», «3.4 MB», «12 GB»."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if octets >= scale:
            return f"{format_number(octets / scale)}{NBSP}{unit}"
    return f"{format_number(math.ceil(octets / 1e3))}{NBSP}kB"


def join_words(words: list[str]) -> str:
    """Returns «A, B y C», «A e I»."""
    if len(words) < 2:
        return "".join(words)
    last = words[-1]
    return f"{', '.join(words[:-1])} {'e' if last[0] in 'IÍií' else 'y'} {last}"


def join_first(words: Sequence[str], limit: int, one: str = "más", many: str = "más") -> str:
    """«A, B y 3 más»: at most ``limit`` of the words, and how many more there are."""
    rest = len(words) - limit
    more = [f"{format_number(rest)} {one if rest == 1 else many}"] if rest > 0 else []
    return join_words([*words[:limit], *more])

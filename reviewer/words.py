"""Numbers and days as they are written in Mexico."""

from datetime import date, datetime

DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
NBSP = "\N{NO-BREAK SPACE}"


def number(value: float) -> str:
    """«1,234» or «1,234.5»: at most one decimal."""
    return f"{value:,.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """A share of 0 to 1 as «14 %»; under a tenth with a decimal: «7.5 %»."""
    hundredths = 100 * share
    return f"{number(round(hundredths) if hundredths >= 9.95 else hundredths)}{NBSP}%"


def day(value: date) -> str:
    """«sáb 27 sep»."""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def day_and_time(value: datetime) -> str:
    """«sáb 27 sep 23:59», in the zone that the moment bears."""
    return f"{day(value)} {value:%H:%M}"


def counted(count: int, one: str, many: str) -> str:
    """«1 postulación», «3 postulaciones»."""
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def size(octets: int) -> str:
    """«3.4 MB», «12 GB»."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if octets >= scale:
            return f"{number(octets / scale)}{NBSP}{unit}"
    return f"{number(octets / 1e3)}{NBSP}kB"


def listed(words: list[str]) -> str:
    """«A, B y C», «A e I»."""
    if len(words) < 2:
        return "".join(words)
    last = words[-1]
    return f"{', '.join(words[:-1])} {'e' if last[0] in 'IÍií' else 'y'} {last}"

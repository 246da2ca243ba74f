"""Ages in whole years, as Mexican law counts them."""

from datetime import date


def age_on(day: date, born: date) -> int:
    """Returns the age in whole years on ``day``; one born on 29 February turns a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

"""Working days in Mexico, in which the privacy laws count: neither weekends nor days of obligatory rest."""

from datetime import date, timedelta

MONDAY = 0


def is_working_day(day: date) -> bool:
    """Whether it is neither a weekend nor a day of rest; an institution's own free days are not known."""
    return day.weekday() < 5 and day not in rest_days(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day on which ``count`` working days have passed since ``day``, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def rest_days(year: int) -> set[date]:
    """Ley Federal del Trabajo, article 74; election days fall on Sundays."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)}
    moved_to_monday = {_nth_monday(year, 2, 1), _nth_monday(year, 3, 3), _nth_monday(year, 11, 3)}
    handover = {date(year, 10, 1)} if (year - 2024) % 6 == 0 else set()
    return fixed | moved_to_monday | handover


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (nth - 1))

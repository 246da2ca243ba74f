"""Dates and times as forms and spreadsheets write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from reviewer.core import clock
from reviewer.core.text import MONTHS, fold
from reviewer.intake.parse.normalise import one_line

SPREADSHEET_EPOCH = datetime(1899, 12, 30)
ROUNDING = timedelta(microseconds=500)  # spreadsheets store a moment as a fraction of a day
YEARS = range(1900, 2101)  # no applicant was born earlier, no call closes later
_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_MONTH_NUMBERS = {"sept": 9, "setiembre": 9} | {
    form: number
    for months in (MONTHS, _ENGLISH_MONTHS)
    for number, month in enumerate(months, 1)
    for form in (month, month[:3])
}
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "cst": -6, "cdt": -5}  # hours; the two of central Mexico

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_TWO_NUMBERS_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_AND_WORD = re.compile(r"(?:[^\W\d]+,? )?(\d{1,2})(?: de |[-/. ]+)([a-z]+)\.?(?:,? del? |[-/., ]+)(\d{4}|\d{2})")
_WORD_AND_DAY = re.compile(r"(?:[^\W\d]+,? )?([a-z]+)\.? (\d{1,2}),? (\d{4})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?"
    r"(?: ?([ap])\.? ?m\.?)?(?: ?(?:h|hrs?|horas)\.?)?"
    r"(?: ?(z|utc|gmt|cst|cdt))?(?: ?([+-])(\d{1,2})(?::?(\d{2}))?)?"
)


def parse_moment(text: str, *, month_first: bool = False) -> datetime | date | None:
    """Returns the date or time that ``text`` names, naive without a zone; None where it names none."""
    moment = _parse_text(one_line(text).casefold().replace("−", "-"), month_first)
    return moment if moment and moment.year in YEARS else None


def is_month_first(column: Iterable[str]) -> bool:
    """Returns whether a column's dates, as a whole, only make sense with the month before the day."""
    matches = (_TWO_NUMBERS_FIRST.match(one_line(text)) for text in column)
    pairs = [(int(match[1]), int(match[3])) for match in matches if match]
    return any(second > 12 for _, second in pairs) and all(first <= 12 for first, _ in pairs)


def in_utc(moment: datetime | date, zone: ZoneInfo) -> datetime:
    """Returns a moment in UTC; a naive time is in ``zone``, a date is its first instant there."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def declares_utc(header: str) -> bool:
    """Returns whether a header says that its times are in UTC."""
    return "utc" in fold(header).split()


def _parse_text(text: str, month_first: bool) -> datetime | date | None:
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    for pattern, order in _date_patterns(month_first):
        match = pattern.match(text)
        if match:
            day = _matched_date(match, order)
            rest = text[match.end() :]
            return day if day is None or not rest else _with_time(day, rest)
    return None


def _date_patterns(month_first: bool) -> Iterable[tuple[re.Pattern[str], tuple[int, int, int]]]:
    """Yields patterns, each with its groups of year, month and day."""
    yield _YEAR_FIRST, (1, 3, 4)
    yield _TWO_NUMBERS_FIRST, (4, 1, 3) if month_first else (4, 3, 1)
    yield _DAY_AND_WORD, (3, 2, 1)
    yield _WORD_AND_DAY, (3, 1, 2)
    yield _COMPACT, (1, 2, 3)


def _matched_date(match: re.Match[str], order: tuple[int, int, int]) -> date | None:
    year, month, day = (match[group] for group in order)
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month, 0)
    try:
        return date(_full_year(year), number, int(day))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    """Returns a year of four digits; two digits mean the latest such year that is not in the future."""
    if len(year) == 4:
        return int(year)
    return 2000 + int(year) if 2000 + int(year) <= clock.now().year else 1900 + int(year)


def _with_time(day: date, rest: str) -> datetime | None:
    """Returns the day at the time that ``rest`` names; None where it names none."""
    if not rest.startswith((" ", "t", ",")):
        return None
    match = _CLOCK.fullmatch(rest.lstrip(" t,").removeprefix("a las "))
    if match is None:
        return None
    hour, meridiem = int(match[1]), match[5]
    if meridiem and not 1 <= hour <= 12:
        meridiem = None  # "23:58 p. m." occurs
    if meridiem:
        hour = hour % 12 + (12 if meridiem == "p" else 0)
    microsecond = int((match[4] or "0")[:6].ljust(6, "0"))
    try:
        return datetime.combine(day, time(hour, int(match[2]), int(match[3] or 0), microsecond, _zone(match)))
    except ValueError:
        return None


def _zone(match: re.Match[str]) -> timezone | None:
    name, sign, hours, minutes = match[6], match[7], match[8], match[9]
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    return timezone(timedelta(hours=_ZONES[name])) if name else None


def _from_serial(days: float) -> datetime | date:
    """Returns the date of a spreadsheet's serial number: days since 1899-12-30."""
    moment = _rounded(SPREADSHEET_EPOCH + timedelta(days=days))
    return moment.date() if moment.time() == time() else moment


def _rounded(moment: datetime) -> datetime:
    """Returns the nearest whole second if it is within a spreadsheet's rounding error."""
    nearest = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest if abs(nearest - moment) < ROUNDING else moment

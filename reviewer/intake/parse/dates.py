"""Dates and times as forms and spreadsheets write them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from reviewer.core import clock
from reviewer.core.text import MONTHS, fold
from reviewer.intake.parse.normalise import one_line

SPREADSHEET_EPOCH = datetime(1899, 12, 30)
DAYS_TO_EPOCH_1904 = 1462  # of workbooks made by Excel for Mac
ROUNDING = timedelta(microseconds=500)  # spreadsheets store a moment as a fraction of a day
YEARS = range(1900, 2101)  # no applicant was born earlier, no call closes later
CLEAR_MAJORITY = 0.8  # of a column's values that have to lie in the call's window to tell how it is written
_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_PORTUGUESE_MONTHS = (
    *("janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro"),
    *("novembro", "dezembro"),
)
_MONTH_NUMBERS = {"sept": 9, "setiembre": 9} | {
    form: number
    for months in (_PORTUGUESE_MONTHS, _ENGLISH_MONTHS, MONTHS)
    for number, month in enumerate(months, 1)
    for form in (month, month[:3])
}
# Hours from UTC, of zones in Mexico and of those that servers of forms write.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "cst": -6, "cdt": -5, "est": -5, "edt": -4, "mst": -7, "mdt": -6, "pst": -8}
_ZONES |= {"pdt": -7, "central standard time": -6, "central daylight time": -5, "hora estandar central": -6}
_ZONES |= {"hora de verano central": -5, "hora del centro": -6, "hora de mexico": -6}
_UTC_HEADERS = ("_submission_time",)  # KoboToolbox and ODK write it in UTC without saying so

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_TWO_NUMBERS_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_WEEKDAY = r"(?:[^\W\d_]+\.?,? )?"
_DAY_AND_WORD = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:º|°)?(?: de |[-/. ]+)([^\W\d_]+)\.?(?:,? del? |[-/., ]+)(\d{{4}}|\d{{2}})"
)
_WORD_AND_DAY = re.compile(rf"{_WEEKDAY}([^\W\d_]+)\.?[ -](\d{{1,2}})(?:st|nd|rd|th)?(?:,? |-|, ?)(\d{{4}})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_COMPACT_TIME = re.compile(r"((?:19|20)\d{6})(\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_UNIX_TIME = re.compile(r"(\d{10})(\d{3})?(?:[.,]\d+)?")  # seconds, or milliseconds
_BEFORE_TIME = re.compile(r"^[ t,-]*(?:(?:a las|a la|às|at|de las) )?")
_CLOCK = re.compile(
    r"(\d{1,2})(?::| ?h ?)(\d{2})(?:(?::| ?m(?:in)? ?)(\d{2})(?:[.,](\d+))?)?"
    r"(?: ?([ap])\.? ?m\.?)?(?: ?(?:h|hrs?|hs|horas|s|m|min)\b\.?)?"
    r"(?: ?(z|[a-z]{3}\b|[^\W\d_]+(?: [^\W\d_]+)+))??(?: ?([+-])(\d{1,2})(?::?(\d{2}))?)?"
    r"(?: ?\(([^()]*)\))?(?: ?\[([\w/+-]+)\])?"
)


class DateOrder(StrEnum):
    """Which comes first in dates of two numbers and a year, as a mapping declares it."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True)
class DateFormat:
    """How a column writes its dates; ``zone`` is that of times without one, None for the call's."""

    month_first: bool = False
    zone: tzinfo | None = None


def parse_moment(text: str, *, month_first: bool = False) -> datetime | date | None:
    """Returns the date or time that ``text`` names, naive without a zone; None where it names none."""
    moment = _parse_text(one_line(text).casefold().replace("−", "-"), month_first)
    return moment if moment and moment.year in YEARS else None


def parse_in_format(text: str, date_format: DateFormat) -> datetime | date | None:
    """Returns the same, read as the column writes its dates."""
    moment = parse_moment(text, month_first=date_format.month_first)
    if date_format.zone and isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=date_format.zone)
    return moment


def certain_order(column: Iterable[str]) -> DateOrder | None:
    """Returns the only order in which a column's dates make sense; None where both do, or neither."""
    orders = _needed_orders(column)
    return orders.pop() if len(orders) == 1 else None


def _needed_orders(column: Iterable[str]) -> set[DateOrder]:
    """Returns the orders without which some date of a column makes no sense."""
    pairs = {(first, second) for first, second, _ in _numeric_dates(column)}
    day, month = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    return {order for order, is_needed in zip(DateOrder, (day, month), strict=True) if is_needed}


def open_dates(column: Iterable[str]) -> list[str]:
    """Returns the texts of a column that are a date in either order, and not the same one."""
    return [
        text
        for text in column
        for first, second, _ in _numeric_dates([text])
        if first != second and max(first, second) <= 12
    ]


def order_by_window(column: Iterable[str], opens: date, closes: date) -> DateOrder | None:
    """Returns the order in which nearly all dates of a column lie in a window, and fewer do in the other."""
    counts, total = dict.fromkeys(DateOrder, 0), 0
    for first, second, year in _numeric_dates(column):
        if first == second or max(first, second) > 12:
            continue
        total += 1
        for order, (day, month) in zip(DateOrder, ((first, second), (second, first)), strict=True):
            counts[order] += opens <= date(year, month, day) <= closes
    best = max(counts, key=lambda order: counts[order])
    is_clear = counts[best] >= CLEAR_MAJORITY * total and len(set(counts.values())) > 1
    return best if total and is_clear else None


def order_by_known_days(column: Sequence[str], days: Sequence[date | None]) -> DateOrder | None:
    """Returns the order in which a column's dates are those that are known otherwise, as from a CURP."""
    orders = set()
    for text, day in zip(column, days, strict=True):
        if day and open_dates([text]):
            orders |= {order for order in DateOrder if parse_moment(text, month_first=_is_month(order)) == day}
    return orders.pop() if len(orders) == 1 else None


def choose_orders(
    columns: Mapping[str, Sequence[str]],
    *,
    declared: Mapping[str, DateOrder],
    evidence: Mapping[str, DateOrder | None],
) -> tuple[dict[str, bool], dict[str, str]]:
    """Returns whether each column of a table puts the month first, and an open value of each doubtful one.

    A column is decided by a value that can only be read one way, else by the other columns, else by
    ``evidence`` (the call's window, CURPs). Evidence against the other columns leaves a doubt.
    """
    certain = {name: declared.get(name) or certain_order(values) for name, values in columns.items()}
    table_orders = {order for order in certain.values() if order}
    by_table = table_orders.pop() if len(table_orders) == 1 else None
    by_evidence = next((evidence[name] for name in columns if evidence.get(name)), None)
    month_first, doubtful = {}, {}
    for name, values in columns.items():
        own = evidence.get(name)
        order = certain[name] or own or by_table or by_evidence
        month_first[name] = _is_month(order)
        if open_values := open_dates(values):
            is_mixed = certain[name] is None and len(_needed_orders(values)) > 1
            contradicted = certain[name] is None and own and by_table and own != by_table
            if is_mixed or contradicted or order is None:
                doubtful[name] = open_values[0]
    return month_first, doubtful


def _is_month(order: DateOrder | None) -> bool:
    return order is DateOrder.MONTH_FIRST


def _numeric_dates(column: Iterable[str]) -> Iterable[tuple[int, int, int]]:
    """Yields both numbers and the year of each date that is written so."""
    for text in column:
        if match := _TWO_NUMBERS_FIRST.match(text):
            yield int(match[1]), int(match[3]), _full_year(match[4])


def serial_1904_text(text: str) -> str:
    """Returns as ISO the moment of a serial number that counts from 1904; other text as it is."""
    if not re.fullmatch(r"\d{1,5}(?:[.,]\d+)?", text):
        return text
    return _from_serial(float(text.replace(",", ".")) + DAYS_TO_EPOCH_1904).isoformat()


def in_utc(moment: datetime | date, zone: ZoneInfo) -> datetime:
    """Returns a moment in UTC; a naive time is in ``zone``, a date is its first instant there."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def declares_utc(header: str) -> bool:
    """Returns whether a header says that its times are in UTC."""
    return header.strip().lower() in _UTC_HEADERS or "utc" in fold(header).split()


@cache
def find_zone(name: str) -> tzinfo | None:
    """Returns a time zone of the IANA by its name in any case; None where there is none."""
    names = {zone.casefold(): zone for zone in available_timezones()}
    return ZoneInfo(names[name.casefold()]) if name.casefold() in names else None


def _parse_text(text: str, month_first: bool) -> datetime | date | None:
    if text.isascii() and text[:5].isdigit():
        if _SERIAL.fullmatch(text):
            return _from_serial(float(text.replace(",", ".")))
        if match := _UNIX_TIME.fullmatch(text):
            return datetime.fromtimestamp(int(match[1]), UTC)
        if match := _COMPACT_TIME.fullmatch(text):
            return _parse_text(f"{match[1]} {match[2]}:{match[3]}:{match[4]}", month_first)
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
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(fold(month), 0)
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
    if not rest.startswith((" ", "t", ",", "-")):
        return None
    match = _CLOCK.fullmatch(_BEFORE_TIME.sub("", rest))
    if match is None:
        return None
    if match[6] and fold(match[6]) not in _ZONES:
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


def _zone(match: re.Match[str]) -> tzinfo | None:
    """Returns the zone that a time bears: its offset, else a known name; what is in brackets counts least."""
    name, sign, hours, minutes = match[6], match[7], match[8], match[9]
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    for text in (name, match[10]):
        if text and fold(text) in _ZONES:
            return timezone(timedelta(hours=_ZONES[fold(text)]))
    return find_zone(match[11]) if match[11] else None


def _from_serial(days: float) -> datetime | date:
    """Returns the date of a spreadsheet's serial number: days since 1899-12-30."""
    moment = _rounded(SPREADSHEET_EPOCH + timedelta(days=days))
    return moment.date() if moment.time() == time() else moment


def _rounded(moment: datetime) -> datetime:
    """Returns the nearest whole second if it is within a spreadsheet's rounding error."""
    nearest = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest if abs(nearest - moment) < ROUNDING else moment

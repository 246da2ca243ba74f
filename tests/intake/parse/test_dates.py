from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core import clock
from reviewer.intake.parse.dates import declares_utc, in_utc, is_month_first, parse_moment

MEXICO = ZoneInfo("America/Mexico_City")
SENT = datetime(2025, 9, 27, 23, 58, 10)
ANY_DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-09-27", date(2025, 9, 27)),
        ("27/09/2025", date(2025, 9, 27)),
        ("7/9/2025", date(2025, 9, 7)),
        ("27-09-2025", date(2025, 9, 27)),
        ("27.9.2025", date(2025, 9, 27)),
        ("27/09/85", date(1985, 9, 27)),
        ("27 de septiembre de 2025", date(2025, 9, 27)),
        ("27-sep-2025", date(2025, 9, 27)),
        ("sábado, 27 de septiembre del 2025", date(2025, 9, 27)),
        ("Sep 27, 2025", date(2025, 9, 27)),
        ("20250927", date(2025, 9, 27)),
        ("33000", date(1990, 5, 7)),
        ("45927.99998842593", datetime(2025, 9, 27, 23, 59, 59)),
        ("2025-09-27 23:58:10", SENT),
        ("2025-09-27T23:58:10.000", SENT),
        ("27/09/2025 23:58:10", SENT),
        ("27/09/2025, 11:58:10 p. m.", SENT),
        ("27/09/2025 11:58:10\u202fPM", SENT),
        ("27/09/2025 23:58", SENT.replace(second=0)),
        ("27/09/2025 12:05 a.m.", datetime(2025, 9, 27, 0, 5)),
        ("2025-09-27T23:58:10Z", SENT.replace(tzinfo=UTC)),
        ("2025/09/27 11:58:10 p.\xa0m. GMT-6", SENT.replace(tzinfo=timezone(timedelta(hours=-6)))),
        ("2025-09-27T23:58:10+05:30", SENT.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))),
    ],
)
def test_forms_that_people_and_programs_write(text: str, moment: date | datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "hoy", "31/02/2020", "2025-13-01", "27/09/2025 25:00", "27/09/2025 basura", "27/09-2025"),
        *("1990", "9999-12-31", "0001-01-01", "99999", "27/09/2025 10:00 +99:00", "9/27/2025"),
        "2025-09-2723:58",
    ],
)
def test_what_names_no_date(text: str) -> None:
    assert parse_moment(text) is None


def test_two_digits_are_the_latest_year_that_has_come() -> None:
    with clock.set_to(datetime(2025, 10, 1, tzinfo=UTC)):
        assert parse_moment("01/02/25") == date(2025, 2, 1)
        assert parse_moment("01/02/26") == date(1926, 2, 1)


@pytest.mark.parametrize(
    ("column", "month_first"),
    [
        (["9/27/2025 23:58:10", "9/3/2025 1:00:00", "", "hoy"], True),
        (["9/27/2025", "27/9/2025"], False),
        (["9/3/2025", "9/4/2025"], False),
        (["27/9/2025"], False),
        (["2025-09-27"], False),
        ([], False),
    ],
)
def test_the_month_is_first_where_the_column_can_only_be_read_so(column: list[str], month_first: bool) -> None:
    assert is_month_first(column) is month_first


@given(ANY_DAY)
def test_a_day_comes_out_as_it_was_written(day: date) -> None:
    assert parse_moment(day.isoformat()) == day
    assert parse_moment(f"{day:%d/%m/%Y}") == day
    assert parse_moment(f"{day:%m/%d/%Y}", month_first=True) == day


@given(st.lists(ANY_DAY, min_size=1))
def test_a_column_of_one_order_is_read_in_that_order(days: list[date]) -> None:
    written = [f"{day.month}/{day.day}/{day.year}" for day in days]
    month_first = is_month_first(written)
    assert month_first == any(day.day > 12 for day in days)
    if month_first:
        assert [parse_moment(text, month_first=True) for text in written] == days
    assert not is_month_first([f"{day.day}/{day.month}/{day.year}" for day in days if day.day > 12])


@given(st.datetimes(datetime(1928, 1, 1), datetime(2099, 12, 31)))
def test_a_spreadsheets_number_comes_back_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    number = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    read = parse_moment(repr(number))
    assert read == (moment if moment.time() != datetime.min.time() else moment.date())


@given(st.text(max_size=40) | st.text("0123456789/-:., TZ+apmene", max_size=25))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = parse_moment(text)
    if moment is not None:
        assert in_utc(moment, MEXICO).tzinfo is UTC


def test_a_time_without_a_zone_is_the_calls() -> None:
    assert in_utc(SENT, MEXICO) == datetime(2025, 9, 28, 5, 58, 10, tzinfo=UTC)
    assert in_utc(date(2025, 9, 27), MEXICO) == datetime(2025, 9, 27, 6, tzinfo=UTC)
    assert declares_utc("Submit Date (UTC)")
    assert not declares_utc("Marca temporal")

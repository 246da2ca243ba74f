from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core import clock
from reviewer.intake.parse.dates import (
    DateOrder,
    certain_order,
    choose_orders,
    declares_utc,
    find_zone,
    in_utc,
    order_by_known_days,
    order_by_window,
    parse_moment,
    serial_1904_text,
)

MEXICO = ZoneInfo("America/Mexico_City")
CENTRAL = timezone(timedelta(hours=-6))
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
        ("Sat Sep 27 2025 23:58:10 GMT-0600 (hora estándar central)", SENT.replace(tzinfo=CENTRAL)),
        ("Sat, 27 Sep 2025 23:58:10 GMT", SENT.replace(tzinfo=UTC)),
        ("2025-09-27T23:58:10-06:00[America/Mexico_City]", SENT.replace(tzinfo=CENTRAL)),
        ("2025-09-27T23:58:10[America/Mexico_City]", SENT.replace(tzinfo=MEXICO)),
        ("Saturday, September 27, 2025 at 11:58:10 PM Central Standard Time", SENT.replace(tzinfo=CENTRAL)),
        ("27/09/2025 23:58:10 CST", SENT.replace(tzinfo=CENTRAL)),
        ("27/09/2025 23h58", SENT.replace(second=0)),
        ("27/09/2025 23 h 58", SENT.replace(second=0)),
        ("27/09/2025 23h58m10s", SENT),
        ("27 de septiembre de 2025 a las 11:58 p. m.", SENT.replace(second=0)),
        ("27 de setembro de 2025 às 23:58", SENT.replace(second=0)),
        ("27 sept. 2025, 23:58:10", SENT),
        ("September 27th, 2025", date(2025, 9, 27)),
        ("45927,5", datetime(2025, 9, 27, 12)),
        ("1759039090", datetime(2025, 9, 28, 5, 58, 10, tzinfo=UTC)),
        ("1759039090000", datetime(2025, 9, 28, 5, 58, 10, tzinfo=UTC)),
        ("20250927235810", SENT),
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
        "27/09/2025 10:00 xyz",
        "27/09/2025 23h",
        "5512345678",
    ],
)
def test_what_names_no_date(text: str) -> None:
    assert parse_moment(text) is None


def test_two_digits_are_the_latest_year_that_has_come() -> None:
    with clock.set_to(datetime(2025, 10, 1, tzinfo=UTC)):
        assert parse_moment("01/02/25") == date(2025, 2, 1)
        assert parse_moment("01/02/26") == date(1926, 2, 1)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["9/27/2025 23:58:10", "9/3/2025 1:00:00", "", "hoy"], DateOrder.MONTH_FIRST),
        (["9/27/2025", "27/9/2025"], None),
        (["9/3/2025", "9/4/2025"], None),
        (["27/9/2025"], DateOrder.DAY_FIRST),
        (["2025-09-27"], None),
        ([], None),
    ],
)
def test_a_value_that_can_only_be_read_one_way_decides(column: list[str], order: DateOrder | None) -> None:
    assert certain_order(column) is order


WINDOW = (date(2025, 9, 3), date(2025, 9, 27))


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["9/5/2025 10:00", "9/8/2025 9:00", "9/11/2025 8:00"], DateOrder.MONTH_FIRST),
        (["5/9/2025 10:00", "8/9/2025 9:00", "11/9/2025 8:00"], DateOrder.DAY_FIRST),
        (["9/9/2025"], None),
        (["9/5/2024", "5/9/2024"], None),
        (["5/9/2025", "9/5/2025"], None),
        ([*["9/5/2025"] * 9, "10/1/2025"], DateOrder.MONTH_FIRST),
    ],
)
def test_the_calls_window_tells_the_order(column: list[str], order: DateOrder | None) -> None:
    assert order_by_window(column, *WINDOW) is order


def test_the_window_is_no_help_where_both_orders_lie_in_it() -> None:
    assert order_by_window(["8/9/2025", "9/8/2025"], date(2025, 8, 1), date(2025, 9, 27)) is None


def test_known_days_tell_the_order() -> None:
    assert order_by_known_days(["5/8/1994"], [date(1994, 5, 8)]) is DateOrder.MONTH_FIRST
    assert order_by_known_days(["5/8/1994", "7/2/1990"], [date(1994, 8, 5), None]) is DateOrder.DAY_FIRST
    assert order_by_known_days(["5/8/1994"], [date(1990, 1, 1)]) is None


BORN, SENT_AT = "fecha_nacimiento", "enviado_en"


def test_the_order_is_decided_for_the_whole_table() -> None:
    open_births = ["5/8/1994", "11/2/1994"]
    by_value, doubts = choose_orders({BORN: open_births, SENT_AT: ["9/25/2025", "9/5/2025"]}, declared={}, evidence={})
    assert (by_value, doubts) == ({BORN: True, SENT_AT: True}, {})
    by_window, doubts = choose_orders(
        {BORN: open_births, SENT_AT: ["9/5/2025"]}, declared={}, evidence={SENT_AT: DateOrder.MONTH_FIRST}
    )
    assert (by_window, doubts) == ({BORN: True, SENT_AT: True}, {})
    nothing, doubts = choose_orders({BORN: open_births}, declared={}, evidence={})
    assert (nothing, doubts) == ({BORN: False}, {BORN: "5/8/1994"})
    declared, doubts = choose_orders({BORN: open_births}, declared={BORN: DateOrder.MONTH_FIRST}, evidence={})
    assert (declared, doubts) == ({BORN: True}, {})


def test_columns_that_are_certain_each_keep_their_order() -> None:
    orders, doubts = choose_orders(
        {BORN: ["25/8/1994", "3/4/1990"], SENT_AT: ["9/25/2025", "9/5/2025"]}, declared={}, evidence={}
    )
    assert (orders, doubts) == ({BORN: False, SENT_AT: True}, {})


def test_a_window_against_the_rest_of_the_table_leaves_a_doubt() -> None:
    orders, doubts = choose_orders(
        {BORN: ["25/8/1994"], SENT_AT: ["9/5/2025"]}, declared={}, evidence={SENT_AT: DateOrder.MONTH_FIRST}
    )
    assert (orders, doubts) == ({BORN: False, SENT_AT: True}, {SENT_AT: "9/5/2025"})


def test_a_column_of_both_orders_is_doubtful_where_a_value_is_open() -> None:
    assert choose_orders({BORN: ["9/27/1990", "27/9/1990", "3/4/1990"]}, declared={}, evidence={})[1]
    assert not choose_orders({BORN: ["9/27/1990", "27/9/1990"]}, declared={}, evidence={})[1]


@given(ANY_DAY)
def test_a_day_comes_out_as_it_was_written(day: date) -> None:
    assert parse_moment(day.isoformat()) == day
    assert parse_moment(f"{day:%d/%m/%Y}") == day
    assert parse_moment(f"{day:%m/%d/%Y}", month_first=True) == day


@given(st.lists(ANY_DAY, min_size=1))
def test_a_column_of_one_order_is_read_in_that_order(days: list[date]) -> None:
    written = [f"{day.month}/{day.day}/{day.year}" for day in days]
    month_first = certain_order(written) is DateOrder.MONTH_FIRST
    assert month_first == any(day.day > 12 for day in days)
    if month_first:
        assert [parse_moment(text, month_first=True) for text in written] == days
    assert certain_order(f"{day.day}/{day.month}/{day.year}" for day in days) is not DateOrder.MONTH_FIRST


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
    assert declares_utc("_submission_time")
    assert not declares_utc("Submission Time")
    assert not declares_utc("Marca temporal")


@given(st.datetimes(datetime(1930, 1, 1), datetime(2099, 12, 31)))
def test_a_number_that_counts_from_1904_comes_back_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    number = (moment - datetime(1904, 1, 1)) / timedelta(days=1)
    read = parse_moment(serial_1904_text(repr(number)))
    assert read == (moment if moment.time() != datetime.min.time() else moment.date())


def test_a_text_that_is_no_number_of_days_stays() -> None:
    assert serial_1904_text("2025-09-27") == "2025-09-27"
    assert serial_1904_text("44465") == "2025-09-27"


@given(st.datetimes(datetime(2001, 9, 10), datetime(2099, 12, 31)))
def test_seconds_since_1970_are_a_moment_in_utc(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_moment(str(int(moment.timestamp()))) == moment
    assert parse_moment(str(int(moment.timestamp()) * 1000)) == moment


def test_zones_are_found_in_any_case() -> None:
    assert find_zone("america/mexico_city") == MEXICO
    assert find_zone("Ciudad de México") is None

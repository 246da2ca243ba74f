from datetime import UTC, date, datetime

import pytest

from reviewer.core import clock
from reviewer.demographics import curp


def with_check_digit(first17: str) -> str:
    return first17 + curp.check_digit(first17)


@pytest.mark.parametrize("right", ["BOXW310820HNERXN09", "XEXX010101HNEXXXA4"])
def test_published_examples_are_valid(right: str) -> None:
    assert curp.is_valid(right)


def test_the_sex_mark_x_is_valid() -> None:
    assert curp.is_valid(with_check_digit("GAMA990314XDFRRNA"[:16] + "0"))


def test_the_17th_character_gives_the_century() -> None:
    assert curp.birth_date(with_check_digit("PEGJ050607HDFRRNA")) == date(2005, 6, 7)
    assert curp.birth_date(with_check_digit("PEGJ050607HDFRRN0")) == date(1905, 6, 7)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "NO TENGO",
        "BOXW310820HNERXN08",
        "boxw310820hnerxn09",
        "BOXW310820HNERXN0",
        "BOXW310820HNERXN099",
        with_check_digit("BOXW310230HNERXN0"),
        with_check_digit("BOXW310820ZNERXN0"),
        with_check_digit("BOXW310820HCXRXN0"),
        with_check_digit("PEGJ990607HDFRRNA"),
    ],
)
def test_wrong_curps_are_invalid(wrong: str) -> None:
    assert not curp.is_valid(wrong)


def test_a_birth_date_in_the_future_is_invalid() -> None:
    later = with_check_digit("PEGJ300607HDFRRNA")
    assert not curp.is_valid(later)
    with clock.set_to(datetime(2030, 6, 8, tzinfo=UTC)):
        assert curp.is_valid(later)


def test_each_wrong_check_digit_is_invalid() -> None:
    right = with_check_digit("MAAR790213HMNRLF0")
    assert [curp.is_valid(right[:17] + digit) for digit in "0123456789"].count(True) == 1


def test_normalised_as_people_type_it() -> None:
    assert curp.normalise(" boxw-310820 hnerxn09 ") == "BOXW310820HNERXN09"


@pytest.mark.parametrize("text", ["Ñ" * 18, "²" * 18, "BOXW31082٠HNERXN09"])
def test_arbitrary_text_raises_nothing(text: str) -> None:
    assert not curp.is_valid(text)

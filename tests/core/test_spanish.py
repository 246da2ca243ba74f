"""Numbers and days as they are written in Mexico."""

from datetime import date, datetime

import pytest

from reviewer.core import spanish


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (999, "999"), (12345, "12,345"), (1234.56, "1,234.6"), (3.0, "3")]
)
def test_numbers(value: float, written: str) -> None:
    assert spanish.format_number(value) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0 %"), (0.0166, "1.7 %"), (0.0949, "9.5 %"), (0.0996, "10 %"), (0.1439, "14 %"), (1, "100 %")],
)
def test_shares(share: float, written: str) -> None:
    assert spanish.format_percent(share) == written.replace(" ", "\N{NO-BREAK SPACE}")


def test_days() -> None:
    assert spanish.format_day(date(2025, 9, 27)) == "sáb 27 sep"
    assert spanish.format_day_and_time(datetime(2025, 1, 1, 9, 5)) == "mié 1 ene 09:05"


def test_counts_have_singular_and_plural() -> None:
    assert spanish.format_count(1, "postulación", "postulaciones") == "1\N{NO-BREAK SPACE}postulación"
    assert spanish.format_count(2000, "postulación", "postulaciones") == "2,000\N{NO-BREAK SPACE}postulaciones"


@pytest.mark.parametrize(
    ("names", "written"),
    [
        ([], ""),
        (["Tlalpan"], "Tlalpan"),
        (["Tlalpan", "Coyoacán"], "Tlalpan y Coyoacán"),
        (["Tlalpan", "Coyoacán", "Iztacalco"], "Tlalpan, Coyoacán e Iztacalco"),
    ],
)
def test_lists(names: list[str], written: str) -> None:
    assert spanish.join_words(names) == written

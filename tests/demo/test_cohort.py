from collections import Counter
from datetime import datetime

import pytest

from reviewer import curp
from reviewer.demo import applicants, census, curps, troubles
from reviewer.demo.applicants import Applicant
from reviewer.demo.words import chance
from reviewer.geography import alcaldias

OPENS, CLOSES = datetime(2025, 9, 3), datetime(2025, 9, 27, 23, 59, 59)


@pytest.fixture(scope="module")
def cohort() -> list[Applicant]:
    return applicants.cohort(240, 2025, OPENS, CLOSES)


def test_the_same_seed_invents_the_same_people(cohort: list[Applicant]) -> None:
    again = applicants.cohort(240, 2025, OPENS, CLOSES)
    assert [(each.person, each.project, each.submitted) for each in again] == [
        (each.person, each.project, each.submitted) for each in cohort
    ]


def test_another_seed_invents_others(cohort: list[Applicant]) -> None:
    others = applicants.cohort(240, 2026, OPENS, CLOSES)
    assert not {each.person.name for each in others[:20]} & {each.person.name for each in cohort[:20]}


@pytest.mark.parametrize("total", [1, 15, 16, 17, 240, 5000])
def test_seats_add_up(total: int) -> None:
    counts = census.seats(total)
    assert sum(counts.values()) == total
    assert min(counts.values()) >= (1 if total >= 16 else 0)


def test_seats_follow_the_census_within_one() -> None:
    people = sum(each.population for each in alcaldias())
    counts = census.seats(240)
    for each in alcaldias():
        assert abs(counts[each.code] - 240 * each.population / people) < 1


def test_largest_remainders_get_the_odd_seats() -> None:
    counts = census.seats(240)
    expected = (11, 16, 6, 31, 11, 48, 6, 4, 20, 10, 18, 11, 11, 14, 11, 12)
    assert tuple(counts[each.code] for each in alcaldias()) == expected


def test_who_lives_in_the_city_comes_in_proportion(cohort: list[Applicant]) -> None:
    at_home = [each for each in cohort if each.trouble not in troubles.AWAY]
    by_name = {each.name: each.code for each in alcaldias()}
    lived = Counter(by_name[each.person.home.alcaldia] for each in at_home)
    assert lived == Counter(census.seats(len(at_home)))


def test_postal_codes_bear_the_prefix_of_their_alcaldia(cohort: list[Applicant]) -> None:
    prefixes = {each.name: each.postal_prefix for each in alcaldias()}
    for each in cohort:
        if each.trouble not in troubles.AWAY:
            assert each.person.home.postal_code[:2] == prefixes[each.person.home.alcaldia]


def test_curps_are_valid_and_bear_the_birth_date(cohort: list[Applicant]) -> None:
    for each in cohort:
        assert curp.is_valid(each.person.curp), each.person.curp
        assert curp.birth_date(each.person.curp) == each.person.born
    assert len({each.person.curp for each in cohort}) == len(cohort)


def test_curps_of_the_city_bear_df_and_some_the_mark_x(cohort: list[Applicant]) -> None:
    marks = Counter(each.person.curp[10] for each in cohort)
    assert set(marks) == {"H", "M", "X"}
    assert sum(each.person.curp[11:13] == "DF" for each in cohort) > len(cohort) / 2


@pytest.mark.parametrize(
    ("first_names", "surnames", "start", "consonants"),
    [
        ("María José", ("Núñez", "Peña"), "NUPJ", "XXS"),
        ("José", ("de la Cruz", "Ñáñez"), "CUXJ", "RXS"),
        ("Ana", ("Io", "Li"), "IOLA", "XXN"),
        ("Óscar", ("Cabrera", "Cantú"), "CXCO", "BNS"),
    ],
)
def test_curps_follow_the_registrys_rules(
    first_names: str, surnames: tuple[str, str], start: str, consonants: str
) -> None:
    made = curps.make(first_names, surnames, datetime(1999, 12, 31).date(), "X", "DF", chance(1))
    assert (made[:4], made[4:13], made[13:16]) == (start, "991231XDF", consonants)
    assert curp.is_valid(made)


def test_mails_go_to_reserved_domains_only(cohort: list[Applicant]) -> None:
    for each in cohort:
        domain = each.person.email.rpartition("@")[2]
        assert domain.endswith(".example") or domain in {"example.org", "example.com", "example.net"}
        assert each.person.email.isascii()


def test_phones_are_ten_digits_that_no_exchange_gives_out(cohort: list[Applicant]) -> None:
    for each in cohort:
        digits = "".join(char for char in each.person.phone if char.isdigit())[-10:]
        assert digits[:3] in {"550", "560"}


def test_everybody_is_of_age_but_the_few_who_are_not(cohort: list[Applicant]) -> None:
    assert {each.person.age >= 18 for each in cohort if each.trouble == "underage"} == {False}
    assert min(each.person.age for each in cohort if each.trouble != "underage") >= 18


def test_answers_are_as_varied_as_people(cohort: list[Applicant]) -> None:
    people = [each.person for each in cohort]
    assert {"", "No binario"} < {each.gender for each in people}
    assert any("ñ" in each.name for each in people)
    assert any(each.afro_mexican.startswith("Sí") for each in people)
    assert len({each.schooling for each in people}) >= 8
    assert len({each.job["nombre"] for each in people}) >= 40
    assert {each.project.kind for each in cohort} >= {"Largometraje", "Serie", "Cortometraje"}


def test_most_come_in_the_last_days_and_many_in_the_last_night(cohort: list[Applicant]) -> None:
    fine = [each.submitted for each in cohort if each.trouble not in {"late", "early"}]
    assert min(fine) >= OPENS
    assert max(fine) <= CLOSES
    assert sum(each >= datetime(2025, 9, 27, 18) for each in fine) > len(fine) / 8
    assert sum(each >= datetime(2025, 9, 25) for each in fine) > len(fine) / 3


def test_late_and_early_lie_outside_of_the_intake(cohort: list[Applicant]) -> None:
    assert all(each.submitted > CLOSES for each in cohort if each.trouble == "late")
    assert all(each.submitted < OPENS for each in cohort if each.trouble == "early")


def test_every_trouble_happens_in_the_usual_cohort(cohort: list[Applicant]) -> None:
    counts = Counter(each.trouble for each in cohort)
    assert len(counts) == 23  # the fine ones, and every kind
    assert counts[""] > 180


def test_a_household_shares_mail_home_and_bill(cohort: list[Applicant]) -> None:
    for each in cohort:
        if each.trouble == "household":
            turn, host = each.bill_of
            assert (host.email, host.home) == (each.person.email, each.person.home)
            assert host.curp != each.person.curp
            assert cohort[turn].person is host


@pytest.mark.parametrize("total", [1, 2, 7, 40])
def test_small_cohorts_are_mostly_fine(total: int) -> None:
    made = applicants.cohort(total, 1, OPENS, CLOSES)
    assert len(made) == total
    assert sum(each.trouble != "" for each in made) <= total / 4

from collections import Counter
from datetime import datetime

import pytest

from reviewer.demo.cohort import applicants, census, curps, troubles
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import seeded_rng
from reviewer.demographics import curp
from reviewer.demographics.geography import alcaldias

OPENS, CLOSES = datetime(2025, 9, 3), datetime(2025, 9, 27, 23, 59, 59)


@pytest.fixture(scope="module")
def cohort() -> list[Applicant]:
    return applicants.cohort(240, 2025, OPENS, CLOSES)


def test_the_same_seed_invents_the_same_people(cohort: list[Applicant]) -> None:
    again = applicants.cohort(240, 2025, OPENS, CLOSES)
    assert [(applicant.person, applicant.project, applicant.submitted) for applicant in again] == [
        (applicant.person, applicant.project, applicant.submitted) for applicant in cohort
    ]


def test_another_seed_invents_other_people(cohort: list[Applicant]) -> None:
    other_cohort = applicants.cohort(240, 2026, OPENS, CLOSES)
    assert not {applicant.person.name for applicant in other_cohort[:20]} & {
        applicant.person.name for applicant in cohort[:20]
    }


@pytest.mark.parametrize("total", [1, 15, 16, 17, 240, 5000])
def test_seats_add_up(total: int) -> None:
    counts = census.counts_by_alcaldia(total)
    assert sum(counts.values()) == total
    assert min(counts.values()) >= (1 if total >= 16 else 0)


def test_seats_follow_the_census_within_one() -> None:
    people = sum(alcaldia.population for alcaldia in alcaldias())
    counts = census.counts_by_alcaldia(240)
    for alcaldia in alcaldias():
        assert abs(counts[alcaldia.code] - 240 * alcaldia.population / people) < 1


def test_largest_remainders_get_the_odd_seats() -> None:
    counts = census.counts_by_alcaldia(240)
    expected = (11, 16, 6, 31, 11, 48, 6, 4, 20, 10, 18, 11, 11, 14, 11, 12)
    assert tuple(counts[alcaldia.code] for alcaldia in alcaldias()) == expected


def test_who_lives_in_the_city_comes_in_proportion(cohort: list[Applicant]) -> None:
    at_home = [applicant for applicant in cohort if applicant.trouble not in troubles.WITHOUT_ALCALDIA]
    by_name = {alcaldia.name: alcaldia.code for alcaldia in alcaldias()}
    lived = Counter(by_name[applicant.person.home.alcaldia] for applicant in at_home)
    assert lived == Counter(census.counts_by_alcaldia(len(at_home)))


def test_postal_codes_bear_the_prefix_of_their_alcaldia(cohort: list[Applicant]) -> None:
    prefixes = {alcaldia.name: alcaldia.postal_prefix for alcaldia in alcaldias()}
    for applicant in cohort:
        if applicant.trouble not in troubles.WITHOUT_ALCALDIA:
            assert applicant.person.home.postal_code[:2] == prefixes[applicant.person.home.alcaldia]


def test_curps_are_valid_and_bear_the_birth_date(cohort: list[Applicant]) -> None:
    for applicant in cohort:
        assert curp.is_valid(applicant.person.curp), applicant.person.curp
        assert curp.birth_date(applicant.person.curp) == applicant.person.born
    assert len({applicant.person.curp for applicant in cohort}) == len(cohort)


def test_curps_of_the_city_bear_df_and_some_the_mark_x(cohort: list[Applicant]) -> None:
    marks = Counter(applicant.person.curp[10] for applicant in cohort)
    assert set(marks) == {"H", "M", "X"}
    assert sum(applicant.person.curp[11:13] == "DF" for applicant in cohort) > len(cohort) / 2


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
    generated = curps.make(first_names, surnames, datetime(1999, 12, 31).date(), "X", "DF", seeded_rng(1))
    assert (generated[:4], generated[4:13], generated[13:16]) == (start, "991231XDF", consonants)
    assert curp.is_valid(generated)


def test_mails_go_to_reserved_domains_only(cohort: list[Applicant]) -> None:
    for applicant in cohort:
        domain = applicant.person.email.rpartition("@")[2]
        assert domain.endswith(".example") or domain in {"example.org", "example.com", "example.net"}
        assert applicant.person.email.isascii()


def test_phones_are_ten_digits_that_no_exchange_gives_out(cohort: list[Applicant]) -> None:
    for applicant in cohort:
        digits = "".join(char for char in applicant.person.phone if char.isdigit())[-10:]
        assert digits[:3] in {"550", "560"}


def test_everybody_is_of_age_but_the_few_who_are_not(cohort: list[Applicant]) -> None:
    assert {applicant.person.age >= 18 for applicant in cohort if applicant.trouble == "underage"} == {False}
    assert min(applicant.person.age for applicant in cohort if applicant.trouble != "underage") >= 18


def test_answers_are_as_varied_as_people(cohort: list[Applicant]) -> None:
    people = [applicant.person for applicant in cohort]
    assert {"", "No binario"} < {person.gender for person in people}
    assert any("ñ" in person.name for person in people)
    assert any(person.afro_mexican.startswith("Sí") for person in people)
    assert len({person.schooling for person in people}) >= 8
    assert len({person.job["nombre"] for person in people}) >= 40
    assert {applicant.project.kind for applicant in cohort} >= {"Largometraje", "Serie", "Cortometraje"}


def test_most_come_in_the_last_days_and_many_in_the_last_night(cohort: list[Applicant]) -> None:
    submitted_in_time = [applicant.submitted for applicant in cohort if applicant.trouble not in {"late", "early"}]
    assert min(submitted_in_time) >= OPENS
    assert max(submitted_in_time) <= CLOSES
    assert sum(moment >= datetime(2025, 9, 27, 18) for moment in submitted_in_time) > len(submitted_in_time) / 8
    assert sum(moment >= datetime(2025, 9, 25) for moment in submitted_in_time) > len(submitted_in_time) / 3


def test_late_and_early_lie_outside_of_the_intake(cohort: list[Applicant]) -> None:
    assert all(applicant.submitted > CLOSES for applicant in cohort if applicant.trouble == "late")
    assert all(applicant.submitted < OPENS for applicant in cohort if applicant.trouble == "early")


def test_every_trouble_happens_in_the_usual_cohort(cohort: list[Applicant]) -> None:
    counts = Counter(applicant.trouble for applicant in cohort)
    assert len(counts) == 23  # the fine ones, and every kind
    assert counts[""] > 180


def test_a_household_shares_mail_home_and_bill(cohort: list[Applicant]) -> None:
    for applicant in cohort:
        if applicant.trouble == "household":
            turn, host = applicant.bill_of
            assert (host.email, host.home) == (applicant.person.email, applicant.person.home)
            assert host.curp != applicant.person.curp
            assert cohort[turn].person is host


@pytest.mark.parametrize("total", [1, 2, 7, 40])
def test_small_cohorts_are_mostly_fine(total: int) -> None:
    small_cohort = applicants.cohort(total, 1, OPENS, CLOSES)
    assert len(small_cohort) == total
    assert sum(applicant.trouble != "" for applicant in small_cohort) <= total / 4

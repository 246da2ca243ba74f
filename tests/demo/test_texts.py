import re
from datetime import datetime
from statistics import fmean

import pytest

from reviewer.demo import applicants, letters, profiles, scripts
from reviewer.demo.applicants import Applicant
from reviewer.demo.letters import Letter
from reviewer.demo.words import chance, dealt, fill

COHORT = applicants.cohort(300, 9, datetime(2025, 9, 3), datetime(2025, 9, 27, 23, 59, 59))
LEFTOVERS = re.compile(r"[{}\[\]|]|\b(a|de) el (?=[a-zñ])|  ")


def letter(one: Applicant) -> Letter:
    return letters.write(
        one.seed, one.turn, person=one.person, project=one.project, merit=one.merit, submitted=one.submitted
    )


def body(one: Applicant) -> str:
    return "\n".join(letter(one).paragraphs)


def profile(one: Applicant) -> str:
    made = profiles.write(one.seed, one.turn, person=one.person, project=one.project, merit=one.merit)
    return "\n".join(paragraph for _, paragraphs in made.sections for paragraph in paragraphs)


def test_no_template_is_left_half_filled() -> None:
    for each in COHORT:
        texts = [profile(each), each.project.synopsis]
        if each.merit.level("escritura") > 2:
            texts.append(body(each))
        for text in texts:
            found = LEFTOVERS.search(text)
            assert found is None, text[max(0, found.start() - 40) : found.end() + 40]


def test_scripts_have_headings_and_speech() -> None:
    for each in COHORT[:40]:
        script = scripts.write(
            each.seed, each.turn, person=each.person, project=each.project, submitted=each.submitted
        )
        roles = [role for role, _ in script.lines]
        assert {"heading", "cue", "speech", "action"} <= set(roles)
        assert not any("{" in text or "@" in text for _, text in script.lines)


def test_letters_differ() -> None:
    assert len({body(each) for each in COHORT}) == len(COHORT)


def test_letters_are_signed_and_speak_of_their_writer() -> None:
    for each in COHORT[:50]:
        assert letter(each).signature == each.person.name
        assert each.project.title in body(each) or each.merit.level("escritura") <= 2


def test_the_better_applications_say_more() -> None:
    ranked = sorted(COHORT, key=lambda one: one.merit.overall)
    few = fmean(len(body(each).split()) for each in ranked[:60])
    many = fmean(len(body(each).split()) for each in ranked[-60:])
    assert many > 1.4 * few


def test_adjectives_agree_with_their_writer() -> None:
    for ending in "oae":
        assert fill("convencid{o}", {"o": ending}, chance(1)) == f"convencid{ending}"


def test_articles_contract() -> None:
    assert (
        fill("junto a {x}, lejos de {x}", {"x": "el puente"}, chance(1))
        == "junto al puente, lejos del puente"
    )
    assert fill("el de él; salí de El Tule", {}, chance(1)) == "el de él; salí de El Tule"


def test_careless_writers_lose_accents_but_keep_the_enie() -> None:
    rough = letters.roughen("Mañana será otro día. Así es. Él soñó.", 1, "a", chance(3))
    assert "ñ" in rough
    assert "sera" in rough


def test_a_pile_is_used_up_before_a_card_comes_again() -> None:
    drawn = [dealt(5, "pile", "abcdef", turn) for turn in range(12)]
    assert sorted(drawn[:6]) == sorted(drawn[6:]) == list("abcdef")


@pytest.mark.parametrize("ending", ["o", "a", "e"])
def test_endings_occur(ending: str) -> None:
    assert any(each.person.ending == ending for each in COHORT)

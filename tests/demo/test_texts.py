import re
from datetime import datetime
from statistics import fmean

import pytest

from reviewer.demo.cohort import applicants
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import deal_card, fill_template, seeded_rng
from reviewer.demo.documents import letters, profiles, scripts
from reviewer.demo.documents.letters import Letter

COHORT = applicants.cohort(300, 9, datetime(2025, 9, 3), datetime(2025, 9, 27, 23, 59, 59))
LEFTOVERS = re.compile(r"[{}\[\]|]|\b(a|de) el (?=[a-zñ])|  ")


def letter(one: Applicant) -> Letter:
    return letters.write(one)


def body(one: Applicant) -> str:
    return "\n".join(letter(one).paragraphs)


def profile(one: Applicant) -> str:
    sections = profiles.write(one).sections
    return "\n".join(paragraph for _, paragraphs in sections for paragraph in paragraphs)


def test_no_template_is_left_half_filled() -> None:
    for applicant in COHORT:
        texts = [profile(applicant), applicant.project.synopsis]
        if applicant.merit.level("escritura") > 2:
            texts.append(body(applicant))
        for text in texts:
            match = LEFTOVERS.search(text)
            assert match is None, text[max(0, match.start() - 40) : match.end() + 40]


def test_scripts_have_headings_and_speech() -> None:
    for applicant in COHORT[:40]:
        script = scripts.write(applicant)
        roles = [role for role, _ in script.lines]
        assert {"heading", "cue", "speech", "action"} <= set(roles)
        assert not any("{" in text or "@" in text for _, text in script.lines)


def test_letters_differ() -> None:
    assert len({body(applicant) for applicant in COHORT}) == len(COHORT)


def test_letters_are_signed_and_speak_of_their_writer() -> None:
    for applicant in COHORT[:50]:
        assert letter(applicant).signature == applicant.person.name
        assert applicant.project.title in body(applicant) or applicant.merit.level("escritura") <= 2


def test_the_better_applications_say_more() -> None:
    ranked = sorted(COHORT, key=lambda applicant: applicant.merit.overall)
    weakest_length = fmean(len(body(applicant).split()) for applicant in ranked[:60])
    strongest_length = fmean(len(body(applicant).split()) for applicant in ranked[-60:])
    assert strongest_length > 1.4 * weakest_length


def test_adjectives_agree_with_their_writer() -> None:
    for ending in "oae":
        assert fill_template("convencid{o}", {"o": ending}, seeded_rng(1)) == f"convencid{ending}"


def test_articles_contract() -> None:
    assert (
        fill_template("junto a {x}, lejos de {x}", {"x": "el puente"}, seeded_rng(1))
        == "junto al puente, lejos del puente"
    )
    assert fill_template("el de él; salí de El Tule", {}, seeded_rng(1)) == "el de él; salí de El Tule"


def test_careless_writers_lose_accents_but_keep_the_enie() -> None:
    rough = letters.roughen("Mañana será otro día. Así es. Él soñó.", 1, "a", seeded_rng(3))
    assert "ñ" in rough
    assert "sera" in rough


def test_a_pile_is_used_up_before_a_card_comes_again() -> None:
    cards = [deal_card(5, "pile", "abcdef", turn) for turn in range(12)]
    assert sorted(cards[:6]) == sorted(cards[6:]) == list("abcdef")


@pytest.mark.parametrize("ending", ["o", "a", "e"])
def test_endings_occur(ending: str) -> None:
    assert any(applicant.person.ending == ending for applicant in COHORT)

"""After the acta: told, answered, and a place that falls free goes to the next who keeps the rules."""

import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from reviewer import calls, clock, exports
from reviewer.access.actor import OPERATOR
from reviewer.cli import main
from reviewer.database import reading, writing
from reviewer.decision.acta import signing
from reviewer.decision.outcome import lists, replacing, replies
from reviewer.decision.outcome.now import selection_in_force
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import ActaKind, Answer, Applicant, AuditEvent, Role
from tests.conftest import PASSWORD, SLUG, PersonFactory
from tests.decision.decided import Decided, decide, hold_meeting, sign_small_call
from tests.jury.cases import FIRST, LAST, events

WOMEN = """
[[representation]]
label = "Al menos una mujer"
who = { genero = "Mujer" }
at_least = 1

"""


@pytest.fixture
def signed(person: PersonFactory) -> Decided:
    """The small call with its acta signed."""
    return sign_small_call(person)


def signed_one(decided: Decided) -> Decided:
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, call=SLUG)
    signing.sign(decided.coordinator, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)
    return decided


def answer(signed: Decided, folio: str, what: Answer | None) -> None:
    replies.answered(signed.coordinator, call=SLUG, folio=folio, answer=what)


def seats(signed: Decided) -> dict[str, str]:
    return {each.folio: each.venue for each in replies.follow_up(signed.coordinator, call=SLUG).people}


def amend(signed: Decided, password: str = PASSWORD) -> None:
    expected = replacing.proposed(signed.coordinator, call=SLUG)
    replacing.amend(
        signed.coordinator, call=SLUG, password=password, place="Ciudad de México", expected=expected
    )


def test_a_declined_place_goes_to_the_first_who_waits_there_by_an_amendment(
    signed: Decided, capsys: pytest.CaptureFixture[str]
) -> None:
    leaving, next_one = signed.ranked[2], signed.ranked[6]
    venue = seats(signed)[leaving]
    answer(signed, leaving, Answer.DECLINED)
    with pytest.raises(Refused, match="La contraseña no es correcta"):
        amend(signed, "otra cosa")
    assert leaving in seats(signed)
    amend(signed)
    assert leaving not in seats(signed) and seats(signed)[next_one] == venue
    with reading() as session:
        made = signing.signed_versions(session, signed.call, ActaKind.AMENDMENT)
    _, document = signing.signed_document(signed.coordinator, public_id=made[0].public_id)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())
    for words in (
        "Adenda 1 al acta de fallo",
        "versión 1, de huella",
        f"{leaving} · {FIRST} {LAST} Declinó {next_one}",
        "En lo demás, el acta de fallo queda como está.",
        "Página 1 de 1",
    ):
        assert words in text, words
    assert events("acta.amend") == 1 and not replacing.proposed(signed.coordinator, call=SLUG)
    answer(signed, next_one, Answer.DECLINED)
    amend(signed)
    assert signed.ranked[7] in seats(signed) and len(seats(signed)) == 6
    with reading() as session:
        rows = exports.selection(session, calls.get_call(SLUG)).rows
    assert {row[0]: row[2] for row in rows if row[1] == "selected"} == seats(signed)
    assert not [row for row in rows if row[0] in (leaving, next_one)]
    assert main(["select", "--call", SLUG, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {each["folio"]: each["venue"] for each in printed["selected"]} == seats(signed)
    assert not {each["folio"] for each in printed["waiting"]} & {leaving, next_one, *seats(signed)}
    with reading() as session:
        last = signing.signed_versions(session, signed.call, ActaKind.AMENDMENT)[-1]
    assert printed["fingerprint"] == last.fingerprint


def test_whoever_would_break_a_rule_is_passed_over_and_said_so(person: PersonFactory) -> None:
    decided = decide(person, before_selecting=lambda made: only_women(made, (3, 7)), rules=WOMEN)
    signed = signed_one(decided)
    leaving, other, woman = signed.ranked[3], signed.ranked[6], signed.ranked[7]
    answer(signed, leaving, Answer.DECLINED)
    [found] = replacing.proposed(signed.coordinator, call=SLUG)
    assert (found.taken_by, found.passed_over) == (woman, (other,))
    amend(signed)
    answer(signed, woman, Answer.DECLINED)
    [nobody] = replacing.proposed(signed.coordinator, call=SLUG)
    assert nobody.taken_by == "" and other not in seats(signed)
    assert [each.count for each in selection_in_force(signed.coordinator, call=SLUG).rules] == [1]
    amend(signed)
    assert sum(replies.follow_up(signed.coordinator, call=SLUG).vacant.values()) == 1
    now = selection_in_force(signed.coordinator, call=SLUG)
    assert [each.count for each in now.rules] == [0] and len(now.selected) == 5


def only_women(ranked: tuple[str, ...], places: tuple[int, ...]) -> None:
    """Everybody is a man but those at these places of the ranking."""
    with writing() as session:
        ids = replies.application_ids(session, calls.get_call(SLUG))
        women = {ids[ranked[each]] for each in places}
        for applicant in session.exec(select(Applicant)):
            applicant.gender = "Mujer" if applicant.application_id in women else "Hombre"


def test_silence_counts_only_after_the_date(signed: Decided) -> None:
    folio, now = signed.ranked[0], clock.now()
    with pytest.raises(Refused, match="El plazo para responder no ha terminado"):
        answer(signed, folio, Answer.SILENT)
    with pytest.raises(Refused, match="tiene que ser posterior"):
        replies.publish(signed.coordinator, call=SLUG, published_at=now, reply_by=now)
    replies.publish(signed.coordinator, call=SLUG, published_at=now, reply_by=now + timedelta(days=5))
    assert not any(each.late for each in replies.follow_up(signed.coordinator, call=SLUG).people)
    with clock.set_to(now + timedelta(days=5, hours=1)):
        log_again = replies.follow_up(OPERATOR, call=SLUG)
        assert all(each.late for each in log_again.people)
        replies.answered(OPERATOR, call=SLUG, folio=folio, answer=Answer.SILENT)
        [found] = replacing.proposed(OPERATOR, call=SLUG)
        assert (found.freed_by, found.cause) == (folio, Answer.SILENT)


def test_an_answer_is_taken_back_and_a_stale_amendment_refused(signed: Decided) -> None:
    folio = signed.ranked[1]
    answer(signed, folio, Answer.DECLINED)
    expected = replacing.proposed(signed.coordinator, call=SLUG)
    answer(signed, folio, None)
    with pytest.raises(Stale, match="Las respuestas cambiaron"):
        replacing.amend(signed.coordinator, call=SLUG, password=PASSWORD, place="x", expected=expected)
    with pytest.raises(Refused, match="no tiene un lugar"):
        answer(signed, signed.ranked[9], Answer.ACCEPTED)


def test_who_was_told_when_and_nobody_twice(signed: Decided) -> None:
    selected = replies.everybody(signed.coordinator, call=SLUG, result=replies.SELECTED)
    rejected = replies.everybody(signed.coordinator, call=SLUG, result=replies.REJECTED)
    assert len(selected) == 6 and set(rejected) == set(signed.ranked[8:])

    def tell(folios: tuple[str, ...], result: str) -> int:
        return replies.tell(signed.coordinator, call=SLUG, folios=folios, result=result, channel="email")

    assert tell(selected[:2], replies.SELECTED) == 2
    assert tell(selected, replies.SELECTED) == 4
    assert tell(selected, replies.REJECTED) == 0
    found = replies.follow_up(signed.coordinator, call=SLUG)
    assert found.told[replies.SELECTED] == (6, 6) and found.told[replies.REJECTED] == (0, 4)
    assert all(each.told and each.told.channel == "email" for each in found.people)
    with reading() as session:
        assert FIRST not in repr([each.detail for each in session.exec(select(AuditEvent))])


def test_letters_go_to_everybody_with_her_own_result(signed: Decided) -> None:
    now = clock.now()
    replies.publish(signed.coordinator, call=SLUG, published_at=now, reply_by=now + timedelta(days=5))
    table = lists.letters(signed.coordinator, call=SLUG)
    results = [row[0] for row in table.rows]
    assert [results.count(each) for each in lists.RESULTS.values()] == [6, 2, 4]
    first = dict(zip(table.columns, table.rows[0], strict=True))
    assert (
        (first["nombre"], first["apellidos"]) == (FIRST, LAST)
        and first["sede"]
        and first["responder_antes_de"]
    )
    thanked = dict(zip(table.columns, table.rows[-1], strict=True))
    assert not thanked["sede"] and thanked["responder_antes_de"] is None
    only = lists.letters(signed.coordinator, call=SLUG, result=replies.WAITING)
    assert {row[1] for row in only.rows} == set(signed.ranked[6:8])
    assert {str(row[7])[0] for row in only.rows} == {"1", "2"}


def test_the_list_to_publish_has_names_or_folios_alone(signed: Decided) -> None:
    named = lists.publishable(signed.coordinator, call=SLUG, named=True)
    alone = lists.publishable(signed.coordinator, call=SLUG, named=False)
    assert named.columns == ("sede", "folio", "nombre") and alone.columns == ("sede", "folio")
    assert {row[1] for row in alone.rows} == set(signed.ranked[:6])
    document = lists.publishable_pdf(signed.coordinator, call=SLUG, named=False)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    assert signed.ranked[0] in text and FIRST not in text
    document = lists.publishable_pdf(signed.coordinator, call=SLUG, named=True)
    assert FIRST in PdfReader(io.BytesIO(document)).pages[0].extract_text()


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_nobody_else_sees_names_or_answers(signed: Decided, person: PersonFactory, role: Role) -> None:
    other = person(role)
    for act in (
        lambda: lists.letters(other, call=SLUG),
        lambda: lists.publishable(other, call=SLUG, named=False),
        lambda: lists.publishable_pdf(other, call=SLUG, named=True),
        lambda: replies.follow_up(other, call=SLUG),
        lambda: replies.answered(other, call=SLUG, folio=signed.ranked[0], answer=Answer.DECLINED),
        lambda: replacing.proposed(other, call=SLUG),
        lambda: replacing.amend(other, call=SLUG, password=PASSWORD, place="x", expected=()),
    ):
        with pytest.raises(Forbidden):
            act()


def test_before_the_acta_there_is_nothing_to_follow(decided: Decided) -> None:
    with pytest.raises(Refused, match="Todavía no hay un acta firmada"):
        replies.follow_up(decided.coordinator, call=SLUG)

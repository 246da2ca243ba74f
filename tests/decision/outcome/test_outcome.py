"""After the acta: notifications, replies, and free seats that go to the next who keeps the rules."""

import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.decision.acta import signing
from reviewer.decision.outcome import lists, replies, substitutions
from reviewer.decision.outcome.current_selection import selection_in_force
from reviewer.export import tables
from reviewer.models import ActaKind, Answer, Applicant, AuditEvent, Role
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES
from tests.factories.decisions import DecidedCall, decide_call, hold_meeting, sign_small_call
from tests.factories.people import PASSWORD, PersonFactory
from tests.stored_rows import count_events

WOMEN = """
[[representation]]
label = "Al menos una mujer"
who = { genero = "Mujer" }
at_least = 1

"""


@pytest.fixture
def signed(person: PersonFactory) -> DecidedCall:
    """The small call with its acta signed."""
    return sign_small_call(person)


def hold_and_sign(decided: DecidedCall) -> DecidedCall:
    hold_meeting(decided)
    draft = signing.draft(decided.coordinator, slug=SLUG)
    signing.sign(decided.coordinator, slug=SLUG, password=PASSWORD, fingerprint=draft.fingerprint)
    return decided


def answer(signed: DecidedCall, folio: str, reply: Answer | None) -> None:
    replies.record_answer(signed.coordinator, slug=SLUG, folio=folio, answer=reply)


def venue_by_folio(signed: DecidedCall) -> dict[str, str]:
    return {person.folio: person.venue for person in replies.follow_up(signed.coordinator, slug=SLUG).people}


def amend(signed: DecidedCall, password: str = PASSWORD) -> None:
    expected = substitutions.proposed_replacements(signed.coordinator, slug=SLUG)
    substitutions.sign_amendment(
        signed.coordinator, slug=SLUG, password=password, place="Ciudad de México", expected=expected
    )


def test_a_declined_place_goes_to_the_first_who_waits_there_by_an_amendment(
    signed: DecidedCall, capsys: pytest.CaptureFixture[str]
) -> None:
    leaving, next_one = signed.ranked[2], signed.ranked[6]
    venue = venue_by_folio(signed)[leaving]
    answer(signed, leaving, Answer.DECLINED)
    with pytest.raises(UserError, match="La contraseña no es correcta"):
        amend(signed, "otra cosa")
    assert leaving in venue_by_folio(signed)
    amend(signed)
    assert leaving not in venue_by_folio(signed) and venue_by_folio(signed)[next_one] == venue
    with read_session() as session:
        amendments = signing.signed_versions(session, signed.call, ActaKind.AMENDMENT)
    _, document = signing.signed_document(signed.coordinator, public_id=amendments[0].public_id)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())
    for phrase in (
        "Adenda 1 al acta de fallo",
        "versión 1, de huella",
        f"{leaving} · {FIRST_NAMES} {SURNAMES} Declinó {next_one}",
        "En lo demás, el acta de fallo queda como está.",
        "Página 1 de 1",
    ):
        assert phrase in text, phrase
    assert count_events("acta.amend") == 1 and not substitutions.proposed_replacements(signed.coordinator, slug=SLUG)
    answer(signed, next_one, Answer.DECLINED)
    amend(signed)
    assert signed.ranked[7] in venue_by_folio(signed) and len(venue_by_folio(signed)) == 6
    with read_session() as session:
        rows = tables.selection(session, spec.get_call(SLUG)).rows
    assert {row[0]: row[2] for row in rows if row[1] == "selected"} == venue_by_folio(signed)
    assert not [row for row in rows if row[0] in (leaving, next_one)]
    assert main(["select", "--call", SLUG, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {place["folio"]: place["venue"] for place in printed["selected"]} == venue_by_folio(signed)
    assert not {place["folio"] for place in printed["waiting"]} & {leaving, next_one, *venue_by_folio(signed)}
    with read_session() as session:
        last = signing.signed_versions(session, signed.call, ActaKind.AMENDMENT)[-1]
    assert printed["fingerprint"] == last.fingerprint


def test_a_substitute_who_would_break_a_rule_is_passed_over(person: PersonFactory) -> None:
    decided = decide_call(person, before_selecting=lambda ranked: only_women(ranked, (3, 7)), rules=WOMEN)
    signed = hold_and_sign(decided)
    leaving, passed_over, woman = signed.ranked[3], signed.ranked[6], signed.ranked[7]
    answer(signed, leaving, Answer.DECLINED)
    [substitution] = substitutions.proposed_replacements(signed.coordinator, slug=SLUG)
    assert (substitution.taken_by, substitution.passed_over) == (woman, (passed_over,))
    amend(signed)
    answer(signed, woman, Answer.DECLINED)
    [vacancy] = substitutions.proposed_replacements(signed.coordinator, slug=SLUG)
    assert vacancy.taken_by == "" and passed_over not in venue_by_folio(signed)
    assert [rule.count for rule in selection_in_force(signed.coordinator, slug=SLUG).rules] == [1]
    amend(signed)
    assert sum(replies.follow_up(signed.coordinator, slug=SLUG).vacant.values()) == 1
    now = selection_in_force(signed.coordinator, slug=SLUG)
    assert [rule.count for rule in now.rules] == [0] and len(now.selected) == 5


def only_women(ranked: tuple[str, ...], places: tuple[int, ...]) -> None:
    """Everybody is a man but those at these places of the ranking."""
    with write_session() as session:
        ids = replies.application_ids(session, spec.get_call(SLUG))
        women = {ids[ranked[place]] for place in places}
        for applicant in session.exec(select(Applicant)):
            applicant.gender = "Mujer" if applicant.application_id in women else "Hombre"


def test_silence_counts_only_after_the_date(signed: DecidedCall) -> None:
    folio, now = signed.ranked[0], clock.now()
    with pytest.raises(UserError, match="El plazo para responder no ha terminado"):
        answer(signed, folio, Answer.SILENT)
    with pytest.raises(UserError, match="tiene que ser posterior"):
        replies.publish(signed.coordinator, slug=SLUG, published_at=now, reply_by=now)
    replies.publish(signed.coordinator, slug=SLUG, published_at=now, reply_by=now + timedelta(days=5))
    assert not any(person.is_late for person in replies.follow_up(signed.coordinator, slug=SLUG).people)
    with clock.set_to(now + timedelta(days=5, hours=1)):
        follow_up = replies.follow_up(OPERATOR, slug=SLUG)
        assert all(person.is_late for person in follow_up.people)
        replies.record_answer(OPERATOR, slug=SLUG, folio=folio, answer=Answer.SILENT)
        [substitution] = substitutions.proposed_replacements(OPERATOR, slug=SLUG)
        assert (substitution.freed_by, substitution.cause) == (folio, Answer.SILENT)


def test_an_answer_is_taken_back_and_a_stale_amendment_refused(signed: DecidedCall) -> None:
    folio = signed.ranked[1]
    answer(signed, folio, Answer.DECLINED)
    expected = substitutions.proposed_replacements(signed.coordinator, slug=SLUG)
    answer(signed, folio, None)
    with pytest.raises(StaleWrite, match="Las respuestas cambiaron"):
        substitutions.sign_amendment(signed.coordinator, slug=SLUG, password=PASSWORD, place="x", expected=expected)
    with pytest.raises(UserError, match="no tiene un lugar"):
        answer(signed, signed.ranked[9], Answer.ACCEPTED)


def test_notifications_are_recorded_once(signed: DecidedCall) -> None:
    selected = replies.folios_with_result(signed.coordinator, slug=SLUG, result=replies.SELECTED)
    rejected = replies.folios_with_result(signed.coordinator, slug=SLUG, result=replies.REJECTED)
    assert len(selected) == 6 and set(rejected) == set(signed.ranked[8:])

    def tell(folios: tuple[str, ...], result: str) -> int:
        return replies.record_notifications(
            signed.coordinator, slug=SLUG, folios=folios, result=result, channel="email"
        )

    assert tell(selected[:2], replies.SELECTED) == 2
    assert tell(selected, replies.SELECTED) == 4
    assert tell(selected, replies.REJECTED) == 0
    follow_up = replies.follow_up(signed.coordinator, slug=SLUG)
    assert follow_up.notified_counts[replies.SELECTED] == (6, 6) and follow_up.notified_counts[replies.REJECTED] == (
        0,
        4,
    )
    assert all(person.notification and person.notification.channel == "email" for person in follow_up.people)
    with read_session() as session:
        assert FIRST_NAMES not in repr([event.detail for event in session.exec(select(AuditEvent))])


def test_letters_have_each_applicants_result(signed: DecidedCall) -> None:
    now = clock.now()
    replies.publish(signed.coordinator, slug=SLUG, published_at=now, reply_by=now + timedelta(days=5))
    table = lists.letters(signed.coordinator, slug=SLUG)
    results = [row[0] for row in table.rows]
    assert [results.count(result) for result in lists.RESULT_LABELS.values()] == [6, 2, 4]
    first = dict(zip(table.columns, table.rows[0], strict=True))
    assert (
        (first["nombre"], first["apellidos"]) == (FIRST_NAMES, SURNAMES)
        and first["sede"]
        and first["responder_antes_de"]
    )
    thanked = dict(zip(table.columns, table.rows[-1], strict=True))
    assert not thanked["sede"] and thanked["responder_antes_de"] is None
    only = lists.letters(signed.coordinator, slug=SLUG, result=replies.WAITING)
    assert {row[1] for row in only.rows} == set(signed.ranked[6:8])
    assert {str(row[7])[0] for row in only.rows} == {"1", "2"}


def test_the_list_to_publish_has_names_or_folios_alone(signed: DecidedCall) -> None:
    named = lists.publication_table(signed.coordinator, slug=SLUG, with_names=True)
    alone = lists.publication_table(signed.coordinator, slug=SLUG, with_names=False)
    assert named.columns == ("sede", "folio", "nombre") and alone.columns == ("sede", "folio")
    assert {row[1] for row in alone.rows} == set(signed.ranked[:6])
    document = lists.publication_pdf(signed.coordinator, slug=SLUG, with_names=False)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    assert signed.ranked[0] in text and FIRST_NAMES not in text
    document = lists.publication_pdf(signed.coordinator, slug=SLUG, with_names=True)
    assert FIRST_NAMES in PdfReader(io.BytesIO(document)).pages[0].extract_text()


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_nobody_else_sees_names_or_answers(signed: DecidedCall, person: PersonFactory, role: Role) -> None:
    stranger = person(role)
    for act in (
        lambda: lists.letters(stranger, slug=SLUG),
        lambda: lists.publication_table(stranger, slug=SLUG, with_names=False),
        lambda: lists.publication_pdf(stranger, slug=SLUG, with_names=True),
        lambda: replies.follow_up(stranger, slug=SLUG),
        lambda: replies.record_answer(stranger, slug=SLUG, folio=signed.ranked[0], answer=Answer.DECLINED),
        lambda: substitutions.proposed_replacements(stranger, slug=SLUG),
        lambda: substitutions.sign_amendment(stranger, slug=SLUG, password=PASSWORD, place="x", expected=()),
    ):
        with pytest.raises(Forbidden):
            act()


def test_before_the_acta_there_is_nothing_to_follow(decided: DecidedCall) -> None:
    with pytest.raises(UserError, match="Todavía no hay un acta firmada"):
        replies.follow_up(decided.coordinator, slug=SLUG)

"""The acta: what it states, signed with a password, frozen, corrected; the documents read back."""

import io

import docx
import pytest
from pypdf import PdfReader
from sqlmodel import select

from reviewer import calls
from reviewer.access.actor import OPERATOR
from reviewer.database import reading, writing
from reviewer.decision.acta import docx as word
from reviewer.decision.acta import pdf, signing, wording
from reviewer.decision.deliberation import meeting
from reviewer.decision.selection import computing, record, scenarios
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import Acta, ChangeKind, Ordering, Outcome, Phase, Placement, Role, Scenario, Score
from tests.conftest import PASSWORD, SLUG, PersonFactory
from tests.decision.decided import Decided, conflict, hold_meeting
from tests.jury.cases import FIRST, LAST, events


def text_of(document: bytes) -> str:
    """All the words of a PDF, each page's one after the other."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def sign(decided: Decided, password: str = PASSWORD) -> signing.Signed:
    drafted = signing.draft(decided.coordinator, call=SLUG)
    signing.sign(decided.coordinator, call=SLUG, password=password, fingerprint=drafted.fingerprint)
    signed = signing.standing(decided.coordinator, call=SLUG).signed
    assert signed is not None
    return signed


def test_the_draft_of_a_blind_call_names_nobody_and_the_signed_acta_does(decided: Decided) -> None:
    hold_meeting(decided)
    facts = signing.draft(decided.coordinator, call=SLUG)
    names = signing.draft_names(decided.coordinator, facts=facts)
    drafted = text_of(pdf.draw(wording.acta(facts, names=names)))
    assert FIRST not in drafted and LAST not in drafted and decided.ranked[0] in drafted
    signed = sign(decided)
    name, document = signing.signed_document(decided.coordinator, public_id=signed.public_id)
    assert name == f"acta-{SLUG}-1.pdf" and f"{FIRST} {LAST}" in text_of(document)


def test_it_states_who_was_there_what_was_decided_and_what_it_was_made_from(decided: Decided) -> None:
    ana, bruno, _ = decided.jury
    conflict(decided.ranked[4], ana, decided.application_ids)
    hold_meeting(decided, decide=decided.ranked[4])
    signed = sign(decided)
    _, document = signing.signed_document(decided.coordinator, public_id=signed.public_id)
    text = " ".join(text_of(document).split())
    pages = len(PdfReader(io.BytesIO(document)).pages)
    for words in (
        "En Sala 2, Ciudad de México, el",
        "Asociación de Escritores Cinematográficos El Garfio A.C.",
        f"Jurado Ana Jurado Presente {decided.ranked[4]}",
        "Jurado Celia Jurado Ausente",
        "Motivación (30",
        "Sede Iztapalapa: 2 de 2",
        "1 / 0 / 0",
        "Voz propia. Se excusó: Jurado Ana.",
        "La propuesta calculada se aprobó sin cambios a mano.",
        "«guionismo-2025|folio»",
        "Dictámenes enviados 24",
        "Alfa de Krippendorff: Motivación",
        "Correlación intraclase (ICC) de la media de 2 lecturas",
        "debe a la severidad de quien lee",
        "En la línea de corte no hubo empates.",
        wording.grouped(signed.fingerprint),
        "Cerró esta acta en el sistema, con su contraseña, Cora Coordina",
        f"Página {pages} de {pages}",
    ):
        assert words in text, words
    assert "BORRADOR" not in text and bruno.name in text


def test_the_same_facts_give_the_same_bytes_and_word_reads_them_back(decided: Decided) -> None:
    hold_meeting(decided, decide=decided.ranked[4])
    facts, names = signing.draft(decided.coordinator, call=SLUG), {decided.ranked[0]: "Zdeněk <b>O'Neill</b>"}
    document = wording.acta(facts, names=names)
    assert pdf.draw(document) == pdf.draw(document)
    written = word.write(document)
    assert written == word.write(document)
    read = docx.Document(io.BytesIO(written))
    cells = {cell.text for table in read.tables for row in table.rows for cell in row.cells}
    assert {decided.ranked[0], "Zdeněk <b>O'Neill</b>", "Voz propia."} <= cells
    waiting = [folio for venue in facts.venues for folio in venue.waiting]
    assert len(waiting) > len(set(waiting)), "somebody waits for several venues"
    rows = [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
    assert ["En lista de espera", str(len(set(waiting)))] in rows
    headings = [each.text for each in read.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings[0] == "Asistencia y excusas" and headings[-1] == "Firmas"
    assert "Zdeněk <b>O'Neill</b>" in text_of(pdf.draw(document))
    assert facts == type(facts).model_validate_json(facts.model_dump_json())


def test_a_wrong_password_signs_nothing_and_attempts_are_counted(decided: Decided) -> None:
    hold_meeting(decided)
    for _ in range(5):
        with pytest.raises(Refused, match="La contraseña no es correcta"):
            sign(decided, "otra contraseña")
    with pytest.raises(Refused, match="Demasiados intentos"):
        sign(decided)
    assert not events("acta.sign") and calls.get_call(SLUG).phase is Phase.DELIBERATION


def test_signing_freezes_the_decision(decided: Decided) -> None:
    hold_meeting(decided)
    sign(decided)
    call = calls.get_call(SLUG)
    assert call.phase is Phase.DECIDED
    with reading() as session:
        assert record.is_signed(session, call)
    with pytest.raises(Refused, match="ya tiene fallo"):
        sign(decided)
    with pytest.raises(Refused, match="firmada"):
        scenarios.put_in_force(decided.coordinator, scenario=_scenario(decided))
    with pytest.raises(Refused, match="ya tiene fallo"):
        meeting.open_meeting(decided.coordinator, call=SLUG, place="Sala", ordering=Ordering.FOLIO, around=1)


def _scenario(decided: Decided) -> str:
    with reading() as session:
        return session.exec(select(Scenario.public_id)).one()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("no meeting", "No hay una sesión con asistencia"),
        ("open meeting", "Hay una sesión abierta"),
        ("too many", "Sede Iztapalapa tiene 3 personas para 2 lugares"),
    ],
)
def test_what_hinders_is_said_and_refused(decided: Decided, spoil: str, words: str) -> None:
    if spoil != "no meeting":
        hold_meeting(decided, close=spoil != "open meeting")
    if spoil == "too many":
        with writing() as session:
            scenario = session.exec(select(Scenario.id)).one()
            session.add(
                Placement(
                    scenario_id=scenario or 0,
                    folio=decided.ranked[6],
                    outcome=Outcome.SELECTED,
                    venue="iztapalapa",
                    position=3,
                )
            )
    assert any(words in each for each in signing.standing(decided.coordinator, call=SLUG).obstacles)
    with pytest.raises(Refused, match=words):
        sign(decided)


def test_a_score_that_changed_since_the_draft_is_told(decided: Decided) -> None:
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, call=SLUG)
    with writing() as session:
        score = session.exec(select(Score)).first()
        assert score is not None
        score.value = 6 - score.value
    with pytest.raises(Stale, match="Los datos cambiaron"):
        signing.sign(decided.coordinator, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)


def test_a_correction_opens_the_decision_and_the_next_version_names_the_old_one(decided: Decided) -> None:
    hold_meeting(decided)
    first = sign(decided)
    with pytest.raises(Refused, match="qué se corrige"):
        signing.begin_correction(decided.coordinator, call=SLUG, reason="  ")
    signing.begin_correction(decided.coordinator, call=SLUG, reason="Faltó una firma.")
    call = calls.get_call(SLUG)
    with reading() as session:
        assert call.phase is Phase.DELIBERATION and not record.is_signed(session, call)
    assert signing.standing(decided.coordinator, call=SLUG).signed is None
    second = sign(decided)
    _, document = signing.signed_document(decided.coordinator, public_id=second.public_id)
    text = " ".join(text_of(document).split())
    assert (second.version, second.fingerprint) == (2, first.fingerprint)
    assert f"corrige y sustituye a la versión 1, de huella {first.fingerprint[:12]}" in text
    assert "Faltó una firma." in text
    _, kept = signing.signed_document(decided.coordinator, public_id=first.public_id)
    assert "corrige y sustituye" not in text_of(kept)


def test_a_correction_is_given_up_only_where_nothing_changed(decided: Decided) -> None:
    hold_meeting(decided)
    sign(decided)
    signing.begin_correction(decided.coordinator, call=SLUG, reason="Por revisar.")
    with reading() as session:
        selection = record.in_force(session, decided.call)
    assert selection is not None
    changed = computing.change_by_hand(
        decided.coordinator,
        scenario=selection.public_id,
        folio=decided.ranked[0],
        kind=ChangeKind.OUT,
        reason="Por error.",
        version=selection.version,
    )
    with pytest.raises(Refused, match="ya no es la que se firmó"):
        signing.give_up_correction(decided.coordinator, call=SLUG)
    computing.undo_change(
        decided.coordinator,
        scenario=changed.public_id,
        change=changed.changes[0].id,
        version=changed.version,
    )
    signing.give_up_correction(decided.coordinator, call=SLUG)
    assert calls.get_call(SLUG).phase is Phase.DECIDED
    assert signing.standing(decided.coordinator, call=SLUG).signed is not None


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_nobody_else_sees_or_signs_it(decided: Decided, person: PersonFactory, role: Role) -> None:
    hold_meeting(decided)
    signed = sign(decided)
    other = person(role)
    for act in (
        lambda: signing.draft(other, call=SLUG),
        lambda: signing.standing(other, call=SLUG),
        lambda: signing.signed_document(other, public_id=signed.public_id),
        lambda: signing.signed_acta(other, public_id=signed.public_id),
        lambda: signing.sign(other, call=SLUG, password=PASSWORD, fingerprint=signed.fingerprint),
        lambda: signing.begin_correction(other, call=SLUG, reason="x"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        signing.signed_document(decided.coordinator, public_id="otro")


def test_the_operator_has_no_password_to_sign_with(decided: Decided) -> None:
    hold_meeting(decided)
    drafted = signing.draft(OPERATOR, call=SLUG)
    with pytest.raises(Refused, match="lo firma una persona"):
        signing.sign(OPERATOR, call=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)


def test_what_is_kept_holds_no_applicants_name(decided: Decided) -> None:
    hold_meeting(decided)
    sign(decided)
    with reading() as session:
        assert FIRST not in repr(session.exec(select(Acta)).one().facts)

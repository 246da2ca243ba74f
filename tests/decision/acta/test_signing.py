"""The acta: what it states, signed with a password, frozen, corrected; the documents read back."""

import io

import docx
import pytest
from pypdf import PdfReader
from sqlmodel import select

from reviewer.access.actor import OPERATOR
from reviewer.call import spec
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.decision.acta import docx as word
from reviewer.decision.acta import pdf, signing, wording
from reviewer.decision.deliberation import meeting
from reviewer.decision.selection import record, scenarios
from reviewer.decision.selection import service as selection_service
from reviewer.models import Acta, ChangeKind, Ordering, Outcome, Phase, Placement, Role, Scenario, Score
from tests.calls import SLUG
from tests.factories.applications import FIRST_NAMES, SURNAMES
from tests.factories.decisions import DecidedCall, hold_meeting
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.reviews import add_conflict
from tests.stored_rows import count_events


def text_of(document: bytes) -> str:
    """All the words of a PDF, each page's one after the other."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def sign(decided: DecidedCall, password: str = PASSWORD) -> signing.SignedVersion:
    drafted = signing.draft(decided.coordinator, slug=SLUG)
    signing.sign(decided.coordinator, slug=SLUG, password=password, fingerprint=drafted.fingerprint)
    signed = signing.acta_status(decided.coordinator, slug=SLUG).version_in_force
    assert signed is not None
    return signed


def test_the_draft_of_a_blind_call_names_nobody_and_the_signed_acta_does(decided: DecidedCall) -> None:
    hold_meeting(decided)
    facts = signing.draft(decided.coordinator, slug=SLUG)
    names = signing.draft_names(decided.coordinator, facts=facts)
    drafted = text_of(pdf.render(wording.acta(facts, names=names)))
    assert FIRST_NAMES not in drafted and SURNAMES not in drafted and decided.ranked[0] in drafted
    signed = sign(decided)
    name, document = signing.signed_document(decided.coordinator, public_id=signed.public_id)
    assert name == f"acta-{SLUG}-1.pdf" and f"{FIRST_NAMES} {SURNAMES}" in text_of(document)


def test_it_states_who_was_there_what_was_decided_and_what_it_was_made_from(decided: DecidedCall) -> None:
    ana, bruno, _ = decided.jury
    add_conflict(decided.application_ids[decided.ranked[4]], ana)
    hold_meeting(decided, selected_folio=decided.ranked[4])
    signed = sign(decided)
    _, document = signing.signed_document(decided.coordinator, public_id=signed.public_id)
    text = " ".join(text_of(document).split())
    pages = len(PdfReader(io.BytesIO(document)).pages)
    for expected_text in (
        "En Sala 2, Ciudad de México, el",
        "Liga de Historietistas La Viñeta A.C.",
        f"Jurado Ana Jurado Presente {decided.ranked[4]}",
        "Jurado Celia Jurado Ausente",
        "Relato (40",
        "Casa Oriente: 2 de 2",
        "1 / 0 / 0",
        "Voz propia. Se excusó: Jurado Ana.",
        "La propuesta calculada se aprobó sin cambios a mano.",
        "«viñetas-2025|folio»",
        "Dictámenes enviados 24",
        "Alfa de Krippendorff: Relato",
        "Correlación intraclase (ICC) de la media de 2 lecturas",
        "debe a la severidad de quien lee",
        "En la línea de corte no hubo empates.",
        wording.format_fingerprint(signed.fingerprint),
        "Cerró esta acta en el sistema, con su contraseña, Cora Coordina",
        f"Página {pages} de {pages}",
    ):
        assert expected_text in text, expected_text
    assert "BORRADOR" not in text and bruno.name in text


def test_the_same_facts_give_the_same_bytes_and_word_reads_them_back(decided: DecidedCall) -> None:
    hold_meeting(decided, selected_folio=decided.ranked[4])
    facts, names = signing.draft(decided.coordinator, slug=SLUG), {decided.ranked[0]: "Zdeněk <b>O'Neill</b>"}
    document = wording.acta(facts, names=names)
    assert pdf.render(document) == pdf.render(document)
    written = word.render(document)
    assert written == word.render(document)
    read = docx.Document(io.BytesIO(written))
    cells = {cell.text for table in read.tables for row in table.rows for cell in row.cells}
    assert {decided.ranked[0], "Zdeněk <b>O'Neill</b>", "Voz propia."} <= cells
    waiting = [folio for venue in facts.venues for folio in venue.waiting]
    assert len(waiting) > len(set(waiting)), "somebody waits for several venues"
    rows = [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
    assert ["En lista de espera", str(len(set(waiting)))] in rows
    headings = [
        paragraph.text for paragraph in read.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    ]
    assert headings[0] == "Asistencia y excusas" and headings[-1] == "Firmas"
    assert "Zdeněk <b>O'Neill</b>" in text_of(pdf.render(document))
    assert facts == type(facts).model_validate_json(facts.model_dump_json())


def test_a_wrong_password_signs_nothing_and_attempts_are_counted(decided: DecidedCall) -> None:
    hold_meeting(decided)
    for _ in range(5):
        with pytest.raises(UserError, match="La contraseña no es correcta"):
            sign(decided, "otra contraseña")
    with pytest.raises(UserError, match="Demasiados intentos"):
        sign(decided)
    assert not count_events("acta.sign") and spec.get_call(SLUG).phase is Phase.DELIBERATION


def test_signing_freezes_the_decision(decided: DecidedCall) -> None:
    hold_meeting(decided)
    sign(decided)
    call = spec.get_call(SLUG)
    assert call.phase is Phase.DECIDED
    with read_session() as session:
        assert record.is_signed(session, call)
    with pytest.raises(UserError, match="ya tiene fallo"):
        sign(decided)
    with pytest.raises(UserError, match="firmada"):
        scenarios.put_in_force(decided.coordinator, public_id=_scenario(decided))
    with pytest.raises(UserError, match="ya tiene fallo"):
        meeting.open_meeting(decided.coordinator, slug=SLUG, place="Sala", ordering=Ordering.FOLIO, per_side=1)


def _scenario(decided: DecidedCall) -> str:
    with read_session() as session:
        return session.exec(select(Scenario.public_id)).one()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("no meeting", "No hay una sesión con asistencia"),
        ("open meeting", "Hay una sesión abierta"),
        ("too many", "Casa Oriente tiene 3 personas para 2 lugares"),
    ],
)
def test_obstacles_are_listed_and_refused(decided: DecidedCall, spoil: str, words: str) -> None:
    if spoil != "no meeting":
        hold_meeting(decided, close=spoil != "open meeting")
    if spoil == "too many":
        with write_session() as session:
            scenario = session.exec(select(Scenario.id)).one()
            session.add(
                Placement(
                    scenario_id=scenario or 0,
                    folio=decided.ranked[6],
                    outcome=Outcome.SELECTED,
                    venue="oriente",
                    position=3,
                )
            )
    assert any(words in obstacle for obstacle in signing.acta_status(decided.coordinator, slug=SLUG).obstacles)
    with pytest.raises(UserError, match=words):
        sign(decided)


def test_a_score_that_changed_since_the_draft_is_reported(decided: DecidedCall) -> None:
    hold_meeting(decided)
    drafted = signing.draft(decided.coordinator, slug=SLUG)
    with write_session() as session:
        score = session.exec(select(Score)).first()
        assert score is not None
        score.value = 6 - score.value
    with pytest.raises(StaleWrite, match="Los datos cambiaron"):
        signing.sign(decided.coordinator, slug=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)


def test_a_correction_opens_the_decision_and_the_next_version_names_the_old_one(decided: DecidedCall) -> None:
    hold_meeting(decided)
    first = sign(decided)
    with pytest.raises(UserError, match="qué se corrige"):
        signing.begin_correction(decided.coordinator, slug=SLUG, reason="  ")
    signing.begin_correction(decided.coordinator, slug=SLUG, reason="Faltó una firma.")
    call = spec.get_call(SLUG)
    with read_session() as session:
        assert call.phase is Phase.DELIBERATION and not record.is_signed(session, call)
    assert signing.acta_status(decided.coordinator, slug=SLUG).version_in_force is None
    second = sign(decided)
    _, document = signing.signed_document(decided.coordinator, public_id=second.public_id)
    text = " ".join(text_of(document).split())
    assert (second.version, second.fingerprint) == (2, first.fingerprint)
    assert f"corrige y sustituye a la versión 1, de huella {first.fingerprint[:12]}" in text
    assert "Faltó una firma." in text
    _, first_document = signing.signed_document(decided.coordinator, public_id=first.public_id)
    assert "corrige y sustituye" not in text_of(first_document)


def test_a_correction_is_given_up_only_where_nothing_changed(decided: DecidedCall) -> None:
    hold_meeting(decided)
    sign(decided)
    signing.begin_correction(decided.coordinator, slug=SLUG, reason="Por revisar.")
    with read_session() as session:
        selection = record.in_force(session, decided.call)
    assert selection is not None
    changed = selection_service.change_by_hand(
        decided.coordinator,
        public_id=selection.public_id,
        folio=decided.ranked[0],
        kind=ChangeKind.OUT,
        reason="Por error.",
        version=selection.version,
    )
    with pytest.raises(UserError, match="ya no es la que se firmó"):
        signing.cancel_correction(decided.coordinator, slug=SLUG)
    selection_service.undo_change(
        decided.coordinator,
        public_id=changed.public_id,
        change_id=changed.changes[0].id,
        version=changed.version,
    )
    signing.cancel_correction(decided.coordinator, slug=SLUG)
    assert spec.get_call(SLUG).phase is Phase.DECIDED
    assert signing.acta_status(decided.coordinator, slug=SLUG).version_in_force is not None


@pytest.mark.parametrize("role", [Role.JURY, Role.ADMIN])
def test_nobody_else_sees_or_signs_it(decided: DecidedCall, person: PersonFactory, role: Role) -> None:
    hold_meeting(decided)
    signed = sign(decided)
    other_actor = person(role)
    for act in (
        lambda: signing.draft(other_actor, slug=SLUG),
        lambda: signing.acta_status(other_actor, slug=SLUG),
        lambda: signing.signed_document(other_actor, public_id=signed.public_id),
        lambda: signing.signed_acta(other_actor, public_id=signed.public_id),
        lambda: signing.sign(other_actor, slug=SLUG, password=PASSWORD, fingerprint=signed.fingerprint),
        lambda: signing.begin_correction(other_actor, slug=SLUG, reason="x"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        signing.signed_document(decided.coordinator, public_id="otro")


def test_the_operator_has_no_password_to_sign_with(decided: DecidedCall) -> None:
    hold_meeting(decided)
    drafted = signing.draft(OPERATOR, slug=SLUG)
    with pytest.raises(UserError, match="lo firma una persona"):
        signing.sign(OPERATOR, slug=SLUG, password=PASSWORD, fingerprint=drafted.fingerprint)


def test_what_is_kept_holds_no_applicants_name(decided: DecidedCall) -> None:
    hold_meeting(decided)
    sign(decided)
    with read_session() as session:
        assert FIRST_NAMES not in repr(session.exec(select(Acta)).one().facts)

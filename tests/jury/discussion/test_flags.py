"""Flags by jurors and by the system, their resolution, and documents withheld from the jury."""

import pytest

from reviewer.access.actor import Actor
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.discussion import flags
from reviewer.jury.discussion.flags import FlagRow
from reviewer.jury.reviews.readable_documents import readable_document, readable_documents
from reviewer.models import Application, Call, Document, FlagKind, Role, require_id
from tests.calls import SLUG
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import assign
from tests.stored_rows import count_events

FLAG_TEXT = "La carta es de otra convocatoria"


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    new_application = add_application(reviewing_call, "HIS-0001", **ROSALIA)
    assign(new_application, juror)
    return new_application


@pytest.fixture
def motives(application: Application) -> Document:
    return add_document(application, "motivos", pages_pdf(["Uno"]), pages=1)


def raise_flag(
    actor: Actor, document: str = "", kind: FlagKind = FlagKind.WRONG_DOCUMENT, words: str = FLAG_TEXT
) -> None:
    flags.raise_flag(actor, slug=SLUG, folio="HIS-0001", kind=kind, document=document, words=words)


def list_flags(viewer: Actor, call: Call, *, resolved: bool = False) -> list[FlagRow]:
    return flags.rows(viewer, call=call, resolved=resolved)


def test_a_flag_reaches_the_coordinators_once(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    raise_flag(juror, motives.public_id)
    raise_flag(juror, motives.public_id, words="Mejor dicho: es de otra persona")
    raise_flag(juror)
    first, second = list_flags(coordinator, reviewing_call)
    assert (first.folio, first.author, first.label) == ("HIS-0001", "Julia Jurado", "Carta de motivos")
    assert first.words == "Mejor dicho: es de otra persona"
    assert (second.document, second.label) == (None, "")
    assert flags.open_counts(coordinator, slug=SLUG) == {FlagKind.WRONG_DOCUMENT: 2}


def test_what_is_refused(application: Application, motives: Document, juror: Actor, person: PersonFactory) -> None:
    hidden = add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)
    with pytest.raises(UserError, match="qué vio"):
        raise_flag(juror, words="  ")
    with pytest.raises(UserError, match="motivo"):
        raise_flag(juror, kind=FlagKind.NO_TEXT)
    with pytest.raises(UserError, match="caracteres a lo más"):
        raise_flag(juror, words="x" * 2_001)
    for document in (hidden.public_id, "nowhere"):
        with pytest.raises(Forbidden):
            raise_flag(juror, document)
    with pytest.raises(Forbidden):
        raise_flag(person(Role.JURY), motives.public_id)


def test_pages_that_cannot_be_shown_are_told_in_one_flag(
    reviewing_call: Call, application: Application, juror: Actor, coordinator: Actor, person: PersonFactory
) -> None:
    letter = add_document(application, "motivos", pages_pdf(["Uno", "Dos"]), pages=2)
    hidden = add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)
    for page in (2, 1, 2):
        flags.raise_page_flag(juror, document=letter.public_id, page=page)
    (raised,) = list_flags(coordinator, reviewing_call)
    assert (raised.kind, raised.document, raised.author) == (
        *(FlagKind.UNREADABLE, letter.public_id),
        "Julia Jurado",
    )
    assert raised.words.splitlines() == ["La página 2 no se pudo mostrar.", "La página 1 no se pudo mostrar."]
    for actor, document, page in (
        (person(Role.JURY), letter.public_id, 1),
        (juror, letter.public_id, 3),
        (juror, letter.public_id, 0),
        (juror, hidden.public_id, 1),
        (juror, "nowhere", 1),
    ):
        with pytest.raises(Forbidden):
            flags.raise_page_flag(actor, document=document, page=page)


def test_only_coordinators_see_and_resolve(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor, admin: Actor
) -> None:
    raise_flag(juror, motives.public_id)
    (raised,) = list_flags(coordinator, reviewing_call)
    for viewer in (juror, admin):
        for act in (
            lambda viewer=viewer: list_flags(viewer, reviewing_call),
            lambda viewer=viewer: flags.open_counts(viewer, slug=SLUG),
            lambda viewer=viewer: flags.resolve(viewer, flag_id=raised.public_id, resolution="Ya", withhold=False),
            lambda viewer=viewer: flags.flag_all_without_text(viewer, slug=SLUG),
        ):
            with pytest.raises(Forbidden):
                act()


def test_resolving_may_take_the_document_from_the_jury_and_give_it_back(
    reviewing_call: Call, application: Application, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    other_document = add_document(application, "semblanza", pages_pdf(["Dos"]), pages=1)
    raise_flag(juror, motives.public_id, FlagKind.IDENTIFIES)
    (raised,) = list_flags(coordinator, reviewing_call)
    with pytest.raises(UserError, match="qué se resolvió"):
        flags.resolve(coordinator, flag_id=raised.public_id, resolution=" ", withhold=True)
    flags.resolve(coordinator, flag_id=raised.public_id, resolution="Firma la carta", withhold=True)
    assert list_flags(coordinator, reviewing_call) == []
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)
    documents = readable_documents(juror, application_id=require_id(application))
    assert [document.public_id for document in documents] == [other_document.public_id]
    assert readable_document(coordinator, document_id=motives.public_id).pages == 1
    (resolved,) = list_flags(coordinator, reviewing_call, resolved=True)
    assert (resolved.withheld, resolved.resolution, resolved.resolved_by) == (
        *(True, "Firma la carta"),
        "Cora Coordina",
    )
    flags.resolve(coordinator, flag_id=raised.public_id, resolution="Se cubrió la firma", withhold=False)
    assert len(readable_documents(juror, application_id=require_id(application))) == 2
    assert count_events("flag.resolve") == 2


def test_a_flag_about_the_whole_withholds_nothing(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    raise_flag(juror)
    (raised,) = list_flags(coordinator, reviewing_call)
    with pytest.raises(UserError, match="no nombra"):
        flags.resolve(coordinator, flag_id=raised.public_id, resolution="Ya", withhold=True)
    with pytest.raises(UserError, match="ya no existe"):
        flags.resolve(coordinator, flag_id="nowhere", resolution="Ya", withhold=False)


def test_scans_are_flagged_once_and_only_in_blind_calls(
    reviewing_call: Call, application: Application, motives: Document, coordinator: Actor
) -> None:
    scan = add_document(application, "muestra", pages_pdf(["x"]), pages=1)
    card = add_document(application, "identificacion", pages_pdf(["x"]), pages=1)
    with write_session() as session:
        for document in (scan, card):
            document.has_text = False
            session.add(document)
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 1
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 0
    flags.flag_document_without_text(scan.public_id)
    flags.flag_document_without_text(motives.public_id)
    flags.flag_document_without_text(motives.public_id)
    flags.flag_document_without_text("nowhere")
    rows = list_flags(coordinator, reviewing_call)
    assert [(row.document, row.author, row.kind) for row in rows] == [
        (scan.public_id, None, FlagKind.NO_TEXT),
        (motives.public_id, None, FlagKind.NO_TEXT),
    ]
    flags.resolve(coordinator, flag_id=rows[0].public_id, resolution="No dice quién es", withhold=False)
    assert flags.flag_all_without_text(coordinator, slug=SLUG) == 0


def test_a_page_of_flags_takes_as_many_queries_for_one_as_for_many(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor, queries: list[str]
) -> None:
    for kind in (FlagKind.WRONG_DOCUMENT, FlagKind.PLAGIARISM, FlagKind.IDENTIFIES):
        raise_flag(juror, motives.public_id, kind)
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(flags.rows(coordinator, call=reviewing_call, limit=limit)) == limit
        needed.append(len(queries))
    assert needed == [2, 2]


def test_several_are_resolved_at_once_and_opened_again(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    raise_flag(juror, motives.public_id)
    raise_flag(juror)
    ids = [flag.public_id for flag in list_flags(coordinator, reviewing_call)]
    with pytest.raises(UserError, match="ya no existe"):
        flags.resolve_several(coordinator, flag_ids=[*ids, "nowhere"], resolution="Vistos")
    with pytest.raises(UserError, match="qué se resolvió"):
        flags.resolve_several(coordinator, flag_ids=ids, resolution=" ")
    with pytest.raises(Forbidden):
        flags.resolve_several(juror, flag_ids=ids, resolution="Vistos")
    assert len(list_flags(coordinator, reviewing_call)) == 2
    flags.resolve_several(coordinator, flag_ids=ids, resolution="Vistos")
    assert {flag.resolution for flag in list_flags(coordinator, reviewing_call, resolved=True)} == {"Vistos"}
    flags.open_again(coordinator, flag_ids=ids)
    assert [flag.public_id for flag in list_flags(coordinator, reviewing_call)] == ids

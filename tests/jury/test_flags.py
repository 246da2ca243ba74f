"""What jurors and the machine flag, what coordinators make of it, and documents kept from the jury."""

import pytest

from reviewer.access.actor import Actor
from reviewer.database import writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury import flags
from reviewer.jury.flags import FlagRow
from reviewer.jury.reading import readable_document, readable_documents
from reviewer.models import Application, Call, Document, FlagKind, Role
from tests import papers
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import events

SAW = "La carta es de otra convocatoria"


@pytest.fixture
def application(reviewing_call: Call, juror: Actor) -> Application:
    made = papers.add_application(reviewing_call, "GUI-0001")
    papers.assign(made, juror)
    return made


@pytest.fixture
def motives(application: Application) -> Document:
    return papers.add_document(application, "motivos", papers.pdf(["Uno"]), pages=1)


def flag(
    actor: Actor, document: str = "", kind: FlagKind = FlagKind.WRONG_DOCUMENT, words: str = SAW
) -> None:
    flags.raise_flag(actor, call=SLUG, folio="GUI-0001", kind=kind, document=document, words=words)


def listed(viewer: Actor, call: Call, *, resolved: bool = False) -> list[FlagRow]:
    return flags.rows(viewer, call=call, resolved=resolved)


def test_a_flag_reaches_the_coordinators_once(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    flag(juror, motives.public_id)
    flag(juror, motives.public_id, words="Mejor dicho: es de otra persona")
    flag(juror)
    one, other = listed(coordinator, reviewing_call)
    assert (one.folio, one.who, one.label) == ("GUI-0001", "Julia Jurado", "Exposición de motivos")
    assert one.words == "Mejor dicho: es de otra persona"
    assert (other.document, other.label) == (None, "")
    assert flags.counts(coordinator, call=SLUG) == {FlagKind.WRONG_DOCUMENT: 2}


def test_what_is_refused(
    application: Application, motives: Document, juror: Actor, person: PersonFactory
) -> None:
    hidden = papers.add_document(application, "identificacion", papers.pdf(["INE"]), pages=1)
    with pytest.raises(Refused, match="qué vio"):
        flag(juror, words="  ")
    with pytest.raises(Refused, match="motivo"):
        flag(juror, kind=FlagKind.NO_TEXT)
    with pytest.raises(Refused, match="acórtelo"):
        flag(juror, words="x" * 1_001)
    for document in (hidden.public_id, "nowhere"):
        with pytest.raises(Forbidden):
            flag(juror, document)
    with pytest.raises(Forbidden):
        flag(person(Role.JURY), motives.public_id)


def test_only_coordinators_see_and_resolve(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor, admin: Actor
) -> None:
    flag(juror, motives.public_id)
    (raised,) = listed(coordinator, reviewing_call)
    for other in (juror, admin):
        for act in (
            lambda other=other: listed(other, reviewing_call),
            lambda other=other: flags.counts(other, call=SLUG),
            lambda other=other: flags.resolve(other, flag=raised.public_id, resolution="Ya", withhold=False),
            lambda other=other: flags.find_without_text(other, call=SLUG),
        ):
            with pytest.raises(Forbidden):
                act()


def test_resolving_may_take_the_document_from_the_jury_and_give_it_back(
    reviewing_call: Call, application: Application, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    kept = papers.add_document(application, "semblanza", papers.pdf(["Dos"]), pages=1)
    flag(juror, motives.public_id, FlagKind.IDENTIFIES)
    (raised,) = listed(coordinator, reviewing_call)
    with pytest.raises(Refused, match="qué se resolvió"):
        flags.resolve(coordinator, flag=raised.public_id, resolution=" ", withhold=True)
    flags.resolve(coordinator, flag=raised.public_id, resolution="Firma la carta", withhold=True)
    assert listed(coordinator, reviewing_call) == []
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)
    shown = readable_documents(juror, application_id=application.id or 0)
    assert [each.public_id for each in shown] == [kept.public_id]
    assert readable_document(coordinator, document_id=motives.public_id).pages == 1
    (resolved,) = listed(coordinator, reviewing_call, resolved=True)
    assert (resolved.withheld, resolved.resolution, resolved.resolved_by) == (
        *(True, "Firma la carta"),
        "Cora Coordina",
    )
    flags.resolve(coordinator, flag=raised.public_id, resolution="Se cubrió la firma", withhold=False)
    assert len(readable_documents(juror, application_id=application.id or 0)) == 2
    assert events("flag.resolve") == 2


def test_a_flag_about_the_whole_withholds_nothing(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor
) -> None:
    flag(juror)
    (raised,) = listed(coordinator, reviewing_call)
    with pytest.raises(Refused, match="no nombra"):
        flags.resolve(coordinator, flag=raised.public_id, resolution="Ya", withhold=True)
    with pytest.raises(Refused, match="ya no existe"):
        flags.resolve(coordinator, flag="nowhere", resolution="Ya", withhold=False)


def test_scans_are_found_by_themselves_once_and_only_where_the_jury_is_blind(
    reviewing_call: Call, application: Application, motives: Document, coordinator: Actor
) -> None:
    scan = papers.add_document(application, "muestra", papers.pdf(["x"]), pages=1)
    card = papers.add_document(application, "identificacion", papers.pdf(["x"]), pages=1)
    with writing() as session:
        for each in (scan, card):
            each.has_text = False
            session.add(each)
    assert flags.find_without_text(coordinator, call=SLUG) == 1
    assert flags.find_without_text(coordinator, call=SLUG) == 0
    flags.note_without_text(scan.public_id)
    flags.note_without_text(motives.public_id)
    flags.note_without_text(motives.public_id)
    flags.note_without_text("nowhere")
    found = listed(coordinator, reviewing_call)
    assert [(each.document, each.who, each.kind) for each in found] == [
        (scan.public_id, None, FlagKind.NO_TEXT),
        (motives.public_id, None, FlagKind.NO_TEXT),
    ]
    flags.resolve(coordinator, flag=found[0].public_id, resolution="No dice quién es", withhold=False)
    assert flags.find_without_text(coordinator, call=SLUG) == 0


def test_a_page_of_flags_takes_as_many_queries_for_one_as_for_many(
    reviewing_call: Call, motives: Document, juror: Actor, coordinator: Actor, queries: list[str]
) -> None:
    for kind in (FlagKind.WRONG_DOCUMENT, FlagKind.PLAGIARISM, FlagKind.IDENTIFIES):
        flag(juror, motives.public_id, kind)
    needed = []
    for limit in (1, 3):
        queries.clear()
        assert len(flags.rows(coordinator, call=reviewing_call, limit=limit)) == limit
        needed.append(len(queries))
    assert needed == [2, 2]

"""Who may read which document, and what of it stays covered."""

from dataclasses import replace

import pytest

from reviewer.access import people
from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews.document_views import View
from reviewer.jury.reviews.readable_documents import (
    DocumentNotFound,
    readable_document,
    readable_documents,
    remember_view,
)
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Document,
    Phase,
    Role,
    require_id,
)
from tests.calls import SLUG, call_text
from tests.factories.applications import ROSALIA, add_application, add_document
from tests.factories.pdfs import pages_pdf
from tests.factories.people import PersonFactory
from tests.factories.reviews import add_conflict, assign

SEEN = View(180, {"1": 90}, page=1, top=2500, zoom=250, fit="")
LETTER = pages_pdf(["Carta de motivos"])


@pytest.fixture
def application(reviewing_call: Call) -> Application:
    return add_application(reviewing_call, "HIS-0001", **ROSALIA)


@pytest.fixture
def motives(application: Application) -> Document:
    return add_document(application, "motivos", LETTER, pages=1)


@pytest.fixture
def identification(application: Application) -> Document:
    return add_document(application, "identificacion", pages_pdf(["INE"]), pages=1)


@pytest.fixture
def assignment(application: Application, juror: Actor) -> Assignment:
    return assign(application, juror)


@pytest.mark.usefixtures("assignment")
def test_a_juror_reads_assigned_documents(motives: Document, juror: Actor) -> None:
    document = readable_document(juror, document_id=motives.public_id)
    assert (document.kind, document.sha256, document.pages) == ("motivos", motives.sha256, 1)


def test_in_a_blind_call_the_applicants_name_and_contact_are_covered(
    motives: Document, assignment: Assignment, juror: Actor
) -> None:
    covers = readable_document(juror, document_id=motives.public_id).covers
    assert {"Rosalía", "Peña Núñez", "rosalia@prueba.example", "55 1234 5678", '"1 de enero de 1990"'} <= set(covers)


def test_what_is_covered_does_not_show_in_a_trace(motives: Document, assignment: Assignment, juror: Actor) -> None:
    assert "Rosalía" not in repr(readable_document(juror, document_id=motives.public_id))


def test_in_an_open_call_nothing_is_covered(motives: Document, assignment: Assignment, juror: Actor) -> None:
    spec.load_call(OPERATOR, text=call_text().replace("blind        = true", "blind        = false"))
    assert readable_document(juror, document_id=motives.public_id).covers == ()


def test_an_applicant_who_is_not_known_is_not_shown_uncovered(
    reviewing_call: Call, motives: Document, assignment: Assignment, juror: Actor
) -> None:
    with write_session() as session:
        session.connection().exec_driver_sql("DELETE FROM applicant")
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)


@pytest.mark.usefixtures("assignment")
def test_another_jurors_application_is_refused_like_one_that_does_not_exist(
    motives: Document, person: PersonFactory
) -> None:
    other_juror = person(Role.JURY)
    with pytest.raises(Forbidden) as not_hers:
        readable_document(other_juror, document_id=motives.public_id)
    with pytest.raises(Forbidden) as nowhere:
        readable_document(other_juror, document_id="nowhere")
    assert type(not_hers.value) is type(nowhere.value)
    assert str(not_hers.value) == str(nowhere.value)
    with pytest.raises(Forbidden):
        readable_documents(other_juror, application_id=motives.application_id)


@pytest.mark.usefixtures("assignment")
def test_an_admin_only_document_is_never_the_jurys(motives: Document, identification: Document, juror: Actor) -> None:
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=identification.public_id)
    documents = readable_documents(juror, application_id=motives.application_id)
    assert [document.kind for document in documents] == ["motivos"]


@pytest.mark.usefixtures("assignment")
def test_a_deactivated_person_reads_nothing_more(motives: Document, juror: Actor) -> None:
    people.set_active(OPERATOR, person_id=juror.require_person_id(), active=False)
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)
    with pytest.raises(Forbidden):
        readable_documents(juror, application_id=motives.application_id)


def test_an_assignment_taken_back_closes_the_document(motives: Document, assignment: Assignment, juror: Actor) -> None:
    with write_session() as session:
        assignment.closed_at = clock.now()
        session.add(assignment)
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)


@pytest.mark.usefixtures("assignment")
def test_a_conflict_of_interest_closes_the_document(motives: Document, juror: Actor) -> None:
    add_conflict(motives.application_id, juror)
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)


@pytest.mark.usefixtures("assignment")
def test_a_superseded_one_is_closed(motives: Document, application: Application, juror: Actor) -> None:
    with write_session() as session:
        application.status = ApplicationStatus.SUPERSEDED
        session.add(application)
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=motives.public_id)


@pytest.mark.usefixtures("assignment")
def test_an_archived_call_is_closed_to_everybody(
    motives: Document, juror: Actor, coordinator: Actor, admin: Actor
) -> None:
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.ARCHIVED)
    for viewer in (juror, coordinator, admin):
        with pytest.raises(Forbidden):
            readable_document(viewer, document_id=motives.public_id)


@pytest.mark.usefixtures("assignment")
def test_a_refused_file_is_not_there(application: Application, juror: Actor, admin: Actor) -> None:
    refused = add_document(application, "semblanza", b"not a pdf", pages=0)
    with write_session() as session:
        refused.refused = "not_a_pdf"
        session.add(refused)
    with pytest.raises(Forbidden):
        readable_document(juror, document_id=refused.public_id)
    with pytest.raises(DocumentNotFound):
        readable_document(admin, document_id=refused.public_id)


def test_who_screens_reads_every_kind_uncovered(
    motives: Document, identification: Document, coordinator: Actor, admin: Actor
) -> None:
    for viewer in (coordinator, admin):
        documents = readable_documents(viewer, application_id=motives.application_id)
        assert [document.kind for document in documents] == ["identificacion", "motivos"]
        assert {document.covers for document in documents} == {()}
        with pytest.raises(DocumentNotFound):
            readable_document(viewer, document_id="nowhere")


@pytest.mark.usefixtures("assignment")
def test_documents_stand_in_the_calls_order_and_several_of_a_kind_are_numbered(
    application: Application, juror: Actor
) -> None:
    for kind in ("muestra", "semblanza", "muestra", "motivos"):
        add_document(application, kind, LETTER, pages=1)
    documents = readable_documents(juror, application_id=require_id(application))
    assert [document.label for document in documents] == [
        "Carta de motivos",
        "Trayectoria",
        "Muestra de viñetas 1",
        "Muestra de viñetas 2",
    ]


def test_a_view_is_remembered_for_one_person_and_one_document(
    motives: Document, application: Application, assignment: Assignment, juror: Actor, admin: Actor
) -> None:
    other_document = add_document(application, "semblanza", LETTER, pages=1)
    for view in (View(rotation=90), SEEN):
        remember_view(juror, document_id=motives.public_id, view=view)
    stored = readable_document(juror, document_id=motives.public_id).view
    assert replace(stored, seen_at=None) == SEEN
    assert stored.seen_at is not None
    assert readable_document(juror, document_id=other_document.public_id).view == View()
    assert readable_document(admin, document_id=motives.public_id).view == View()


@pytest.mark.parametrize(
    "view",
    [
        View(rotation=45),
        View(page_rotations={"1": 45}),
        View(page_rotations={"2": 90}),
        View(page=2),
        View(page=0),
        View(top=10_001),
        View(zoom=0),
        View(zoom=401),
    ],
)
def test_a_view_is_of_the_document_and_turned_by_quarters(
    motives: Document, assignment: Assignment, juror: Actor, view: View
) -> None:
    with pytest.raises(UserError):
        remember_view(juror, document_id=motives.public_id, view=view)


def test_only_who_reads_a_document_has_a_view_of_it(motives: Document, person: PersonFactory) -> None:
    with pytest.raises(Forbidden):
        remember_view(person(Role.JURY), document_id=motives.public_id, view=SEEN)

"""Documents that change after reviews of them were sent: told to everybody, and what was read stays readable."""

from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden
from reviewer.intake.check.report import Report
from reviewer.jury.assignment import service as assignment_service
from reviewer.jury.discussion import flags
from reviewer.jury.reviews import readable_documents, reviewed_documents, score_import
from reviewer.jury.reviews import service as reviews_service
from reviewer.jury.reviews.document_views import View
from reviewer.models import Application, Call, Document, Finding, FlagKind, Person, Role
from reviewer.privacy.data_map import document_hashes
from reviewer.storage import documents as document_store
from tests import stored_rows
from tests.calls import CRITERIA, SLUG
from tests.factories.batches import codes, document_files, folder, import_source, valid_row
from tests.factories.pdfs import small_pdf
from tests.factories.people import PersonFactory, log_in_again

FOLIO = "HIS-0001"
NEW_LETTER = small_pdf("otra carta")


@pytest.fixture
def assignee(reviewing_call: Call, juror: Actor, tmp_path: Path) -> Actor:
    """A juror who was given two applications with their documents."""
    import_source(folder(tmp_path / "lote", [valid_row(1), valid_row(2)], document_files(1, 2)))
    assignment_service.assign(OPERATOR, slug=SLUG, reviews=1)
    return juror


def send(juror: Actor, folio: str = FOLIO, value: int = 3) -> None:
    scores = reviews_service.read_review(juror, slug=SLUG, folio=folio).scores
    for criterion in CRITERIA:
        version = scores[criterion].version if criterion in scores else 0
        reviews_service.set_score(juror, slug=SLUG, folio=folio, criterion=criterion, value=value, version=version)
    state = reviews_service.read_review(juror, slug=SLUG, folio=folio)
    versions = {criterion: item.version for criterion, item in state.scores.items()}
    reviews_service.submit(juror, slug=SLUG, folio=folio, versions=versions)


def replace_letter(tmp_path: Path, name: str = "otro", *, content: bytes = NEW_LETTER, dry_run: bool = False) -> Report:
    files = document_files(1, 2) | {"docs/motivos-1.pdf": content}
    return import_source(folder(tmp_path / name, [valid_row(1), valid_row(2)], files), dry_run=dry_run)


def stored_application() -> Application:
    return stored_rows.applications()[FOLIO]


def test_a_changed_document_is_told_and_changes_no_eligibility(assignee: Actor, tmp_path: Path) -> None:
    send(assignee)
    before = stored_application()
    rehearsed = replace_letter(tmp_path, "ensayo", dry_run=True)
    assert codes(rehearsed, 2) == {"reviewed_before"}
    report = replace_letter(tmp_path)
    assert (codes(report, 2), codes(report, 3)) == ({"reviewed_before"}, set())
    after = stored_application()
    assert (after.eligibility, after.reasons) == (before.eligibility, before.reasons)
    assert reviewed_documents.changed_since_sent(assignee, slug=SLUG) == {FOLIO: ("Carta de motivos",)}


def test_what_nobody_sent_or_what_did_not_change_is_not_told(assignee: Actor, tmp_path: Path) -> None:
    reviews_service.set_score(assignee, slug=SLUG, folio=FOLIO, criterion=CRITERIA[0], value=3, version=0)
    assert codes(replace_letter(tmp_path), 2) == set()
    send(assignee, "HIS-0002")
    corrected = valid_row(2, colonia="Roma")
    files = document_files(1, 2) | {"docs/motivos-1.pdf": NEW_LETTER}
    report = import_source(folder(tmp_path / "corregido", [valid_row(1), corrected], files))
    assert report.counts["updated"] == 1
    assert codes(report, 3) == set()


def test_scores_made_outside_remember_the_documents_too(assignee: Actor, tmp_path: Path) -> None:
    with read_session() as session:
        email = session.get_one(Person, assignee.person_id).email
    lines = [f"{email},{FOLIO},{criterion},4" for criterion in CRITERIA]
    path = tmp_path / "puntajes.csv"
    path.write_text("\n".join(["reviewer,application,criterion,score", *lines]), encoding="utf-8")
    score_import.load_scores(OPERATOR, slug=SLUG, path=path)
    assert codes(replace_letter(tmp_path), 2) == {"reviewed_before"}


def test_a_document_put_back_is_no_change(assignee: Actor, tmp_path: Path) -> None:
    send(assignee)
    replace_letter(tmp_path)
    rows = [valid_row(1), valid_row(2, colonia="Roma")]  # another source than the first one
    assert codes(import_source(folder(tmp_path / "tercero", rows, document_files(1, 2))), 2) == set()
    assert reviewed_documents.changed_since_sent(assignee, slug=SLUG) == {}


def test_another_version_of_the_review_settles_it(assignee: Actor, person: PersonFactory, tmp_path: Path) -> None:
    coordinator = person(Role.COORDINATOR)
    send(assignee)
    replace_letter(tmp_path)
    assert flags.flag_all_changed(coordinator, slug=SLUG) == 1
    assert flags.flag_all_changed(coordinator, slug=SLUG) == 0
    assert flags.open_counts(coordinator, slug=SLUG) == {FlagKind.CHANGED: 1}
    reviews_service.reopen(assignee, slug=SLUG, folio=FOLIO)
    send(assignee, value=4)
    assert reviewed_documents.changed_since_sent(assignee, slug=SLUG) == {}
    assert flags.open_counts(coordinator, slug=SLUG) == {}
    with read_session() as session:
        assert "reviewed_before" not in set(session.exec(select(Finding.code)))


def test_what_was_read_stays_readable_to_who_read_it_and_to_who_asks(
    assignee: Actor, person: PersonFactory, tmp_path: Path
) -> None:
    send(assignee)
    application = stored_application()
    with read_session() as session:
        of_letter = (Document.application_id == application.id, Document.kind == "motivos")
        old_hash = session.exec(select(Document.sha256).where(*of_letter)).one()
    replace_letter(tmp_path)
    with read_session() as session:
        assert old_hash in document_hashes(session)
    assert document_store.fault_of(old_hash) is None
    assignee = log_in_again(assignee)
    for reader in (assignee, person(Role.COORDINATOR), person(Role.ADMIN)):
        [old] = readable_documents.replaced_since(reader, application_id=application.id or 0)
        assert old.sha256 == old_hash
        assert readable_documents.readable_document(reader, document_id=old.public_id) == old
    readable_documents.remember_view(assignee, document_id=old.public_id, view=View(rotation=90))
    stranger = person(Role.JURY)
    assert readable_documents.replaced_since(stranger, application_id=application.id or 0) == ()
    with pytest.raises(Forbidden):
        readable_documents.readable_document(stranger, document_id=old.public_id)


def test_an_added_document_is_told(assignee: Actor, tmp_path: Path) -> None:
    send(assignee)
    row = valid_row(1, semblanza="docs/semblanza-1.pdf")
    files = document_files(1, 2) | {"docs/semblanza-1.pdf": small_pdf("semblanza")}
    report = import_source(folder(tmp_path / "otro", [row, valid_row(2)], files))
    assert "reviewed_before" in codes(report, 2)

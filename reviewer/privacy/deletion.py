"""Deletion of data that was blocked long enough: records, files, and a certificate of the deletion.

Each transaction deletes some dozens of records and notes their files, which are removed from the store after
it. If the process is killed, a second call continues.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import read_session, vacuum, write_session
from reviewer.core.errors import UserError
from reviewer.intake.store.restored_files import lock_files
from reviewer.intake.store.upsert import REJECTED
from reviewer.models import (
    Applicant,
    Application,
    BatchRow,
    BlockedDocument,
    BlockedRecord,
    Call,
    DeletedItem,
    DeletedKind,
    Deletion,
    Withheld,
    require_id,
)
from reviewer.ocr.service import forget
from reviewer.privacy import certificate, retention
from reviewer.privacy.data_map import DELETED_NAME, STORED_BLOCKED_DOCUMENT, document_hashes
from reviewer.privacy.sealed_record import CHUNK_SIZE, Progress, delete_record
from reviewer.storage import documents, uploads

HASHES_PER_QUERY = 500  # below SQLite's limit of parameters


@dataclass(frozen=True)
class DeletionDryRun:
    """What would be deleted today.

    ``shared`` counts files that stay because other applicants submitted the same bytes, ``orphans`` files
    that no row refers to, such as replaced documents, which are removed too.
    """

    amounts: retention.DataAmounts
    shared: int
    orphans: int
    folios: tuple[str, ...]


@verb(Action.KEEP_PRIVACY)
def dry_run(viewer: Actor, *, slug: str) -> DeletionDryRun:
    """Returns what would be deleted today, without changing anything."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    amounts = retention.status(viewer, slug=slug).to_delete
    with read_session() as session:
        deletable = retention.deletable_condition(session, call)
        folios = session.exec(select(BlockedRecord.folio).where(deletable)).all()
        hashes = session.exec(
            select(BlockedDocument.sha256).where(
                col(BlockedDocument.record_id).in_(select(BlockedRecord.id).where(deletable)),
                STORED_BLOCKED_DOCUMENT,
            )
        ).all()
        shared = {
            sha256
            for start in range(0, len(hashes), HASHES_PER_QUERY)
            for sha256 in _still_referenced(session, set(hashes[start : start + HASHES_PER_QUERY]), deletable)
        }
        orphans = len(_orphan_files(session))
    return DeletionDryRun(amounts, len(shared), orphans, tuple(sorted(folio for folio in folios if folio)))


@verb(Action.KEEP_PRIVACY)
def delete_due(actor: Actor, *, slug: str, progress: Progress = lambda _done, _all: None) -> str | None:
    """Deletes what is due and returns the certificate's public id, or None if nothing is due.

    Continues an interrupted deletion, which gets one certificate in all.
    """
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    deletion_id = begin(actor, slug=slug)
    if deletion_id is None:
        return None
    with read_session() as session:
        total = len(session.exec(_deletable_records(session, call)).all())
    done = 0
    progress(done, total)
    while deleted := _delete_chunk(actor, call, deletion_id):
        _remove_files(deletion_id)
        done += deleted
        progress(done, total)
    _note_orphan_files(deletion_id)
    _remove_files(deletion_id)
    uploads.delete_of_call(require_id(call))
    vacuum()
    return _finish(actor, call, deletion_id)


@verb(Action.KEEP_PRIVACY)
def begin(actor: Actor, *, slug: str) -> int | None:
    """Records who orders a deletion and returns its id, or None if nothing is due.

    Returns the interrupted deletion if there is one.
    """
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    with write_session() as session:
        unfinished_id = retention.unfinished_deletion(session, call)
        if unfinished_id:
            return session.exec(select(Deletion.id).where(Deletion.public_id == unfinished_id)).one()
        if session.exec(_deletable_records(session, call).limit(1)).first() is None:
            return None
        deletion = Deletion(call_id=require_id(call), began_by=actor.label)
        session.add(deletion)
        session.flush()
        facts = {"call": slug}
        log.record(session, actor, "privacy.delete_begin", "deletion", deletion.public_id, facts)
        return deletion.id


@verb(Action.KEEP_PRIVACY)
def certificates(viewer: Actor, *, slug: str) -> list[Deletion]:
    """Returns a call's finished deletions, the latest first."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    query = select(Deletion).where(Deletion.call_id == call.id, col(Deletion.finished_at).is_not(None))
    with read_session() as session:
        return list(session.exec(query.order_by(col(Deletion.id).desc())))


@verb(Action.KEEP_PRIVACY)
def deletion_of(viewer: Actor, *, public_id: str) -> Deletion:
    """Returns a finished deletion. Raises UserError if there is none with this id."""
    require(viewer, Action.KEEP_PRIVACY)
    with read_session() as session:
        query = select(Deletion).where(Deletion.public_id == public_id)
        deletion = session.exec(query.where(col(Deletion.finished_at).is_not(None))).first()
    if deletion is None:
        raise UserError("No hay un certificado con esa clave.")
    return deletion


@verb(Action.KEEP_PRIVACY)
def deleted_items_text(viewer: Actor, *, public_id: str) -> bytes:
    """Returns the list whose SHA-256 a certificate states, as text."""
    deletion = deletion_of(viewer, public_id=public_id)
    with read_session() as session:
        return certificate.deleted_items_text(session, deletion)


def _deletable_records(session: Session, call: Call) -> SelectOfScalar[BlockedRecord]:
    return select(BlockedRecord).where(retention.deletable_condition(session, call))


def _delete_chunk(actor: Actor, call: Call, deletion_id: int) -> int:
    """Deletes some records and notes their files; returns the number of records."""
    with write_session() as session:
        records = session.exec(
            _deletable_records(session, call).order_by(col(BlockedRecord.id)).limit(CHUNK_SIZE)
        ).all()
        if not records:
            return 0
        deletion_row = session.get_one(Deletion, deletion_id)
        for record in records:
            _delete_record(session, record, deletion_row)
        session.add(deletion_row)
        facts = {"call": call.slug, "folios": [record.folio for record in records if record.folio]}
        log.record(session, actor, "privacy.delete", "deletion", deletion_row.public_id, facts)
        return len(records)


def _delete_record(session: Session, record: BlockedRecord, deletion: Deletion) -> None:
    now, deletion_id = clock.now(), require_id(deletion)
    documents_and_sizes = session.exec(
        select(BlockedDocument.sha256, BlockedDocument.size).where(
            BlockedDocument.record_id == record.id, STORED_BLOCKED_DOCUMENT
        )
    ).all()
    session.add_all(
        DeletedItem(deletion_id=deletion_id, kind=DeletedKind.DOCUMENT, name=sha256, size=size)
        for sha256, size in dict(documents_and_sizes).items()
    )
    if not record.is_of_files:
        kind = DeletedKind.APPLICATION if record.application_id else DeletedKind.ROW
        name = record.folio or record.place
        session.add(DeletedItem(deletion_id=deletion_id, kind=kind, name=name, gone_at=now))
    deletion.cells += record.cells
    if record.application_id:
        application = session.get_one(Application, record.application_id)
        application.withheld = Withheld.DELETED
        applicant = session.get_one(Applicant, record.application_id)
        applicant.first_names = DELETED_NAME
        session.add_all((application, applicant))
    delete_record(session, record)


def _remove_files(deletion_id: int) -> None:
    """Removes the noted files from the store, except those that other data refers to."""
    with write_session() as session:
        lock_files(session)
        query = select(DeletedItem).where(
            DeletedItem.deletion_id == deletion_id,
            DeletedItem.kind == DeletedKind.DOCUMENT,
            col(DeletedItem.gone_at).is_(None),
        )
        pending = session.exec(query).all()
        referenced = _still_referenced(session, {item.name for item in pending})
        for item in pending:
            if item.name not in referenced:
                with suppress(FileNotFoundError):  # removed before an interruption
                    documents.remove(item.name)
                forget(session, item.name)
            item.gone_at = clock.now()
            item.kind = DeletedKind.SHARED if item.name in referenced else DeletedKind.DOCUMENT
            session.add(item)


def _note_orphan_files(deletion_id: int) -> None:
    """Notes the files that no row refers to: replaced documents, or the files of a failed import.

    An import that is about to refer to one finds it noted and restores it.
    """
    with write_session() as session:
        lock_files(session)
        session.add_all(
            DeletedItem(
                deletion_id=deletion_id,
                kind=DeletedKind.DOCUMENT,
                name=sha256,
                size=documents.plain_size(sha256),
            )
            for sha256 in sorted(_orphan_files(session))
        )


def _orphan_files(session: Session) -> set[str]:
    return set(documents.stored_hashes()) - document_hashes(session) - _rejected_row_files(session)


def _still_referenced(
    session: Session, hashes: set[str], except_records: ColumnElement[bool] | None = None
) -> set[str]:
    """Returns those of these files that other data refers to: documents, or files of a row or of no row."""
    referenced = document_hashes(session, hashes, except_records=except_records)
    return referenced | (_rejected_row_files(session) & hashes)


def _rejected_row_files(session: Session) -> set[str]:
    rows = session.exec(select(BatchRow.files).where(BatchRow.outcome == REJECTED))
    return {file["received"]["sha256"] for files in rows for file in files if file.get("received")}


def _finish(actor: Actor, call: Call, deletion_id: int) -> str:
    with write_session() as session:
        deletion = session.get_one(Deletion, deletion_id)
        deletion.finished_at = clock.now()
        deletion.fingerprint = hashlib.sha256(certificate.deleted_items_text(session, deletion)).hexdigest()
        certificate.issue(session, call, deletion)
        session.add(deletion)
        counts = dict(
            session.exec(
                select(DeletedItem.kind, func.count(col(DeletedItem.id)))
                .where(DeletedItem.deletion_id == deletion_id)
                .group_by(DeletedItem.kind)
            ).all()
        )
        facts = {"call": call.slug, "fingerprint": deletion.fingerprint}
        facts |= {str(kind): str(count) for kind, count in counts.items()}
        log.record(session, actor, "privacy.delete_end", "deletion", deletion.public_id, facts)
        return deletion.public_id

"""Deletion of what was blocked long enough: records, files, and a certificate of what went.

Records go some dozens a transaction, each with the names of its files, which are taken from the store after
it: killed at any point, the same command goes on where it was.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock, documents
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading, rewrite, writing
from reviewer.errors import Refused
from reviewer.intake.put_back import hold_files
from reviewer.intake.store import REJECTED
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
    Document,
    Withheld,
)
from reviewer.privacy import certificate, retention
from reviewer.privacy.personal import DELETED_NAME
from reviewer.privacy.sealing import drop

AT_ONCE = 50
FEW = 500  # so many fit into one query
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Foreseen:
    """A rehearsal: what would go today. ``shared`` files stay: somebody else handed in the same bytes.

    ``forgotten`` files go as well: no row names them, such as a document's earlier version.
    """

    pieces: retention.Pieces
    shared: int
    forgotten: int
    folios: tuple[str, ...]


def rehearse(viewer: Actor, *, call: str) -> Foreseen:
    """What deleting would take away today; changes nothing."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    pieces = retention.standing(viewer, call=call).to_delete
    with reading() as session:
        going = _going(session, found)
        folios = session.exec(going.with_only_columns(col(BlockedRecord.folio))).all()
        papers = session.exec(
            select(BlockedDocument.sha256).where(
                col(BlockedDocument.record_id).in_(going.with_only_columns(col(BlockedRecord.id))),
                BlockedDocument.sha256 != "",
            )
        ).all()
        staying = {
            each
            for start in range(0, len(papers), FEW)
            for each in _others(session, set(papers[start : start + FEW]), going)
        }
        forgotten = len(_forgotten(session))
    return Foreseen(pieces, len(staying), forgotten, tuple(sorted(each for each in folios if each)))


def delete_due(actor: Actor, *, call: str, progress: Progress = lambda _done, _all: None) -> str | None:
    """Deletes what may go today and returns the certificate's public id; None where nothing may.

    One that was interrupted is gone on with, and gets one certificate in all.
    """
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    deletion = begin(actor, call=call)
    if deletion is None:
        return None
    with reading() as session:
        total = len(session.exec(_going(session, found)).all())
    done = 0
    progress(done, total)
    while part := _delete_some(actor, found, deletion):
        _remove_files(deletion)
        done += part
        progress(done, total)
    _note_forgotten(deletion)
    _remove_files(deletion)
    rewrite()
    return _finish(actor, found, deletion)


def begin(actor: Actor, *, call: str) -> int | None:
    """Writes down who orders a deletion, before it is begun; its number, None where nothing may go.

    The one that was interrupted, where there is one.
    """
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    with writing() as session:
        open_one = retention.unfinished(session, found)
        if open_one:
            return session.exec(select(Deletion.id).where(Deletion.public_id == open_one)).one()
        if session.exec(_going(session, found).limit(1)).first() is None:
            return None
        deletion = Deletion(call_id=found.id or 0, began_by=actor.label)
        session.add(deletion)
        session.flush()
        facts = {"call": call}
        audit.record(session, actor, "privacy.delete_begin", "deletion", deletion.public_id, facts)
        return deletion.id


def certificates(viewer: Actor, *, call: str) -> list[Deletion]:
    """A call's deletions that ended, the latest first."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    query = select(Deletion).where(Deletion.call_id == found.id, col(Deletion.finished_at).is_not(None))
    with reading() as session:
        return list(session.exec(query.order_by(col(Deletion.id).desc())))


def deletion_of(viewer: Actor, *, public_id: str) -> Deletion:
    """A deletion that ended. Refused where there is none."""
    require(viewer, Action.KEEP_PRIVACY)
    with reading() as session:
        query = select(Deletion).where(Deletion.public_id == public_id)
        found = session.exec(query.where(col(Deletion.finished_at).is_not(None))).first()
    if found is None:
        raise Refused("No hay un certificado con esa clave.")
    return found


def list_of(viewer: Actor, *, public_id: str) -> bytes:
    """The list whose SHA-256 a certificate bears, as text."""
    found = deletion_of(viewer, public_id=public_id)
    with reading() as session:
        return certificate.list_of(session, found)


def _going(session: Session, call: Call) -> Any:
    conditions = retention.may_go(session, call, retention.today_of(call))
    return select(BlockedRecord).where(BlockedRecord.call_id == call.id, *conditions)


def _delete_some(actor: Actor, call: Call, deletion: int) -> int:
    """Deletes some records and notes which files have to go; returns how many records."""
    with writing() as session:
        records = session.exec(_going(session, call).order_by(col(BlockedRecord.id)).limit(AT_ONCE)).all()
        if not records:
            return 0
        started = session.get_one(Deletion, deletion)
        for record in records:
            _delete(session, record, started)
        session.add(started)
        facts = {"call": call.slug, "folios": [each.folio for each in records if each.folio]}
        audit.record(session, actor, "privacy.delete", "deletion", started.public_id, facts)
        return len(records)


def _delete(session: Session, record: BlockedRecord, deletion: Deletion) -> None:
    now, number = clock.now(), deletion.id or 0
    papers = session.exec(
        select(BlockedDocument.sha256, BlockedDocument.size).where(
            BlockedDocument.record_id == record.id, BlockedDocument.sha256 != ""
        )
    ).all()
    session.add_all(
        DeletedItem(deletion_id=number, kind=DeletedKind.DOCUMENT, name=sha256, size=size)
        for sha256, size in dict(papers).items()
    )
    kind = DeletedKind.APPLICATION if record.application_id else DeletedKind.ROW
    name = record.folio or record.place
    session.add(DeletedItem(deletion_id=number, kind=kind, name=name, gone_at=now))
    deletion.cells += record.cells
    if record.application_id:
        application = session.get_one(Application, record.application_id)
        application.withheld = Withheld.DELETED
        person = session.get_one(Applicant, record.application_id)
        person.first_names = DELETED_NAME
        session.add_all((application, person))
    drop(session, record)


def _remove_files(deletion: int) -> None:
    """Takes the noted files from the store, but for those that somebody else's data still names."""
    with writing() as session:
        hold_files(session)
        query = select(DeletedItem).where(
            DeletedItem.deletion_id == deletion,
            DeletedItem.kind == DeletedKind.DOCUMENT,
            col(DeletedItem.gone_at).is_(None),
        )
        waiting = session.exec(query).all()
        staying = _others(session, {each.name for each in waiting})
        for each in waiting:
            if each.name not in staying:
                with suppress(FileNotFoundError):  # removed before the last interruption
                    documents.remove(each.name)
            each.gone_at = clock.now()
            each.kind = DeletedKind.SHARED if each.name in staying else DeletedKind.DOCUMENT
            session.add(each)


def _note_forgotten(deletion: int) -> None:
    """Notes the files that no row names any more: a replaced document, or what a broken import left behind.

    An import that is about to name one finds it noted, and puts it back.
    """
    with writing() as session:
        hold_files(session)
        session.add_all(
            DeletedItem(
                deletion_id=deletion,
                kind=DeletedKind.DOCUMENT,
                name=each,
                size=documents.length_of(each),
            )
            for each in sorted(_forgotten(session))
        )


def _forgotten(session: Session) -> set[str]:
    named = set(session.exec(select(Document.sha256).where(col(Document.refused).is_(None))))
    named |= set(session.exec(select(BlockedDocument.sha256)))
    return set(documents.stored()) - named - _beside_rows(session)


def _others(session: Session, hashes: set[str], but_for: Any = None) -> set[str]:
    """Those of these documents that data which stays names: current, blocked, or kept beside a row."""
    query = select(Document.sha256).where(col(Document.sha256).in_(hashes), col(Document.refused).is_(None))
    found = set(session.exec(query))
    blocked = select(BlockedDocument.sha256).where(col(BlockedDocument.sha256).in_(hashes))
    if but_for is not None:
        blocked = blocked.where(
            col(BlockedDocument.record_id).not_in(but_for.with_only_columns(col(BlockedRecord.id)))
        )
    found |= set(session.exec(blocked))
    return found | (_beside_rows(session) & hashes)


def _beside_rows(session: Session) -> set[str]:
    return _named_beside(session.exec(select(BatchRow.files).where(BatchRow.outcome == REJECTED)))


def _named_beside(files: Iterable[Sequence[dict[str, Any]]]) -> set[str]:
    return {each["received"]["sha256"] for lines in files for each in lines if each.get("received")}


def _finish(actor: Actor, call: Call, number: int) -> str:
    with writing() as session:
        deletion = session.get_one(Deletion, number)
        deletion.finished_at = clock.now()
        deletion.fingerprint = hashlib.sha256(certificate.list_of(session, deletion)).hexdigest()
        certificate.issue(session, call, deletion)
        session.add(deletion)
        counts = dict(
            session.exec(
                select(DeletedItem.kind, func.count(col(DeletedItem.id)))
                .where(DeletedItem.deletion_id == number)
                .group_by(DeletedItem.kind)
            ).all()
        )
        facts = {"call": call.slug, "fingerprint": deletion.fingerprint}
        facts |= {str(kind): str(count) for kind, count in counts.items()}
        audit.record(session, actor, "privacy.delete_end", "deletion", deletion.public_id, facts)
        return deletion.public_id

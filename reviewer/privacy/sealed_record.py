"""Moving an application's personal data out of its tables into a record, and back.

No list, search, export or count can show data that is not in the tables which they read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, select, update
from sqlmodel.sql.expression import Select

from reviewer.core.text import fold, fold_letters
from reviewer.intake.store import suppressed_people
from reviewer.intake.store.upsert import REJECTED, WITHHELD
from reviewer.models import (
    Applicant,
    Application,
    Batch,
    BatchRow,
    BlockedDocument,
    BlockedRecord,
    Document,
    Finding,
    Rehearsal,
    RehearsalRow,
    ReviewedDocument,
    ScreeningState,
    UnclaimedFile,
    Withheld,
    require_id,
)
from reviewer.privacy.data_map import REMOVED_TEXT, TABLES, is_filled

_ROW_TABLE = str(BatchRow.__tablename__)
_APPLICANT_TABLE = str(Applicant.__tablename__)
_DOCUMENT_TABLE = str(Document.__tablename__)
_REVIEWED_TABLE = str(ReviewedDocument.__tablename__)
_UNCLAIMED_TABLE = str(UnclaimedFile.__tablename__)
_UNREFERENCED_FILE = "unreferenced_file"
_SHORT_WORD = 2  # letters: «de», «la», «y»
CHUNK_SIZE = 50  # records a transaction
Progress = Callable[[int, int], None]
# Columns that blocking changes besides the blanked ones, to be restored with them.
_RESTORED_COLUMNS = {_ROW_TABLE: ("outcome",), str(Application.__tablename__): ("eligibility", "reasons")}


@dataclass(frozen=True)
class BlockingTerms:
    """Why data is blocked, by whom (an actor's label), and the day from which it may be deleted."""

    ground: str
    blocked_by: str
    delete_after: date


def seal(session: Session, applications: Sequence[Application], terms: BlockingTerms) -> list[BlockedRecord]:
    """Moves the data of these applications into a record each, in the caller's transaction."""
    by_key = {require_id(application): application for application in applications}
    applicants = session.exec(select(Applicant).where(col(Applicant.application_id).in_(by_key))).all()
    suppressed_people.add_digests(session, applicants)
    clear_file_names(session, applications[0].call_id, applicants)
    files_named_after = _files_named_after(session, applications[0].call_id, applicants)
    contents, places = _take_out(session, list(by_key))
    records = []
    for key, application in by_key.items():
        application.withheld = Withheld.BLOCKED
        if application.screening is not ScreeningState.OPEN:
            application.reasons = REMOVED_TEXT  # a decision by hand has reasons in free text
        content = contents[key]
        document_rows = content.pop(_DOCUMENT_TABLE, [])
        [applicant] = content[_APPLICANT_TABLE]
        files = files_named_after.get(key, [])
        if files:
            content.setdefault(_UNCLAIMED_TABLE, []).extend(_take_out_files(session, files))
        record = BlockedRecord(
            call_id=application.call_id,
            application_id=key,
            folio=application.folio,
            email=applicant["email"],
            curp=applicant["curp"],
            content=content,
            cells=_count_values(content),
            **vars(terms),
        )
        session.add(record)
        session.flush()
        session.add_all(_blocked_document(record, document_row) for document_row in document_rows)
        session.add_all(_blocked_file(record, row) for row in content.get(_REVIEWED_TABLE, ()))
        session.add_all(_blocked_file(record, row) for row in _kept(content.get(_UNCLAIMED_TABLE, ())))
        records.append(record)
    _clear_reports(session, places)
    return records


def seal_row(session: Session, batch: Batch, row: BatchRow, terms: BlockingTerms) -> BlockedRecord:
    """Moves the data of a rejected row, which became no application, into a record."""
    content = {_ROW_TABLE: [row.model_dump(mode="json")]}
    received_files = [file["received"] for file in row.files if file.get("received")]
    record = BlockedRecord(
        call_id=batch.call_id,
        place=f"{batch.key}, fila {row.row}",
        content=content,
        cells=sum(map(is_filled, row.raw.values())),
        **vars(terms),
    )
    session.add(record)
    session.flush()
    session.add_all(_blocked_file(record, file) for file in received_files if not file["inspection"]["problem"])
    row.raw, row.files, row.outcome = {}, [], WITHHELD
    session.add(row)
    _clear_reports(session, {(require_id(batch), row.row)})
    return record


def seal_files(session: Session, batch: Batch, files: Sequence[UnclaimedFile], terms: BlockingTerms) -> None:
    """Moves a batch's files that no row claims into a record."""
    rows = _take_out_files(session, files)
    record = BlockedRecord(
        call_id=batch.call_id,
        place=f"{batch.key}, archivos sin fila",
        content={_UNCLAIMED_TABLE: rows},
        cells=len(files),
        is_of_files=True,
        **vars(terms),
    )
    session.add(record)
    session.flush()
    session.add_all(_blocked_file(record, row) for row in _kept(rows))


def unclaimed_files_of(call_id: int) -> Select[Batch, UnclaimedFile]:
    """Returns the query for a call's files that are nobody's document, each with its batch."""
    return (
        select(Batch, UnclaimedFile)
        .join(UnclaimedFile, col(UnclaimedFile.batch_id) == col(Batch.id))
        .where(Batch.call_id == call_id, UnclaimedFile.path != "", col(UnclaimedFile.application_id).is_(None))
    )


def _files_named_after(session: Session, call_id: int, people: Iterable[Applicant]) -> dict[int, list[UnclaimedFile]]:
    """Returns, by application, the files that no row claims and that are named after its applicant."""
    tests = [(applicant.application_id, _is_named_after(applicant)) for applicant in people]
    named: dict[int, list[UnclaimedFile]] = defaultdict(list)
    for _, file in session.exec(unclaimed_files_of(call_id)):
        name = fold_letters(file.path)
        if owner := next((key for key, is_named_after in tests if is_named_after(name)), None):
            named[owner].append(file)
    return named


def _take_out_files(session: Session, files: Iterable[UnclaimedFile]) -> list[dict[str, Any]]:
    """Blanks the files' names and returns the rows as they were."""
    rows = [file.model_dump(mode="json") for file in files]
    for file in files:
        file.path = ""
        session.add(file)
    return rows


def _kept(files: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yields the files whose bytes are in the store."""
    return (file for file in files if not file["refused"])


def unseal(session: Session, record: BlockedRecord) -> None:
    """Restores a record's data in the caller's transaction, and deletes the record.

    The messages of the batch's report are not restored; the findings are.
    """
    for table in reversed(TABLES):
        for values in _stored_rows(session, record, table.name):
            stored: Any = table.model.model_validate(values)
            if not table.blank:
                session.add(stored)
                session.flush()
                continue
            key_columns = [column.name for column in table.model.__table__.primary_key]  # type: ignore[attr-defined]
            row = session.get_one(table.model, tuple(getattr(stored, key) for key in key_columns))
            for name in (*table.blank, *_RESTORED_COLUMNS.get(table.name, ())):
                setattr(row, name, getattr(stored, name))
            session.add(row)
    if record.application_id:
        application = session.get_one(Application, record.application_id)
        application.withheld = None
        session.add(application)
        suppressed_people.remove_digests(session, record.application_id)
    delete_record(session, record)


def delete_record(session: Session, record: BlockedRecord) -> None:
    """Deletes a record and the rows of its documents; the files stay in the store."""
    session.exec(delete(BlockedDocument).where(col(BlockedDocument.record_id) == record.id))
    session.delete(record)


def drop_dry_runs(session: Session, call_id: int) -> None:
    """Deletes the call's dry runs: they hold rows as people wrote them."""
    of_call = select(Rehearsal.id).where(Rehearsal.call_id == call_id)
    session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id).in_(of_call)))
    session.exec(delete(Rehearsal).where(col(Rehearsal.call_id) == call_id))


def clear_file_names(session: Session, call_id: int, people: Iterable[Applicant] | None = None) -> None:
    """Removes names of unreferenced files from findings: they often hold a person's name.

    Removes those that are named after ``people``, or all of them without ``people``.
    """
    tests = None if people is None else [_is_named_after(applicant) for applicant in people]

    def is_theirs(name: str | None) -> bool:
        return tests is None or any(is_named_after(fold_letters(name or "")) for is_named_after in tests)

    query = select(Finding).join(Batch, col(Batch.id) == Finding.batch_id)
    for finding in session.exec(query.where(Batch.call_id == call_id, Finding.code == _UNREFERENCED_FILE)):
        if is_theirs(finding.file):
            finding.message, finding.file = REMOVED_TEXT, None
            session.add(finding)
    for batch in session.exec(select(Batch).where(Batch.call_id == call_id)).all():
        _clear_report(
            session,
            batch,
            lambda finding: finding.get("code") == _UNREFERENCED_FILE and is_theirs(finding.get("file")),
        )


def _is_named_after(applicant: Applicant) -> Callable[[str], bool]:
    """Returns a test whether a folded file name holds the CURP, the e-mail or two words of the name."""
    keys = [key for key in (fold(applicant.curp), fold_letters(applicant.email).partition("@")[0]) if key]
    name_words = {
        word for word in fold(f"{applicant.first_names} {applicant.surnames}").split() if len(word) > _SHORT_WORD
    }
    return lambda name: any(key in name for key in keys) or sum(word in name for word in name_words) > 1


def rejected_rows(call_id: int) -> Select[Batch, BatchRow]:
    """Returns the query for a call's rejected rows, each with its batch."""
    return (
        select(Batch, BatchRow)
        .join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
        .where(Batch.call_id == call_id, BatchRow.outcome == REJECTED)
        .order_by(col(BatchRow.id))
    )


def _take_out(
    session: Session, application_ids: Sequence[int]
) -> tuple[dict[int, dict[str, list[Any]]], set[tuple[int, int]]]:
    """Blanks or deletes the rows; returns them by application and table, and their places in batches."""
    contents: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    places: set[tuple[int, int]] = set()
    for table in TABLES:
        for key, row in list(table.rows(session, application_ids)):
            contents[key].setdefault(table.name, []).append(row.model_dump(mode="json"))
            if isinstance(row, BatchRow):
                places.add((row.batch_id, row.row))
            for name, value in table.blank.items():
                setattr(row, name, value)
            if table.blank:
                session.add(row)
            else:
                session.delete(row)
        session.flush()
    return contents, places


def _count_values(content: dict[str, list[Any]]) -> int:
    """Returns how many personal values a record holds."""
    count = 0
    for table in TABLES:
        for row in content.get(table.name, ()):
            values = row["raw"] if table.name == _ROW_TABLE else row
            names = values if table.name == _ROW_TABLE else table.blank or row.keys() - {"id", "application_id"}
            count += sum(is_filled(values[name]) for name in names)
    return count


def _blocked_document(record: BlockedRecord, row: dict[str, Any]) -> BlockedDocument:
    return BlockedDocument(
        record_id=require_id(record),
        kind=row["kind"],
        sha256="" if row["refused"] else row["sha256"],
        size=0 if row["refused"] else row["size"],
        content=row,
    )


def _blocked_file(record: BlockedRecord, facts: Mapping[str, Any]) -> BlockedDocument:
    """Returns the document that keeps a file in the store as long as the record, which has its row elsewhere."""
    return BlockedDocument(record_id=require_id(record), kind=facts["kind"], sha256=facts["sha256"], size=facts["size"])


def _stored_rows(session: Session, record: BlockedRecord, name: str) -> Iterable[dict[str, Any]]:
    if name != _DOCUMENT_TABLE:
        return list(record.content.get(name, ()))
    query = select(BlockedDocument.content).where(BlockedDocument.record_id == record.id)
    return [dict(content) for content in session.exec(query) if content]


def _clear_reports(session: Session, places: set[tuple[int, int]]) -> None:
    """Removes the messages about these rows from findings and reports; the counts stay."""
    by_batch: dict[int, set[int]] = defaultdict(set)
    for batch_id, number in places:
        by_batch[batch_id].add(number)
    for batch_id, rows in by_batch.items():
        # Findings of a rejected row belong to no application, so TABLES does not cover them.
        conditions = (col(Finding.batch_id) == batch_id, col(Finding.row).in_(rows))
        session.exec(
            update(Finding).where(*conditions).values(message=REMOVED_TEXT, file=None, search_text=fold(REMOVED_TEXT))
        )
        batch = session.get_one(Batch, batch_id)
        _clear_report(session, batch, _concerns_rows(rows))


def _concerns_rows(rows: set[int]) -> Callable[[dict[str, Any]], bool]:
    return lambda finding: finding["row"] in rows


def _clear_report(session: Session, batch: Batch, is_theirs: Callable[[dict[str, Any]], bool]) -> None:
    findings = [
        {**finding, "message": REMOVED_TEXT, "file": None} if is_theirs(finding) else finding
        for finding in batch.report.get("findings", ())
    ]
    batch.report = {**batch.report, "findings": findings}
    session.add(batch)

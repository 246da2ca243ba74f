"""Taking an application's personal data out of every room's tables, and putting it back.

Out of sight by construction: what is not in the tables no list, search, export, count or image can show.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, select, update

from reviewer.intake import withheld
from reviewer.intake.store import REJECTED, WITHHELD
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
    ScreeningState,
    Withheld,
)
from reviewer.pdf.covers import fold
from reviewer.privacy.personal import REMOVED_TEXT, TABLES, is_said

_ROWS = str(BatchRow.__tablename__)
_DOCUMENTS = str(Document.__tablename__)
_OF_NOBODY = "unreferenced_file"
_SHORT = 2  # letters: «de», «la», «y»
# What blocking changes besides taking data out, to be put back with it.
_BESIDE = {_ROWS: ("outcome",), str(Application.__tablename__): ("eligibility", "reasons")}


@dataclass(frozen=True)
class Terms:
    """Why data is blocked, by whom (as the audit trail names her), and until when it is kept so."""

    ground: str
    blocked_by: str
    delete_after: date


def seal(session: Session, applications: Sequence[Application], terms: Terms) -> list[BlockedRecord]:
    """Blocks these applications, in the caller's transaction: their data goes into a record each."""
    by_key = {each.id or 0: each for each in applications}
    people = {
        each.application_id: each
        for each in session.exec(select(Applicant).where(col(Applicant.application_id).in_(by_key)))
    }
    said = {key: (people[key].email, people[key].curp) for key in by_key}
    withheld.mark(session, people.values())
    forget_file_names(session, applications[0].call_id, people.values())
    contents, places = _taken_out(session, list(by_key))
    records = []
    for key, application in by_key.items():
        application.withheld = Withheld.BLOCKED
        if application.screening is not ScreeningState.OPEN:
            application.reasons = REMOVED_TEXT  # where somebody decided by hand, they are her words
        content = contents[key]
        papers = content.pop(_DOCUMENTS, [])
        record = BlockedRecord(
            call_id=application.call_id,
            application_id=key,
            folio=application.folio,
            email=said[key][0],
            curp=said[key][1],
            content=content,
            cells=_count(content),
            **vars(terms),
        )
        session.add(record)
        session.flush()
        session.add_all(_paper(record, each) for each in papers)
        records.append(record)
    _clear_reports(session, places)
    return records


def seal_row(session: Session, batch: Batch, line: BatchRow, terms: Terms) -> BlockedRecord:
    """The same for a row that was rejected and never became an application."""
    content = {_ROWS: [line.model_dump(mode="json")]}
    received = [each["received"] for each in line.files if each.get("received")]
    record = BlockedRecord(
        call_id=batch.call_id,
        place=f"{batch.key}, fila {line.row}",
        content=content,
        cells=sum(map(is_said, line.raw.values())),
        **vars(terms),
    )
    session.add(record)
    session.flush()
    session.add_all(
        BlockedDocument(record_id=record.id or 0, kind=each["kind"], sha256=each["sha256"], size=each["size"])
        for each in received
        if not each["inspection"]["problem"]
    )
    line.raw, line.files, line.outcome = {}, [], WITHHELD
    session.add(line)
    _clear_reports(session, {(batch.id or 0, line.row)})
    return record


def unseal(session: Session, record: BlockedRecord) -> None:
    """Puts a record's data back where it was, in the caller's transaction; the record goes.

    What the batch's report said of the row does not come back: its findings do.
    """
    for table in reversed(TABLES):
        for values in _rows_of(session, record, table.name):
            stored: Any = table.model.model_validate(values)
            if not table.blank:
                session.add(stored)
                session.flush()
                continue
            keys = [each.name for each in table.model.__table__.primary_key]  # type: ignore[attr-defined]
            row = session.get_one(table.model, tuple(getattr(stored, each) for each in keys))
            for name in (*table.blank, *_BESIDE.get(table.name, ())):
                setattr(row, name, getattr(stored, name))
            session.add(row)
    if record.application_id:
        application = session.get_one(Application, record.application_id)
        application.withheld = None
        session.add(application)
        withheld.forget(session, record.application_id)
    drop(session, record)


def drop(session: Session, record: BlockedRecord) -> None:
    """Takes a record and its documents' lines away for good; their files stay in the store."""
    session.exec(delete(BlockedDocument).where(col(BlockedDocument.record_id) == record.id))
    session.delete(record)


def drop_rehearsals(session: Session, call_id: int) -> None:
    """Takes away every batch tried but not taken: they hold rows as people wrote them."""
    of_call = select(Rehearsal.id).where(Rehearsal.call_id == call_id)
    session.exec(delete(RehearsalRow).where(col(RehearsalRow.rehearsal_id).in_(of_call)))
    session.exec(delete(Rehearsal).where(col(Rehearsal.call_id) == call_id))


def forget_file_names(session: Session, call_id: int, people: Iterable[Applicant] | None = None) -> None:
    """Takes names of files that no row named out of findings: people call theirs after themselves.

    Those that speak of these people; all of them where none are given.
    """
    whose = None if people is None else [_is_called_after(each) for each in people]

    def is_theirs(name: str | None) -> bool:
        return whose is None or any(each(fold(name or "")) for each in whose)

    query = select(Finding).join(Batch, col(Batch.id) == Finding.batch_id)
    for each in session.exec(query.where(Batch.call_id == call_id, Finding.code == _OF_NOBODY)):
        if is_theirs(each.file):
            each.message, each.file = REMOVED_TEXT, None
            session.add(each)
    for batch in session.exec(select(Batch).where(Batch.call_id == call_id)).all():
        _clear_report(
            session, batch, lambda each: each.get("code") == _OF_NOBODY and is_theirs(each.get("file"))
        )


def _is_called_after(who: Applicant) -> Callable[[str], bool]:
    """Whether a folded file name holds her CURP, her e-mail, or two words of her name."""
    keys = [each for each in (fold(who.curp), fold(who.email).partition("@")[0]) if each]
    words = {each for each in fold(f"{who.first_names} {who.surnames}").split() if len(each) > _SHORT}
    return lambda name: any(each in name for each in keys) or sum(each in name for each in words) > 1


def rejected_rows(call_id: int) -> Any:
    """The query for a call's rows that were rejected and still hold what they said."""
    return (
        select(Batch, BatchRow)
        .join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
        .where(Batch.call_id == call_id, BatchRow.outcome == REJECTED)
        .order_by(col(BatchRow.id))
    )


def _taken_out(
    session: Session, keys: Sequence[int]
) -> tuple[dict[int, dict[str, list[Any]]], set[tuple[int, int]]]:
    """Each application's rows by table, which are blanked or gone after this; and its places in batches."""
    contents: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    places: set[tuple[int, int]] = set()
    for table in TABLES:
        for key, row in list(table.rows(session, keys)):
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


def _count(content: dict[str, list[Any]]) -> int:
    """How many personal values a record holds."""
    count = 0
    for table in TABLES:
        for row in content.get(table.name, ()):
            names = list(table.blank) or [each for each in row if each not in ("id", "application_id")]
            if table.name == _ROWS:
                count += sum(map(is_said, row["raw"].values()))
            else:
                count += sum(is_said(row[each]) for each in names)
    return count


def _paper(record: BlockedRecord, row: dict[str, Any]) -> BlockedDocument:
    return BlockedDocument(
        record_id=record.id or 0,
        kind=row["kind"],
        sha256="" if row["refused"] else row["sha256"],
        size=0 if row["refused"] else row["size"],
        content=row,
    )


def _rows_of(session: Session, record: BlockedRecord, name: str) -> Iterable[dict[str, Any]]:
    if name != _DOCUMENTS:
        return list(record.content.get(name, ()))
    query = select(BlockedDocument.content).where(BlockedDocument.record_id == record.id)
    return [dict(each) for each in session.exec(query) if each]


def _clear_reports(session: Session, places: set[tuple[int, int]]) -> None:
    """The batches' reports go on counting, without words about these rows."""
    by_batch: dict[int, set[int]] = defaultdict(set)
    for place, number in places:
        by_batch[place].add(number)
    for key, rows in by_batch.items():
        # Those of a row that was rejected belong to no application.
        of_rows = (col(Finding.batch_id) == key, col(Finding.row).in_(rows))
        session.exec(update(Finding).where(*of_rows).values(message=REMOVED_TEXT, file=None))
        batch = session.get_one(Batch, key)
        _clear_report(session, batch, _of_rows(rows))


def _of_rows(rows: set[int]) -> Callable[[dict[str, Any]], bool]:
    return lambda each: each["row"] in rows


def _clear_report(session: Session, batch: Batch, is_theirs: Callable[[dict[str, Any]], bool]) -> None:
    findings = [
        {**each, "message": REMOVED_TEXT, "file": None} if is_theirs(each) else each
        for each in batch.report.get("findings", ())
    ]
    batch.report = {**batch.report, "findings": findings}
    session.add(batch)

"""Import of a batch: folios are assigned, files received, and rows stored in short transactions."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.intake.batch.call_questions import vocabulary_of
from reviewer.intake.check import cross_checks
from reviewer.intake.check.document_guesses import identifying_phrases
from reviewer.intake.check.document_matching import Claim, Claims, claim_documents
from reviewer.intake.check.findings import BatchRefused, CheckFinding, make_finding
from reviewer.intake.check.report import (
    Report,
    ReportLine,
    count_documents,
    eligibility_counts,
    predict_rows,
    sort_lines,
)
from reviewer.intake.parse.archive import Source, open_source
from reviewer.intake.parse.batch_contents import BatchContents, batch_findings, is_pdf, read_contents
from reviewer.intake.parse.cells import formats_to_json
from reviewer.intake.parse.mapping_file import read_mapping
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store import suppressed_people, unclaimed_files
from reviewer.intake.store.absent_columns import absent_columns
from reviewer.intake.store.document_intake import DocumentIntake
from reviewer.intake.store.folios import FolioAssignment, assign_folios, folio_number
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.prepared_row import (
    PreparedRow,
    prepare_accepted,
    prepare_rejected,
    prepare_withheld,
)
from reviewer.intake.store.restored_files import lock_files, restore_deleted_files
from reviewer.intake.store.table_writer import write_findings
from reviewer.intake.store.unchanged_batches import fingerprint, report_of_unchanged
from reviewer.intake.store.upsert import RowResult, load_stored_applications, repeated_finding, upsert_rows
from reviewer.models import Application, Batch, Call, Document, Finding, UnclaimedFile, require_id
from reviewer.models.scopes import STORED_UNCLAIMED_FILE
from reviewer.pdf.messages import Inspection
from reviewer.pdf.worker_pool import LOW_PRIORITY, PdfWorkers
from reviewer.storage import documents

MAX_ROWS_PER_TRANSACTION = 64
MAX_SECONDS_PER_TRANSACTION = 1.0  # slow files must not delay the storing of finished rows
RUNNING = "running"
Progress = Callable[[int, int], None]
Item = TypeVar("Item")


@verb(Action.IMPORT_BATCH)
def import_batch(
    actor: Actor,
    *,
    source: Path,
    slug: str,
    dry_run: bool = False,
    mapping: Path | None = None,
    workers: int | PdfWorkers | None = None,
    progress: Progress | None = None,
) -> Report:
    """Imports the batch at ``source``, a folder or a zip, and returns its report.

    ``workers`` is a number of processes, by default one for each core, or a running pool. ``progress`` is
    called with the number of rows done and of all rows. With ``dry_run`` nothing is stored.

    Importing a batch again changes nothing, and completes an interrupted import. Raises
    ``InfrastructureError`` where disk or database fail; applications stored by then are complete.
    """
    try:
        call = _require_call(slug)
        require(actor, Action.IMPORT_BATCH, call.phase)
        names = vocabulary_of(call)
        column_mapping = read_mapping(mapping, names) if mapping else {}
        with open_source(source) as batch_source:
            source_fingerprint = fingerprint(batch_source, call, column_mapping)
            with read_session() as session:
                previous_report = report_of_unchanged(session, call, source_fingerprint)
            if previous_report is not None:
                return previous_report
            with _worker_pool(workers) as pool:
                pool.start()  # an unchanged batch needs no processes
                contents = read_contents(batch_source, pool, spec_of(call), names, column_mapping)
                run = _ImportRun(actor, call, batch_source, contents, pool, source_fingerprint, dry_run=dry_run)
                return run.predict(progress) if dry_run else run.store(progress)
    except BatchRefused as refusal:
        return Report(call=slug, lines=(ReportLine(refusal.finding),))


@contextmanager
def _worker_pool(workers: int | PdfWorkers | None) -> Iterator[PdfWorkers]:
    if isinstance(workers, PdfWorkers):
        yield workers
        return
    with PdfWorkers(workers or os.cpu_count() or 1, for_intake=True, niceness=LOW_PRIORITY) as pool:
        yield pool


def _require_call(slug: str) -> Call:
    try:
        return get_call(slug)
    except UserError as error:
        raise BatchRefused("unknown_call", str(error)) from error


class _DryRunRollback(Exception):
    """Rolls back the transaction of a dry run."""


class _ImportRun:
    """One import, or dry run, of a batch."""

    def __init__(
        self,
        actor: Actor,
        call: Call,
        source: Source,
        contents: BatchContents,
        pool: PdfWorkers,
        source_fingerprint: str,
        *,
        dry_run: bool,
    ) -> None:
        self._fingerprint = source_fingerprint
        self._actor, self._call, self._source, self._contents = actor, call, source, contents
        with read_session() as session:
            stored_applications = load_stored_applications(session, require_id(call))
            inspections = _known_inspections(session, require_id(call))
            self._withheld_findings = suppressed_people.findings_by_row(
                session, require_id(call), contents.spec, contents.submissions
            )
        self._last_application_id = max((application.id for application in stored_applications), default=0)
        self._assignments = assign_folios(
            (submission for submission in contents.submissions if self._is_storable(submission)),
            stored_applications,
            contents.spec.folio_prefix,
        )
        self._rejected_submissions = [
            submission for submission in contents.submissions if not self._is_storable(submission)
        ]
        self._claims = self._claim()
        self._phrases = identifying_phrases(contents.submissions)
        self._unclaimed = [entry for entry in self._claims.unclaimed if is_pdf(source, entry)]
        self._batch_findings = tuple(batch_findings(contents, self._unclaimed))
        self._document_intake: DocumentIntake[Submission | FolioAssignment] = DocumentIntake(
            source, pool, inspections, self._claims.shared_paths(), store_files=not dry_run
        )
        self._unclaimed_intake: DocumentIntake[None] = DocumentIntake(source, pool, inspections, frozenset())

    def store(self, progress: Progress | None) -> Report:
        """Stores the batch, some rows in each transaction."""
        with self._locked_session() as session:
            context, was_finished = self._begin(session)
        results: list[RowResult] = []
        if progress:
            progress(0, len(self._contents.submissions))
        for chunk in _chunks(self._prepared_rows()):
            documents.sync()
            with self._locked_session() as session:
                results += upsert_rows(session, context, chunk)
                restore_deleted_files(session, self._source, (file for row in chunk for file in row.received))
            if progress:
                progress(len(results), len(self._contents.submissions))
        self._store_unclaimed(context, progress)
        with self._locked_session() as session:
            return self._finish(session, context, results, was_finished=was_finished)

    def _store_unclaimed(self, context: ImportContext, progress: Progress | None) -> None:
        """Stores the PDFs that no row claims, some in each transaction."""
        with read_session() as session:
            blocked = unclaimed_files.blocked_hashes(session, context.batch_id)
        received = unclaimed_files.receive(self._unclaimed_intake, self._source, self._unclaimed, blocked)
        for chunk in _chunks(received):
            documents.sync()
            with self._locked_session() as session:
                unclaimed_files.record(session, context.batch_id, chunk)
                restore_deleted_files(session, self._source, chunk)
            if progress:
                progress(len(self._contents.submissions), len(self._contents.submissions))
        with self._locked_session() as session:
            unclaimed_files.drop_claimed(session, context.batch_id, self._unclaimed)

    def predict(self, progress: Progress | None) -> Report:
        """Stores the batch and rolls it back; files are inspected first, so that locks are held briefly."""
        rows: list[PreparedRow] = []
        for prepared in self._prepared_rows():
            rows.append(prepared)
            if progress:
                progress(len(rows), len(self._contents.submissions))
        report = Report(self._call.slug)
        try:
            with self._locked_session() as session:
                context, was_finished = self._begin(session)
                results: list[RowResult] = []
                for chunk in _chunks(iter(rows)):
                    results += upsert_rows(session, context, chunk)
                report = self._finish(session, context, results, was_finished=was_finished)
                report = replace(report, predicted_rows=predict_rows(session, results))
                raise _DryRunRollback
        except _DryRunRollback:
            return report

    @contextmanager
    def _locked_session(self) -> Iterator[Session]:
        with write_session() as session:
            advisory_lock(session, f"intake-{self._call.slug}")
            lock_files(session)
            yield session

    def _is_storable(self, submission: Submission) -> bool:
        return submission.can_be_stored and submission.row not in self._withheld_findings

    def _claim(self) -> Claims:
        contents = self._contents
        rows = [(assignment.submission, assignment.folio) for assignment in self._assignments]
        rows += [(submission, submission.folio) for submission in self._rejected_submissions]
        owners = [contents.document_owner(submission, folio) for submission, folio in rows]
        return claim_documents(owners, contents.files, contents.spec.documents, contents.document_folders())

    def _begin(self, session: Session) -> tuple[ImportContext, bool]:
        """Returns the context of the batch, new or begun before, and whether it was finished before."""
        digest = self._contents.digest
        query = select(Batch).where(Batch.call_id == self._call.id, Batch.source_hash == digest)
        batch = session.exec(query).first()
        if batch is None:
            batch = Batch(
                key=_free_key(session, self._contents),
                call_id=require_id(self._call),
                source_name=self._source.name,
                source_hash=digest,
                status=RUNNING,
            )
            session.add(batch)
            session.flush()
            log.record(session, self._actor, "batch.begin", "batch", batch.key, {"call": self._call.slug})
        spec = self._contents.spec
        numbers = (folio_number(assignment.folio, spec.folio_prefix) for assignment in self._assignments)
        context = ImportContext(
            actor=self._actor,
            call_id=require_id(self._call),
            batch_id=require_id(batch),
            batch_key=batch.key,
            spec=spec,
            read_cells=self._contents.cells_by_name,
            absent_columns=absent_columns(self._contents.columns.positions, [kind.key for kind in spec.documents]),
            last_application_id=self._last_application_id,
            last_folio_number=max(numbers, default=0),
        )
        return context, batch.status != RUNNING

    def _claims_of(self, row: int) -> Sequence[Claim]:
        """Returns the claims of a row whose files are to be received; none for a withheld row."""
        return () if row in self._withheld_findings else self._claims.by_row[row]

    def _prepared_rows(self) -> Iterator[PreparedRow]:
        """Yields each row with its files: first those that can't be stored, then in the order of sending."""
        rows: Iterator[Submission | FolioAssignment] = chain(self._rejected_submissions, self._assignments)
        claims = ((row, self._claims_of(_submission(row).row)) for row in rows)
        for row, received in self._document_intake.receive(claims):
            submission = _submission(row)
            if withheld_finding := self._withheld_findings.get(submission.row):
                yield prepare_withheld(submission.row, withheld_finding)
                continue
            raw, row_claims = self._contents.raw_cells(submission), self._claims_of(submission.row)
            row_claims = self._document_intake.confirm_guesses(row_claims, received, self._phrases[submission.row])
            if isinstance(row, Submission):
                yield prepare_rejected(row.row, raw, row.findings, row_claims, received)
                continue
            findings, kinds = (*submission.findings, *assignment_findings(row)), self._contents.spec.documents
            yield prepare_accepted(row, raw, findings, row_claims, received, kinds)

    def _finish(
        self, session: Session, context: ImportContext, results: Sequence[RowResult], *, was_finished: bool
    ) -> Report:
        """Adds what takes all rows to see; the row of a batch that brought nothing new is left as it is."""
        cross_findings = cross_checks.refresh_findings(session, context)
        report = self._report(session, context, results, cross_findings)
        session.exec(update(Batch).where(col(Batch.id) == context.batch_id).values(fingerprint=self._fingerprint))
        if was_finished and not any(result.is_new_in_batch for result in results):
            return report
        batch = session.get_one(Batch, context.batch_id)
        session.exec(delete(Finding).where(col(Finding.batch_id) == batch.id, col(Finding.row).is_(None)))
        write_findings(session, context.batch_id, ((finding, None) for finding in self._batch_findings))
        batch.status, batch.finished_at, batch.report = report.status, clock.now(), report.to_json()
        session.add(batch)
        counts = {"status": report.status, "rows": report.counts.total(), **report.counts}
        log.record(session, self._actor, "batch.finish", "batch", batch.key, counts)
        return report

    def _report(
        self,
        session: Session,
        context: ImportContext,
        results: Sequence[RowResult],
        cross_findings: Sequence[tuple[int | None, CheckFinding]],
    ) -> Report:
        folios = {result.application_id: result.folio for result in results}
        rejected_folios = {row.row: row.folio or None for row in self._rejected_submissions}
        lines = [
            ReportLine(finding, result.folio or rejected_folios.get(result.row))
            for result in results
            for finding in result.findings
        ]
        lines += [ReportLine(finding, folios.get(application)) for application, finding in cross_findings]
        lines += [ReportLine(finding) for finding in self._batch_findings]
        stored, refused = count_documents(results)
        return Report(
            call=self._call.slug,
            batch=context.batch_key,
            counts=Counter(result.outcome for result in results),
            documents_stored=stored,
            documents_refused=refused,
            eligibility=eligibility_counts(session, context.batch_id),
            columns=self._contents.columns.names_by_header,
            encoding=self._contents.table.encoding,
            dates=formats_to_json(self._contents.date_formats),
            lines=sort_lines(lines),
        )


def _submission(row: Submission | FolioAssignment) -> Submission:
    return row.submission if isinstance(row, FolioAssignment) else row


def assignment_findings(assignment: FolioAssignment) -> Iterator[CheckFinding]:
    """Yields the findings about a row's folio and about the row being superseded."""
    row = assignment.submission.row
    if not assignment.is_current:
        yield replace(repeated_finding(assignment.person_folio), row=row)
    if assignment.is_folio_taken:
        taken = assignment.submission.folio
        message = f"El folio «{taken}» es de otra persona: se dio el {assignment.folio}."
        yield make_finding("repeated_in_batch", message, field="folio", row=row)


def _free_key(session: Session, contents: BatchContents) -> str:
    """Returns the day and as much of the batch's digest as makes the key unique."""
    day = contents.spec.local(clock.now()).date()
    for length in range(6, 65):
        key = f"{day}-{contents.digest[:length]}"
        if session.exec(select(Batch.id).where(Batch.key == key)).first() is None:
            return key
    raise AssertionError("two batches of one hash")


def _known_inspections(session: Session, call_id: int) -> dict[str, Inspection]:
    """Returns the inspections of the call's documents and of files that no row claimed, by hash."""
    documents_query = (
        _inspection_columns(Document)
        .join(Application, col(Application.id) == col(Document.application_id))
        .where(col(Application.call_id) == call_id, col(Document.refused).is_(None))
    )
    unclaimed_query = (
        _inspection_columns(UnclaimedFile)
        .join(Batch, col(Batch.id) == col(UnclaimedFile.batch_id))
        .where(col(Batch.call_id) == call_id, STORED_UNCLAIMED_FILE)
    )
    query = sa.union_all(documents_query, unclaimed_query)
    return {sha256: Inspection(*facts) for sha256, *facts in session.execute(query)}


def _inspection_columns(model: type[Document] | type[UnclaimedFile]) -> sa.Select[Any]:
    names = ("sha256", "pages", "has_text", "active_content", "refused", "unreadable_pages")
    return sa.select(*(getattr(model, name) for name in names))


def _chunks(rows: Iterator[Item]) -> Iterator[list[Item]]:
    """Yields the rows, or files, to be stored together."""
    chunk: list[Item] = []
    began = time.monotonic()
    for prepared in rows:
        chunk.append(prepared)
        if len(chunk) == MAX_ROWS_PER_TRANSACTION or time.monotonic() - began > MAX_SECONDS_PER_TRANSACTION:
            yield chunk
            chunk, began = [], time.monotonic()
    if chunk:
        yield chunk

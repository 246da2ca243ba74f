"""The verb that takes in a batch: its rows are placed, its files received, each application stored whole."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from sqlmodel import Session, col, delete, select, update

from reviewer import clock, documents
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.intake import relations, withheld
from reviewer.intake.applicant import Submission
from reviewer.intake.columns import read_mapping
from reviewer.intake.desk import Desk
from reviewer.intake.documents import Claim, Claims, claim_all
from reviewer.intake.findings import BatchRefused, Found, found
from reviewer.intake.foreseen import foresee
from reviewer.intake.names import vocabulary
from reviewer.intake.placing import Placed, number_of, place
from reviewer.intake.put_back import hold_files, put_back
from reviewer.intake.reading import Contents, of_the_batch, read_contents
from reviewer.intake.ready import Ready, accepted, rejected
from reviewer.intake.ready import withheld as left_out
from reviewer.intake.reception import Reception
from reviewer.intake.repeated import fingerprint, report_again
from reviewer.intake.report import Line, Report, count_documents, eligibility_counts, in_order, refused
from reviewer.intake.source import Source, open_source
from reviewer.intake.store import Stored, load_known, repeated_in_batch, store
from reviewer.intake.writing import write_findings
from reviewer.models import (
    Application,
    Batch,
    Call,
    Document,
    Finding,
)
from reviewer.pdf.results import Inspection
from reviewer.pdf.workers import GIVING_WAY, PdfWorkers

AT_ONCE = 64  # rows stored in one transaction, at most; each of them is whole or not there
AT_LEAST_EVERY = 1.0  # seconds, so that slow files keep no finished rows waiting
RUNNING = "running"
Progress = Callable[[int, int], None]


def import_batch(
    actor: Actor,
    *,
    source: Path,
    call_slug: str,
    dry_run: bool = False,
    mapping: Path | None = None,
    workers: int | PdfWorkers | None = None,
    progress: Progress | None = None,
) -> Report:
    """Takes in the batch at ``source``, a folder or a zip; ``progress`` is told the rows done and how many.

    ``workers`` are as many processes, by default one for each core, or those that run already.

    The same batch again changes nothing, and finishes what an interrupted import left. With ``dry_run`` the
    report says what would happen. Raises ``MachineFault`` where disk or database fail; what was stored by
    then stays, and each application is whole.
    """
    try:
        call = _call(call_slug)
        require(actor, Action.IMPORT_BATCH, call.phase)
        names = vocabulary(spec_of(call).documents)
        wanted = read_mapping(mapping, names) if mapping else {}
        with open_source(source) as opened:
            mark = fingerprint(opened, call, wanted)
            with reading() as session:
                known = report_again(session, call, mark)
            if known is not None:
                return known
            with _running(workers) as pool:
                pool.start()  # not before it is known that there is something to look over
                contents = read_contents(opened, pool, spec_of(call), names, wanted)
                run = _Import(actor, call, opened, contents, pool, mark, dry_run=dry_run)
                return run.rehearse(progress) if dry_run else run.carry_out(progress)
    except BatchRefused as refusal:
        return refused(call_slug, refusal.finding)


@contextmanager
def _running(workers: int | PdfWorkers | None) -> Iterator[PdfWorkers]:
    if isinstance(workers, PdfWorkers):
        yield workers
        return
    with PdfWorkers(workers or os.cpu_count() or 1, for_intake=True, niceness=GIVING_WAY) as pool:
        yield pool


def _call(slug: str) -> Call:
    try:
        return get_call(slug)
    except Refused as error:
        raise BatchRefused("unknown_call", str(error)) from error


class _Rehearsed(Exception):
    """Ends the transaction of a rehearsal without keeping anything of it."""


class _Import:
    """One run over one batch."""

    def __init__(
        self,
        actor: Actor,
        call: Call,
        source: Source,
        contents: Contents,
        pool: PdfWorkers,
        mark: str,
        *,
        dry_run: bool,
    ) -> None:
        self._fingerprint = mark
        self._actor, self._call, self._source, self._contents = actor, call, source, contents
        with reading() as session:
            known = load_known(session, call.id or 0)
            looked_over = _inspections(session, call.id or 0)
            self._withheld = withheld.met_again(session, call.id or 0, contents.spec, contents.submissions)
        self._last_known = max((each.id for each in known), default=0)
        self._placed = place(
            (each for each in contents.submissions if self._is_taken(each)),
            known,
            contents.spec.folio_prefix,
        )
        self._rejected = [each for each in contents.submissions if not self._is_taken(each)]
        self._claims = self._claim()
        self._whole = tuple(of_the_batch(contents, source, self._claims.unclaimed))
        self._reception: Reception[Submission | Placed] = Reception(
            source, pool, looked_over, self._claims.shared(), keep=not dry_run
        )

    def carry_out(self, progress: Progress | None) -> Report:
        """Stores the batch, some rows a transaction."""
        with self._writing() as session:
            desk, was_finished = self._begin(session)
        stored: list[Stored] = []
        if progress:
            progress(0, len(self._contents.submissions))
        for rows in _portions(self._ready()):
            documents.settle()
            with self._writing() as session:
                stored += store(session, desk, rows)
                put_back(session, self._source, rows)
            if progress:
                progress(len(stored), len(self._contents.submissions))
        with self._writing() as session:
            return self._finish(session, desk, stored, was_finished=was_finished)

    def rehearse(self, progress: Progress | None) -> Report:
        """Does the same and takes it back; files are looked over first, so that the lock is held briefly."""
        rows: list[Ready] = []
        for ready in self._ready():
            rows.append(ready)
            if progress:
                progress(len(rows), len(self._contents.submissions))
        report = Report(self._call.slug)
        try:
            with self._writing() as session:
                desk, was_finished = self._begin(session)
                stored: list[Stored] = []
                for some in _portions(iter(rows)):
                    stored += store(session, desk, some)
                report = self._finish(session, desk, stored, was_finished=was_finished)
                report = replace(report, foreseen=foresee(session, stored))
                raise _Rehearsed
        except _Rehearsed:
            return report

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with writing() as session:
            advisory_lock(session, f"intake-{self._call.slug}")
            hold_files(session)
            yield session

    def _is_taken(self, submission: Submission) -> bool:
        return submission.can_be_stored and submission.row not in self._withheld

    def _claim(self) -> Claims:
        owners = [self._contents.owner(each.submission, each.folio) for each in self._placed]
        owners += [self._contents.owner(each, each.folio) for each in self._rejected]
        kinds = self._contents.spec.documents
        return claim_all(owners, self._contents.files, kinds, self._contents.folders())

    def _begin(self, session: Session) -> tuple[Desk, bool]:
        """The batch's own line, found again where it was begun before; and whether it was finished."""
        digest = self._contents.digest
        query = select(Batch).where(Batch.call_id == self._call.id, Batch.source_hash == digest)
        batch = session.exec(query).first()
        if batch is None:
            batch = Batch(
                key=_free_key(session, self._contents),
                call_id=self._call.id or 0,
                source_name=self._source.name,
                source_hash=digest,
                status=RUNNING,
            )
            session.add(batch)
            session.flush()
            audit.record(session, self._actor, "batch.begin", "batch", batch.key, {"call": self._call.slug})
        spec = self._contents.spec
        desk = Desk(
            actor=self._actor,
            call_id=self._call.id or 0,
            batch_id=batch.id or 0,
            batch_key=batch.key,
            spec=spec,
            read=self._contents.cells,
            looked_at=self._last_known,
            last_number=max((number_of(each.folio, spec.folio_prefix) for each in self._placed), default=0),
        )
        return desk, batch.status != RUNNING

    def _claims_of(self, row: int) -> Sequence[Claim]:
        """The files of a row to be received; none of one that is withheld."""
        return () if row in self._withheld else self._claims.by_row[row]

    def _ready(self) -> Iterator[Ready]:
        """Each row with its files received: those that can't be stored first, then as they were sent."""
        rows: Iterator[Submission | Placed] = chain(self._rejected, self._placed)
        claims = ((each, self._claims_of(_submission(each).row)) for each in rows)
        for each, received in self._reception.receive(claims):
            submission = _submission(each)
            if said := self._withheld.get(submission.row):
                yield left_out(submission.row, said)
                continue
            raw, claimed = self._contents.raw(submission), self._claims_of(submission.row)
            if isinstance(each, Submission):
                yield rejected(each.row, raw, each.findings, claimed, received)
                continue
            said_of_row = (*submission.findings, *of_placing(each))
            yield accepted(each, raw, said_of_row, claimed, received, self._contents.spec.documents)

    def _finish(
        self, session: Session, desk: Desk, stored: Sequence[Stored], *, was_finished: bool
    ) -> Report:
        """Settles what only shows with all rows in place; a batch that brought nothing new stays as it is."""
        related = relations.derive(session, desk)
        report = self._report(session, desk, stored, related)
        session.exec(
            update(Batch).where(col(Batch.id) == desk.batch_id).values(fingerprint=self._fingerprint)
        )
        if was_finished and not any(each.is_new_here for each in stored):
            return report
        batch = session.get_one(Batch, desk.batch_id)
        session.exec(delete(Finding).where(col(Finding.batch_id) == batch.id, col(Finding.row).is_(None)))
        write_findings(session, desk.batch_id, ((each, None) for each in self._whole))
        batch.status, batch.finished_at, batch.report = report.status, clock.now(), report.to_json()
        session.add(batch)
        counts = {"status": report.status, "rows": report.counts.total(), **report.counts}
        audit.record(session, self._actor, "batch.finish", "batch", batch.key, counts)
        return report

    def _report(
        self,
        session: Session,
        desk: Desk,
        stored: Sequence[Stored],
        related: Sequence[tuple[int | None, Found]],
    ) -> Report:
        folios = {each.application_id: each.folio for each in stored if each.application_id}
        own_folios = {each.row: each.folio or None for each in self._rejected}
        lines = [
            Line(found, row.folio or own_folios.get(row.row)) for row in stored for found in row.findings
        ]
        lines += [Line(found, folios.get(application or 0)) for application, found in related]
        lines += [Line(found) for found in self._whole]
        documents_stored, documents_refused = count_documents(stored)
        return Report(
            call=self._call.slug,
            batch=desk.batch_key,
            counts=Counter(each.outcome for each in stored),
            documents_stored=documents_stored,
            documents_refused=documents_refused,
            eligibility=eligibility_counts(session, desk.batch_id),
            columns=self._contents.columns.report,
            lines=in_order(lines),
        )


def _submission(row: Submission | Placed) -> Submission:
    return row.submission if isinstance(row, Placed) else row


def of_placing(placed: Placed) -> Iterator[Found]:
    """What there is to say of where a row was placed."""
    row = placed.submission.row
    if not placed.stands:
        yield replace(repeated_in_batch(placed.person), row=row)
    if placed.folio_was_taken:
        message = f"El folio «{placed.submission.folio}» es de otra persona: se dio el {placed.folio}."
        yield found("repeated_in_batch", message, field="folio", row=row)


def _free_key(session: Session, contents: Contents) -> str:
    """The day and the beginning of the batch's hash, as long as it takes to be told from others."""
    day = contents.spec.local(clock.now()).date()
    for length in range(6, 65):
        key = f"{day}-{contents.digest[:length]}"
        if session.exec(select(Batch.id).where(Batch.key == key)).first() is None:
            return key
    raise AssertionError("two batches of one hash")


def _inspections(session: Session, call_id: int) -> dict[str, Inspection]:
    """What is known of the documents that the call holds, by hash."""
    query = (
        select(Document.sha256, Document.pages, Document.has_text, Document.active_content)
        .join(Application, col(Application.id) == col(Document.application_id))
        .where(Application.call_id == call_id, col(Document.refused).is_(None))
    )
    return {sha256: Inspection(pages, text, active) for sha256, pages, text, active in session.exec(query)}


def _portions(rows: Iterator[Ready]) -> Iterator[list[Ready]]:
    """The rows that are stored together."""
    portion: list[Ready] = []
    began = time.monotonic()
    for ready in rows:
        portion.append(ready)
        if len(portion) == AT_ONCE or time.monotonic() - began > AT_LEAST_EVERY:
            yield portion
            portion, began = [], time.monotonic()
    if portion:
        yield portion

"""Corrections by hand: a row that could not be stored is taken up, an application's data is set right.

What came stays as it came; who corrected it, why, and what stood before and after goes into the trail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.audit import Changes
from reviewer.calls import CallSpec, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused, Stale
from reviewer.intake import cells as cells_of
from reviewer.intake import relations
from reviewer.intake import writing as tables
from reviewer.intake.applicant import Submission
from reviewer.intake.batch import of_placing
from reviewer.intake.by_hand import changes_in, clean_reason, correctable, desk_of, renew_findings, settle
from reviewer.intake.checks import OF_CELLS
from reviewer.intake.findings import Found, Severity
from reviewer.intake.kept_by_hand import CODES as BY_HAND
from reviewer.intake.placing import place
from reviewer.intake.put_back import hold_files
from reviewer.intake.ready import Ready, accepted, files_kept
from reviewer.intake.report import Line, eligibility_counts, finding
from reviewer.intake.standing import standing
from reviewer.intake.store import REJECTED, Stored, load_known, store
from reviewer.models import (
    Batch,
    BatchRow,
    Call,
    Correction,
    Finding,
)


@dataclass(frozen=True)
class RejectedRow:
    """A row that could not be stored: as it came, under its canonical names, why, and its files' names."""

    row: int
    raw: dict[str, str]
    cells: dict[str, str]
    findings: tuple[str, ...]
    files: tuple[str, ...]


def count_rejected(viewer: Actor, *, call_slug: str, batch: str) -> int:
    """How many rows of a batch wait to be corrected."""
    call = correctable(viewer, call_slug)
    query = select(func.count(col(BatchRow.id))).join(Batch)
    with reading() as session:
        return session.exec(query.where(*_rejected(call, batch))).one()


def rejected_rows(
    viewer: Actor, *, call_slug: str, batch: str, offset: int = 0, limit: int = 20
) -> list[RejectedRow]:
    """Those rows, as the table has them."""
    call = correctable(viewer, call_slug)
    query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
    with reading() as session:
        found = session.exec(
            query.where(*_rejected(call, batch)).order_by(col(BatchRow.row)).offset(offset).limit(limit)
        ).all()
        rows = [line.row for _, line in found]
        said = _said(session, found[0][0].id if found else None, rows)
        return [
            RejectedRow(
                row=line.row,
                raw=line.raw,
                cells=cells_of.of_row(session, owner, line),
                findings=tuple(said.get(line.row, ())),
                files=tuple(each["name"] for each in line.files),
            )
            for owner, line in found
        ]


def take_up(
    actor: Actor, *, call_slug: str, batch: str, row: int, cells: Mapping[str, str], reason: str
) -> str:
    """Stores a rejected row with its cells as corrected, and the files that came with it; returns its folio.

    ``cells`` are those that change, by canonical name. Refused, with what is still wrong, where it still
    can't be stored.
    """
    call, words = correctable(actor, call_slug), clean_reason(reason)
    spec = spec_of(call)
    with writing() as session:
        advisory_lock(session, f"intake-{call.slug}")
        hold_files(session)
        query = select(Batch, BatchRow).join(BatchRow, col(BatchRow.batch_id) == col(Batch.id))
        found = session.exec(query.where(*_rejected(call, batch), BatchRow.row == row)).first()
        if found is None:
            raise Refused(f"La fila {row} ya se tomó, o no está en este lote.")
        owner, line = found
        before = cells_of.of_row(session, owner, line)
        submission = _storable({**before, **cells}, row, spec)
        ready = _ready(session, call, spec, line, submission)
        desk = replace(desk_of(session, actor, call, spec, owner), read=lambda _: {**before, **cells})
        came = line.digest  # so that the same batch again finds its row as it brought it
        [stored] = store(session, desk, [ready])
        line.digest = came
        session.add(line)
        related = relations.derive(session, desk)
        folios = [each for key, each in related if key == stored.application_id]
        _report_taken(session, owner, ready, stored, folios)
        changes = changes_in(before, cells)
        _note_corrections(session, stored.application_id or 0, changes)
        about = Changes({**changes, "reason": ("", words)}, stored.application_id)
        facts = {"call": call.slug, "batch": batch, "row": row}
        audit.record(session, actor, "row.take_up", "application", stored.folio, facts, changes=about)
        return stored.folio or ""


def read_cells(viewer: Actor, *, call_slug: str, folio: str) -> tuple[dict[str, str], str]:
    """An application's cells as they stand, and what tells them from what they become (see ``correct``)."""
    call = correctable(viewer, call_slug)
    with reading() as session:
        application = standing(session, call, folio)
        return cells_of.of_application(
            session, application, spec_of(call)
        ), application.updated_at.isoformat()


def correct(
    actor: Actor, *, call_slug: str, folio: str, cells: Mapping[str, str], reason: str, seen: str
) -> list[str]:
    """Sets cells of an application right, checks it anew and judges it; returns the names that changed.

    Raises ``Stale`` where it is no longer as ``seen``.
    """
    call, words = correctable(actor, call_slug), clean_reason(reason)
    spec = spec_of(call)
    with writing() as session:
        application = standing(session, call, folio, hold=True)
        if application.updated_at.isoformat() != seen:
            raise Stale(f"La {folio} cambió mientras la corregía: revise lo que dice ahora.")
        before = cells_of.of_application(session, application, spec)
        changes = changes_in(before, cells)
        if not changes:
            raise Refused("No cambió ningún dato.")
        submission = _storable({**before, **cells}, application.row, spec)
        tables.write_facts(session, application, submission)
        renew_findings(session, application, submission.findings, OF_CELLS)
        for name in changes:
            renew_findings(session, application, (), BY_HAND, field=name)
        _note_corrections(session, application.id or 0, changes)
        settle(session, actor, call, spec, application)
        about = Changes({**changes, "reason": ("", words)}, application.id)
        facts = {"call": call.slug}
        audit.record(session, actor, "application.correct", "application", folio, facts, changes=about)
        return list(changes)


def _rejected(call: Call, batch: str) -> list[Any]:
    return [Batch.call_id == call.id, Batch.key == batch, BatchRow.outcome == REJECTED]


def _said(session: Session, batch_id: int | None, rows: Iterable[int]) -> dict[int | None, list[str]]:
    query = select(Finding.row, Finding.message).where(Finding.batch_id == batch_id)
    said: dict[int | None, list[str]] = {}
    for row, message in session.exec(query.where(col(Finding.row).in_(list(rows)))):
        said.setdefault(row, []).append(message)
    return said


def _storable(cells: Mapping[str, str], row: int, spec: CallSpec) -> Submission:
    submission = cells_of.submission_of(cells, row, spec)
    if not submission.can_be_stored:
        raise Refused(" ".join(each.message for each in submission.findings))
    return submission


def _ready(session: Session, call: Call, spec: CallSpec, line: BatchRow, submission: Submission) -> Ready:
    known = load_known(session, call.id or 0)
    [placed] = place([submission], known, spec.folio_prefix)
    claims, received = files_kept(line.files)
    said = (*submission.findings, *of_placing(placed))
    return accepted(placed, line.raw, said, claims, received, spec.documents)


def _report_taken(
    session: Session, batch: Batch, ready: Ready, stored: Stored, related: Iterable[Found]
) -> None:
    """The batch's report counts the row as what has become of it."""
    said: dict[str, Any] = {**batch.report}
    lines = [finding(Line(each, stored.folio)) for each in (*ready.found, *related)]
    said["findings"] = [*(each for each in said["findings"] if each["row"] != ready.row), *lines]
    said[REJECTED] -= 1
    said[stored.outcome] += 1
    refused = sum(bool(each.inspection.problem) for each in ready.received)
    said["documents"] = {
        "stored": said["documents"]["stored"] + ready.documents,
        "refused": said["documents"]["refused"] + refused,
    }
    counts = eligibility_counts(session, batch.id or 0)
    said["eligibility"] = {each: counts.get(each, 0) for each in said["eligibility"]}
    errors = any(each["severity"] == Severity.ERROR for each in said["findings"])
    said["status"] = batch.status = "partial" if errors else "complete"
    batch.report = said
    session.add(batch)


def _note_corrections(session: Session, application_id: int, changes: audit.Values) -> None:
    query = select(Correction).where(Correction.application_id == application_id)
    kept = {each.field: each for each in session.exec(query)}
    for name, (_, value) in changes.items():
        line = kept.get(name) or Correction(application_id=application_id, field=name, value="")
        line.value, line.corrected_at = value, clock.now()
        session.add(line)

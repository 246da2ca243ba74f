"""Rows are kept: a row's application, its documents and findings in one piece, or nothing of it.

The findings of a row bear the batch that it came in; those that stand for an application are the ones of the
batch that wrote it last (``Application.batch_id``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, func, select, update

from reviewer.access import audit
from reviewer.calls import CallSpec
from reviewer.intake import decided, writing
from reviewer.intake.desk import Desk
from reviewer.intake.eligibility import codes_that_count
from reviewer.intake.findings import Found, found
from reviewer.intake.kept_by_hand import as_corrected
from reviewer.intake.people import identity, same_person
from reviewer.intake.placing import Placed, made_folio, number_of
from reviewer.intake.ready import Ready, kept_files, with_kept
from reviewer.intake.recognition import Known, identity_of
from reviewer.models import Applicant, Application, ApplicationStatus, BatchRow, Finding

_FACTS: tuple[Any, ...] = (
    *(Application.id, Application.folio, Application.superseded_by, Application.submitted_at),
    *(Application.status, Applicant.curp, Applicant.email, Applicant.first_names, Applicant.surnames),
    Applicant.birth_date,
)
CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"
WITHHELD = "withheld"  # what becomes of a row that is rejected, and of which nothing is kept


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a row. ``documents`` counts those taken in now; ``findings`` are for the report.

    Not ``is_new_here``: the batch brought it before, just so. ``changed`` are the columns of ours that did.
    """

    row: int
    outcome: str
    findings: tuple[Found, ...]
    application_id: int | None = None
    folio: str | None = None
    documents: int = 0
    is_new_here: bool = True
    changed: tuple[str, ...] = ()


def load_known(
    session: Session, call_id: int, *, after: int = 0, not_of_batch: int | None = None
) -> list[Known]:
    """The call's applications numbered above ``after``, by what tells people apart."""
    query = (
        columns(*_FACTS)
        .join(Applicant, col(Applicant.application_id) == col(Application.id))
        .where(col(Application.call_id) == call_id, col(Application.id) > after)
    )
    if not_of_batch:
        query = query.where(col(Application.batch_id) != not_of_batch)
    return [
        Known(
            id=line.id,
            folio=line.folio,
            person=line.superseded_by or line.folio,
            identity=identity(line.curp, line.email, f"{line.first_names} {line.surnames}", line.birth_date),
            submitted_at=line.submitted_at,
            current=line.status == ApplicationStatus.CURRENT,
        )
        for line in session.execute(query)
    ]


def store(session: Session, desk: Desk, rows: Sequence[Ready]) -> list[Stored]:
    """Keeps some rows, in the caller's transaction. A row that is kept already changes nothing."""
    before = _lines_before(session, desk, rows)
    _look_at_others(session, desk)
    stored, fresh = _as_before(session, rows, before), []
    for ready in rows:
        if ready.row in stored:
            continue
        if ready.placed is None:
            stored[ready.row] = Stored(ready.row, REJECTED, ready.found)
        elif application := _application_of(session, ready.placed, desk.others):
            stored[ready.row] = _renew(session, desk, ready, ready.placed, application)
        else:
            fresh.append(ready)
    stored |= _create(session, desk, fresh)
    new_here = [(ready, stored[ready.row]) for ready in rows if stored[ready.row].is_new_here]
    for ready, _ in new_here:
        if ready.placed and ready.placed.retired_id:
            _retire(session, desk, ready.placed.retired_id, ready.placed.folio)
    _note(session, desk, new_here, before)
    return [stored[ready.row] for ready in rows]


def standing_findings(session: Session, application: Application) -> list[Finding]:
    """What stands against an application."""
    query = select(Finding).where(
        Finding.application_id == application.id, Finding.batch_id == application.batch_id
    )
    return list(session.exec(query))


def judge(session: Session, application: Application, spec: CallSpec) -> None:
    """Sets the application's eligibility by the findings that stand, and by what a person decided."""
    refused = {
        each.kind: each.refused for each in writing.documents_of(session, application.id) if each.refused
    }
    findings = [(each.code, each.severity) for each in standing_findings(session, application)]
    automatic = writing.judged(findings, refused, spec)
    codes = codes_that_count(findings, refused.values())
    decided.settle(session, application, spec, automatic, codes)


def repeated_in_batch(standing: str) -> Found:
    """What is said of a row that a later one of the same person supersedes."""
    return found("repeated_in_batch", f"La misma persona envió otra postulación después: vale la {standing}.")


def _lines_before(session: Session, desk: Desk, rows: Sequence[Ready]) -> dict[int, BatchRow]:
    numbers = [ready.row for ready in rows]
    query = select(BatchRow).where(BatchRow.batch_id == desk.batch_id, col(BatchRow.row).in_(numbers))
    return {each.row: each for each in session.exec(query)}


def _look_at_others(session: Session, desk: Desk) -> None:
    desk.others += load_known(session, desk.call_id, after=desk.looked_at, not_of_batch=desk.batch_id)
    desk.looked_at = session.exec(select(func.max(Application.id))).one() or 0


def _as_before(session: Session, rows: Sequence[Ready], before: dict[int, BatchRow]) -> dict[int, Stored]:
    """The rows that this batch brought before just so, whatever came of their applications since."""
    same = [
        ready
        for ready in rows
        if ready.row in before and (ready.is_withheld or before[ready.row].digest == ready.digest)
    ]
    keys = [before[ready.row].application_id for ready in same]
    query = select(Application.id, Application.folio).where(col(Application.id).in_(keys))
    folios = dict(session.exec(query).all())
    return {
        ready.row: Stored(
            row=ready.row,
            outcome=UNCHANGED if key else REJECTED,
            findings=ready.found,
            application_id=key,
            folio=folios.get(key),
            is_new_here=False,
        )
        for ready, key in zip(same, keys, strict=True)
    }


def _application_of(session: Session, placed: Placed, others: Sequence[Known]) -> Application | None:
    """The application that a row is about: as planned, else one that another import has made meanwhile."""
    if placed.known_id:
        return session.get(Application, placed.known_id)
    if not placed.stands:
        return None
    mine = identity_of(placed.submission)
    met = (each.id for each in others if each.current and same_person(each.identity, mine))
    key = next(met, None)
    return session.get(Application, key) if key else None


def _renew(session: Session, desk: Desk, ready: Ready, placed: Placed, application: Application) -> Stored:
    """Brings a stored application up to date, where anything in it has changed."""
    kinds = desk.spec.documents
    names_more = any(claim.entry is None for claim in ready.claims)
    whole = with_kept(ready, writing.documents_of(session, application.id), kinds) if names_more else ready
    outcome, changed = UNCHANGED, audit.NOTHING
    if application.digest != whole.content:
        outcome = UPDATED
        whole = as_corrected(session, desk, whole, application)
        submission = whole.placed.submission if whole.placed else placed.submission
        changed = writing.update(session, application, desk.batch_id, whole, submission, desk.spec)
        detail = {"call": desk.spec.slug, "batch": desk.batch_key, "row": ready.row, "changed": [*changed]}
        about = audit.Changes(changed, application.id)
        audit.record(
            session, desk.actor, "application.update", "application", application.folio, detail, changes=about
        )
    not_found = [each for each in ready.found if each.code == "file_not_found"]
    return Stored(
        row=ready.row,
        outcome=outcome,
        findings=tuple(dict.fromkeys((*whole.found, *not_found))),
        application_id=application.id,
        folio=application.folio,
        documents=ready.documents if outcome == UPDATED else 0,
        changed=tuple(changed),
    )


def _create(session: Session, desk: Desk, rows: Sequence[Ready]) -> dict[int, Stored]:
    if not rows:
        return {}
    renamed = _new_names(session, desk, rows)
    named = [(each, each.placed) for each in (_renamed(ready, renamed) for ready in rows) if each.placed]
    keys = writing.create(session, desk.call_id, desk.batch_id, named, desk.spec)
    return {
        ready.row: Stored(ready.row, CREATED, ready.found, key, placed.folio, ready.documents)
        for (ready, placed), key in zip(named, keys, strict=True)
    }


def _new_names(session: Session, desk: Desk, rows: Sequence[Ready]) -> dict[str, str]:
    """New folios in the place of those planned that another import has taken meanwhile."""
    planned = [each.placed for each in rows if each.placed and each.placed.stands]
    # Of any call, since SQLite would else read all of this one's, with the write lock held.
    query = select(Application.folio, Application.superseded_by, Application.call_id).where(
        col(Application.folio).in_([each.folio for each in planned])
    )
    owners: dict[str, set[str]] = {}
    for folio, owner, call_id in session.exec(query):
        if call_id == desk.call_id:
            owners.setdefault(folio, set()).add(owner)
    renamed = {}
    for placed in planned:
        if owners.get(placed.folio, set()) - {placed.person}:
            renamed[placed.folio] = _next_folio(session, desk)
            _rename_earlier(session, desk, placed.folio, renamed[placed.folio])
    return renamed


def _next_folio(session: Session, desk: Desk) -> str:
    prefix = desk.spec.folio_prefix
    of_call = session.exec(select(Application.folio).where(Application.call_id == desk.call_id))
    desk.last_number = 1 + max([desk.last_number, *(number_of(folio, prefix) for folio in of_call)])
    return made_folio(prefix, desk.last_number)


def _renamed(ready: Ready, renamed: dict[str, str]) -> Ready:
    placed = ready.placed
    if placed is None or placed.person not in renamed:
        return ready
    folio = renamed.get(placed.folio, placed.folio)
    return replace(ready, placed=replace(placed, folio=folio, person=renamed[placed.person]))


def _rename_earlier(session: Session, desk: Desk, planned: str, folio: str) -> None:
    """The earlier rows of the same person, stored before, go with the one that stands."""
    earlier = (col(Application.batch_id) == desk.batch_id, col(Application.superseded_by) == planned)
    session.exec(update(Application).where(*earlier, col(Application.folio) == planned).values(folio=folio))
    session.exec(update(Application).where(*earlier).values(superseded_by=folio))


def _retire(session: Session, desk: Desk, application_id: int, standing: str) -> None:
    """Another application of the same person stands from now on."""
    application = session.get_one(Application, application_id)
    if application.status == ApplicationStatus.SUPERSEDED:
        return
    application.status, application.superseded_by = ApplicationStatus.SUPERSEDED, standing
    application.digest = f"{application.digest.partition(':')[0]}:{ApplicationStatus.SUPERSEDED}"
    repeated = replace(repeated_in_batch(standing), row=application.row)
    writing.write_findings(session, application.batch_id, [(repeated, application.id)])
    judge(session, application, desk.spec)
    detail = {"call": desk.spec.slug, "superseded_by": standing}
    audit.record(session, desk.actor, "application.supersede", "application", application.folio, detail)


def _note(
    session: Session, desk: Desk, lines: Sequence[tuple[Ready, Stored]], before: dict[int, BatchRow]
) -> None:
    """Keeps each row as it came, what became of it, and what was found in it."""
    if not lines:
        return
    again = [ready.row for ready, _ in lines if ready.row in before]
    if again:
        of_rows = (col(Finding.batch_id) == desk.batch_id, col(Finding.row).in_(again))
        session.exec(delete(Finding).where(*of_rows))
    made = []
    for ready, stored in lines:
        facts = {
            "raw": ready.raw,
            "digest": ready.digest,
            "outcome": WITHHELD if ready.is_withheld else stored.outcome,
            "application_id": stored.application_id,
            "files": kept_files(ready),
        }
        if ready.row in before:
            for name, value in facts.items():
                setattr(before[ready.row], name, value)
        else:
            made.append({"batch_id": desk.batch_id, "row": ready.row, **facts})
    if made:
        session.execute(insert(BatchRow), made)
    found_in = ((each, stored.application_id) for _, stored in lines for each in stored.findings)
    writing.write_findings(session, desk.batch_id, found_in)
    outcomes = {stored.folio or f"fila {stored.row}": stored.outcome for _, stored in lines}
    audit.record(session, desk.actor, "batch.rows", "batch", desk.batch_key, {"rows": outcomes})

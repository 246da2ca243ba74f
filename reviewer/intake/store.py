"""Rows are kept: a row's application, its documents and findings in one piece, or nothing of it.

The findings of a row bear the batch that it came in; those that stand for an application are the ones of the
batch that wrote it last (``Application.batch_id``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, delete, or_, select, update

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.intake import written
from reviewer.intake.eligibility import eligibility_of
from reviewer.intake.findings import Found, found
from reviewer.intake.people import Identity, identity, same_person
from reviewer.intake.placing import Known, Placed, identity_of, made_folio, number_of
from reviewer.intake.written import Ready
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    BatchRow,
    Eligibility,
    Finding,
)

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a row. ``documents`` counts those taken in now; ``findings`` are for the report.

    Not ``is_new_here``: the batch brought it before, just so.
    """

    row: int
    outcome: str
    findings: tuple[Found, ...]
    application_id: int | None = None
    folio: str | None = None
    documents: int = 0
    is_new_here: bool = True


@dataclass
class Desk:
    """Who stores what into which batch. ``seen`` are the applications that the rows were placed by."""

    actor: Actor
    call_id: int
    batch_id: int
    batch_key: str
    spec: CallSpec
    seen: set[int] = field(default_factory=set)


def load_known(session: Session, call_id: int) -> list[Known]:
    """The call's applications, by what tells people apart."""
    query = select(Application, Applicant).where(
        Application.call_id == call_id, col(Applicant.application_id) == col(Application.id)
    )
    return [_known(application, applicant) for application, applicant in session.exec(query)]


def store(session: Session, desk: Desk, rows: Sequence[Ready]) -> list[Stored]:
    """Keeps some rows, in the caller's transaction. A row that is kept already changes nothing."""
    numbers = [ready.row for ready in rows]
    query = select(BatchRow).where(BatchRow.batch_id == desk.batch_id, col(BatchRow.row).in_(numbers))
    before = {each.row: each for each in session.exec(query)}
    stored = [_store_row(session, desk, ready, before.get(ready.row)) for ready in rows]
    outcomes = {each.folio: each.outcome for each in stored if each.outcome in (CREATED, UPDATED)}
    if outcomes:
        audit.record(session, desk.actor, "batch.rows", "batch", desk.batch_key, {"folios": outcomes})
    return stored


def standing_findings(session: Session, application: Application) -> list[Finding]:
    """What stands against an application."""
    query = select(Finding).where(
        Finding.application_id == application.id, Finding.batch_id == application.batch_id
    )
    return list(session.exec(query))


def judge(session: Session, application: Application, spec: CallSpec) -> None:
    """Sets the application's eligibility by the findings that stand."""
    documents = written.documents_of(session, application.id)
    refused = {each.kind: each.refused for each in documents if each.refused}
    findings = standing_findings(session, application)
    application.eligibility, application.reasons = _eligibility(findings, refused, spec)
    session.add(application)


def _store_row(session: Session, desk: Desk, ready: Ready, before: BatchRow | None) -> Stored:
    findings = ready.findings(desk.spec.documents)
    digest = written.digest_of(ready, findings)
    if before and before.digest == digest:
        return _as_before(session, before, findings)
    if ready.placed:
        stored = _store_application(session, desk, ready, ready.placed)
    else:
        stored = Stored(ready.row, REJECTED, findings)
    _note(session, desk, before or BatchRow(batch_id=desk.batch_id, row=ready.row, outcome=""), ready, stored)
    return stored


def _as_before(session: Session, before: BatchRow, findings: tuple[Found, ...]) -> Stored:
    """A row that this batch brought before just so, whatever came of its application since."""
    if before.application_id is None:
        return Stored(before.row, REJECTED, findings, is_new_here=False)
    folio = session.get_one(Application, before.application_id).folio
    return Stored(before.row, UNCHANGED, findings, before.application_id, folio, is_new_here=False)


def _note(session: Session, desk: Desk, line: BatchRow, ready: Ready, stored: Stored) -> None:
    """Keeps the row as it came, what became of it, and what was found in it."""
    if line.id:
        of_row = (col(Finding.batch_id) == desk.batch_id, col(Finding.row) == ready.row)
        session.exec(delete(Finding).where(*of_row))
    line.raw, line.outcome, line.application_id = ready.raw, stored.outcome, stored.application_id
    line.digest = written.digest_of(ready, ready.findings(desk.spec.documents))
    session.add(line)
    session.add_all(finding_row(each, desk.batch_id, stored.application_id) for each in stored.findings)


def finding_row(finding: Found, batch_id: int, application_id: int | None) -> Finding:
    """A finding as the tables keep it."""
    return Finding(
        batch_id=batch_id,
        application_id=application_id,
        row=finding.row,
        field=finding.field,
        file=finding.file,
        code=finding.code,
        severity=finding.severity.value,
        message=finding.message,
    )


def _store_application(session: Session, desk: Desk, ready: Ready, placed: Placed) -> Stored:
    application = _find_application(session, desk, placed)
    whole = ready.with_kept(written.documents_of(session, application.id) if application else ())
    findings = whole.findings(desk.spec.documents)
    content = f"{written.digest_of(whole, findings)}:{_status_of(placed)}"
    outcome, taken = UNCHANGED, 0
    if application is None:
        outcome, application = CREATED, _new_application(session, desk, placed)
    elif application.digest != content:
        outcome = UPDATED
    if outcome != UNCHANGED:
        taken = sum(not file.inspection.problem for file in ready.received)
        application.digest = content
        changed = _write(session, desk, application, whole, placed, findings)
        if outcome == UPDATED:
            detail = {"batch": desk.batch_key, "row": ready.row, "changed": changed}
            audit.record(session, desk.actor, "application.update", "application", application.folio, detail)
    if placed.retired_id:
        _retire(session, desk, placed.retired_id, placed)
    not_found = [each for each in ready.findings(desk.spec.documents) if each.code == "file_not_found"]
    said = tuple(dict.fromkeys((*findings, *not_found)))
    return Stored(ready.row, outcome, said, application.id, application.folio, taken)


def _write(
    session: Session,
    desk: Desk,
    application: Application,
    ready: Ready,
    placed: Placed,
    findings: tuple[Found, ...],
) -> list[str]:
    """Writes all of a row into its application; returns what changed."""
    application.status = _status_of(placed)
    application.superseded_by = "" if placed.stands else placed.person
    application.batch_id, application.row = desk.batch_id, ready.row
    application.updated_at = clock.now()
    refused = {file.kind: file.inspection.problem for file in ready.received if file.inspection.problem}
    application.eligibility, application.reasons = _eligibility(findings, refused, desk.spec)
    changed = written.write_people(session, application, placed.submission)
    return changed + written.write_documents(session, application, ready.received)


def _new_application(session: Session, desk: Desk, placed: Placed) -> Application:
    folio = _free_folio(session, desk, placed) if placed.stands else placed.folio
    application = Application(
        call_id=desk.call_id,
        folio=folio,
        status=_status_of(placed),
        eligibility=Eligibility.TO_CHECK,
        batch_id=desk.batch_id,
        row=placed.submission.row,
    )
    session.add(application)
    session.flush()
    if folio != placed.folio:
        _rename(session, desk, placed.folio, folio)
    return application


def _find_application(session: Session, desk: Desk, placed: Placed) -> Application | None:
    """The application that a row is about: as planned, else one that another import has made meanwhile."""
    if placed.known_id:
        return session.get(Application, placed.known_id)
    if not placed.stands:
        return None
    mine = identity_of(placed.submission)
    contact = [each for each in ((Applicant.curp, mine.curp), (Applicant.email, mine.email)) if each[1]]
    query = (
        select(Application, Applicant)
        .join(Applicant, col(Applicant.application_id) == col(Application.id))
        .where(Application.call_id == desk.call_id, Application.status == ApplicationStatus.CURRENT)
        .where(Application.batch_id != desk.batch_id)
        .where(or_(*(col(column) == value for column, value in contact)))
    )
    for application, applicant in session.exec(query):
        if application.id not in desk.seen and same_person(_identity(applicant), mine):
            return application
    return None


def _free_folio(session: Session, desk: Desk, placed: Placed) -> str:
    """The folio planned, or the next one where another import has taken it meanwhile."""
    of_call = select(Application.folio).where(Application.call_id == desk.call_id)
    taken = of_call.where(
        Application.folio == placed.folio,
        or_(
            col(Application.status) == ApplicationStatus.CURRENT,
            col(Application.superseded_by) != placed.person,
        ),
    )
    if session.exec(taken).first() is None:
        return placed.folio
    prefix = desk.spec.folio_prefix
    return made_folio(
        prefix, 1 + max((number_of(folio, prefix) for folio in session.exec(of_call)), default=0)
    )


def _rename(session: Session, desk: Desk, planned: str, folio: str) -> None:
    """The earlier rows of the same person go with the one that stands."""
    earlier = (col(Application.batch_id) == desk.batch_id, col(Application.superseded_by) == planned)
    session.exec(update(Application).where(*earlier, col(Application.folio) == planned).values(folio=folio))
    session.exec(update(Application).where(*earlier).values(superseded_by=folio))


def _retire(session: Session, desk: Desk, application_id: int, placed: Placed) -> None:
    """Another application of the same person stands from now on."""
    application = session.get_one(Application, application_id)
    if application.status == ApplicationStatus.SUPERSEDED:
        return
    application.status, application.superseded_by = ApplicationStatus.SUPERSEDED, placed.folio
    application.digest = application.digest.rpartition(":")[0] + ":" + ApplicationStatus.SUPERSEDED
    repeated = replace(repeated_in_batch(placed.folio), row=application.row)
    session.add(finding_row(repeated, application.batch_id, application.id))
    session.flush()
    judge(session, application, desk.spec)
    detail = {"superseded_by": placed.folio}
    audit.record(session, desk.actor, "application.supersede", "application", application.folio, detail)


def repeated_in_batch(standing: str) -> Found:
    """What is said of a row that a later one of the same person supersedes."""
    return found("repeated_in_batch", f"La misma persona envió otra postulación después: vale la {standing}.")


def _eligibility(
    findings: Sequence[Found | Finding], refused: Mapping[str, str], spec: CallSpec
) -> tuple[Eligibility, str]:
    """The status and its reasons; ``refused`` are the codes of documents not taken, by kind."""
    required = [refused[kind.key] for kind in spec.documents if kind.required and kind.key in refused]
    return eligibility_of(((each.code, each.severity) for each in findings), required)


def _status_of(placed: Placed) -> ApplicationStatus:
    return ApplicationStatus.CURRENT if placed.stands else ApplicationStatus.SUPERSEDED


def _known(application: Application, applicant: Applicant) -> Known:
    return Known(
        id=application.id or 0,
        folio=application.folio,
        person=application.superseded_by or application.folio,
        identity=_identity(applicant),
        submitted_at=application.submitted_at,
        current=application.status == ApplicationStatus.CURRENT,
    )


def _identity(applicant: Applicant) -> Identity:
    name = f"{applicant.first_names} {applicant.surnames}"
    return identity(applicant.curp, applicant.email, name, applicant.birth_date)

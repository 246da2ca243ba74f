"""An earlier submission that a later one replaces: it is kept as a superseded application of its own.

The current application keeps its id, so that its readings and decisions stay with it.
"""

from dataclasses import replace

from sqlmodel import Session, col, select, update

from reviewer.audit import log
from reviewer.intake.check.findings import CheckFinding
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store import table_writer
from reviewer.intake.store.import_context import ImportContext
from reviewer.models import Application, ApplicationStatus, BatchRow, Finding


def is_earlier(application: Application, submission: Submission) -> bool:
    """Returns whether the stored application was sent before the submission."""
    stored_at, sent_at = application.submitted_at, submission.submitted_at
    return bool(stored_at and sent_at and stored_at < sent_at)


def keep_earlier(session: Session, context: ImportContext, application: Application, finding: CheckFinding) -> None:
    """Copies an application that is about to be replaced into a superseded one, unless there is one of its time.

    Its row and its findings go with the copy, which gets ``finding``.
    """
    same_submission = select(Application.id).where(
        Application.call_id == context.call_id,
        Application.superseded_by == application.folio,
        Application.submitted_at == application.submitted_at,
    )
    if session.exec(same_submission).first() is not None:
        return
    copy_id = table_writer.copy_application(
        session,
        application,
        status=ApplicationStatus.SUPERSEDED,
        superseded_by=application.folio,
        digest=f"{application.digest.partition(':')[0]}:{ApplicationStatus.SUPERSEDED}",
    )
    for table in (BatchRow, Finding):
        of_row = (col(table.batch_id) == application.batch_id, col(table.row) == application.row)
        session.exec(
            update(table).where(*of_row, col(table.application_id) == application.id).values(application_id=copy_id)
        )
    table_writer.write_findings(session, application.batch_id, [(replace(finding, row=application.row), copy_id)])
    detail = {"call": context.spec.slug, "superseded_by": application.folio}
    log.record(session, context.actor, "application.supersede", "application", application.folio, detail)

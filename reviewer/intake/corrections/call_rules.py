"""Changes of a call's rules: stored applications are judged anew in the same transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, or_, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call import spec as call_spec
from reviewer.call.changes import Difference, differences, with_dates
from reviewer.call.spec import CallSpec, parse, spec_of
from reviewer.core.database import advisory_lock, write_session
from reviewer.intake.check.row_checks import date_of_age
from reviewer.intake.parse.cells import application_cells, submission_from_cells
from reviewer.intake.store.table_writer import write_findings
from reviewer.intake.store.upsert import judge
from reviewer.models import Applicant, Application, Call, Eligibility, Finding
from reviewer.models.scopes import current_of

RULE_CODES = ("late", "early", "underage")  # findings that the call's dates and ages decide


@dataclass(frozen=True)
class CallUpdate:
    """A loaded call, what its file changed, and how many applications went from one eligibility to another."""

    call: Call
    differences: tuple[Difference, ...] = ()
    judged: Mapping[tuple[Eligibility, Eligibility], int] = field(default_factory=dict)


@verb(Action.LOAD_CALL)
def load_call(actor: Actor, *, text: str, reason: str = "") -> CallUpdate:
    """Installs or updates a call, and judges its applications by the new dates and ages.

    What a person decided stands. Raises ``UserError`` where scores would lose their rubric.
    """
    require(actor, Action.LOAD_CALL)
    spec = parse(text)
    changed = differences(actor, text=text)
    with write_session() as session:
        advisory_lock(session, f"intake-{spec.slug}")
        call = call_spec.load_in(session, spec, text)
        judged = _judge_anew(session, call)
        facts = {"title": spec.title, "changed": sum(judged.values()), **({"reason": reason} if reason else {})}
        log.record(session, actor, "call.load", "call", call.slug, facts)
    return CallUpdate(call, tuple(changed or ()), judged)


@verb(Action.LOAD_CALL)
def move_dates(actor: Actor, *, slug: str, dates: Mapping[str, datetime | None]) -> CallUpdate:
    """Moves a call's dates, by loading its file with the new ones."""
    require(actor, Action.LOAD_CALL)
    return load_call(actor, text=with_dates(call_spec.get_call(slug).source, dates))


def _judge_anew(session: Session, call: Call) -> Counter[tuple[Eligibility, Eligibility]]:
    spec, judged = spec_of(call), Counter[tuple[Eligibility, Eligibility]]()
    query = (
        select(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call), col(Application.withheld).is_(None), _may_change(spec))
        .order_by(col(Application.id))
    )
    for application in session.exec(query).all():
        before = application.eligibility
        if _replace_findings(session, application, spec):
            judge(session, application, spec)
        if application.eligibility != before:
            judged[before, application.eligibility] += 1
    return judged


def _may_change(spec: CallSpec) -> ColumnElement[bool]:
    """Returns the condition of having such a finding, or of getting one by these rules."""
    has_finding = (
        select(Finding.id)
        .where(Finding.application_id == Application.id, Finding.batch_id == Application.batch_id)
        .where(col(Finding.code).in_(RULE_CODES))
        .exists()
    )
    submitted_at = col(Application.submitted_at)
    youngest = date_of_age(spec.closing_day, -spec.eligibility.minimum_age)
    return or_(
        has_finding, submitted_at < spec.opens, submitted_at >= spec.closes, col(Applicant.birth_date) > youngest
    )


def _replace_findings(session: Session, application: Application, spec: CallSpec) -> bool:
    """Replaces the findings that the rules decide; returns whether they are others now."""
    of_application = (
        col(Finding.application_id) == application.id,
        col(Finding.batch_id) == application.batch_id,
        col(Finding.code).in_(RULE_CODES),
    )
    stored = {(finding.code, finding.message) for finding in session.exec(select(Finding).where(*of_application))}
    cells = application_cells(session, application, spec)
    findings = [
        finding
        for finding in submission_from_cells(cells, application.row, spec).findings
        if finding.code in RULE_CODES
    ]
    if {(finding.code, finding.message) for finding in findings} == stored:
        return False
    session.exec(delete(Finding).where(*of_application))
    write_findings(session, application.batch_id, ((finding, application.id) for finding in findings))
    session.flush()
    return True

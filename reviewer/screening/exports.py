"""Tables of whom to write to and why: those not eligible, and those asked for something again."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import get_call
from reviewer.core.database import read_session
from reviewer.intake.check.findings import Severity
from reviewer.models import Applicant, Application, Eligibility, Finding, Screening, ScreeningState, Verdict
from reviewer.models.scopes import current_of
from reviewer.tables.csv_files import Table

_COLUMNS = ("folio", "nombre", "apellidos", "correo", "motivo")


@verb(Action.SCREEN)
def ineligible(viewer: Actor, *, slug: str) -> Table:
    """Returns those who are not eligible, with a person's reason or the findings of the checks."""
    condition = col(Application.eligibility) == Eligibility.INELIGIBLE
    return _table(viewer, slug, "No elegibles", condition, Verdict.INELIGIBLE)


@verb(Action.SCREEN)
def asked_again(viewer: Actor, *, slug: str) -> Table:
    """Returns those who were asked for something again, and what."""
    condition = col(Application.screening) == ScreeningState.ASKED
    return _table(viewer, slug, "Se les pidió algo", condition, Verdict.ASKED)


def _table(viewer: Actor, slug: str, title: str, condition: ColumnElement[bool], verdict: Verdict) -> Table:
    require(viewer, Action.SCREEN)
    query = (
        select(Application, Applicant)
        .join(Applicant, col(Applicant.application_id) == col(Application.id))
        .where(current_of(get_call(slug)), condition)
        .order_by(Application.folio)
    )
    with read_session() as session:
        pairs = session.exec(query).all()
        requests = _request_texts(session, query, verdict) if verdict is Verdict.ASKED else {}
        check_messages = _ineligibility_messages(session, query)
    rows = []
    for application, applicant in pairs:
        by_hand = application.reasons if application.screening is ScreeningState.DECIDED else ""
        reason = by_hand or requests.get(application.id) or " ".join(check_messages.get(application.id, ()))
        rows.append((application.folio, applicant.first_names, applicant.surnames, applicant.email, reason))
    return Table(title, _COLUMNS, tuple(rows))


def _request_texts(session: Session, query: Any, verdict: Verdict) -> dict[int | None, str]:
    """Returns the reason of the last decision in force, by application."""
    ids = query.with_only_columns(Application.id).order_by(None)
    reasons = (
        select(Screening.application_id, Screening.reason)
        .where(col(Screening.application_id).in_(ids), Screening.verdict == verdict)
        .where(col(Screening.withdrawn_at).is_(None))
        .order_by(col(Screening.id))
    )
    return dict(session.exec(reasons).all())


def _ineligibility_messages(session: Session, query: Any) -> dict[int | None, list[str]]:
    """Returns the findings against each application."""
    ids = query.with_only_columns(Application.id).order_by(None)
    findings = (
        select(Finding.application_id, Finding.message)
        .join(Application, col(Application.id) == col(Finding.application_id))
        .where(col(Finding.application_id).in_(ids), Finding.severity == Severity.INELIGIBLE.value)
        .where(Finding.batch_id == Application.batch_id)
        .order_by(col(Finding.id))
    )
    messages: dict[int | None, list[str]] = {}
    for application_id, message in session.exec(findings):
        messages.setdefault(application_id, []).append(message)
    return messages

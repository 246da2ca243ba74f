"""Whom to write to and why: those who are not eligible, and those who were asked for something again."""

from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading
from reviewer.intake.findings import Severity
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Eligibility,
    Finding,
    Screening,
    ScreeningState,
    Verdict,
)
from reviewer.tables import Table

_COLUMNS = ("folio", "nombre", "apellidos", "correo", "motivo")


def ineligible(viewer: Actor, *, call: str) -> Table:
    """Everybody who is not eligible: the reason that a person wrote, else what the checks say."""
    condition = col(Application.eligibility) == Eligibility.INELIGIBLE
    return _table(viewer, call, "No elegibles", condition, Verdict.INELIGIBLE)


def asked(viewer: Actor, *, call: str) -> Table:
    """Everybody who was asked for something again, and what."""
    condition = col(Application.screening) == ScreeningState.ASKED
    return _table(viewer, call, "Se les pidió algo", condition, Verdict.ASKED)


def _table(viewer: Actor, slug: str, title: str, condition: Any, verdict: Verdict) -> Table:
    require(viewer, Action.SCREEN)
    query = (
        select(Application, Applicant)
        .join(Applicant, col(Applicant.application_id) == col(Application.id))
        .where(Application.call_id == get_call(slug).id, condition)
        .where(Application.status == ApplicationStatus.CURRENT)
        .order_by(Application.folio)
    )
    with reading() as session:
        found = session.exec(query).all()
        said = _said(session, query, verdict) if verdict is Verdict.ASKED else {}
        checks = _checks(session, query)
    rows = []
    for application, who in found:
        by_hand = application.reasons if application.screening is ScreeningState.DECIDED else ""
        reason = by_hand or said.get(application.id) or " ".join(checks.get(application.id, ()))
        rows.append((application.folio, who.first_names, who.surnames, who.email, reason))
    return Table(title, _COLUMNS, tuple(rows))


def _said(session: Session, query: Any, verdict: Verdict) -> dict[int | None, str]:
    """The last words of each decision in force, by application."""
    ids = query.with_only_columns(Application.id).order_by(None)
    lines = (
        select(Screening.application_id, Screening.reason)
        .where(col(Screening.application_id).in_(ids), Screening.verdict == verdict)
        .where(col(Screening.withdrawn_at).is_(None))
        .order_by(col(Screening.id))
    )
    return dict(session.exec(lines).all())


def _checks(session: Session, query: Any) -> dict[int | None, list[str]]:
    """What the checks hold against each application, by application."""
    ids = query.with_only_columns(Application.id).order_by(None)
    lines = (
        select(Finding.application_id, Finding.message)
        .join(Application, col(Application.id) == col(Finding.application_id))
        .where(col(Finding.application_id).in_(ids), Finding.severity == Severity.INELIGIBLE.value)
        .where(Finding.batch_id == Application.batch_id)
        .order_by(col(Finding.id))
    )
    found: dict[int | None, list[str]] = {}
    for key, message in session.exec(lines):
        found.setdefault(key, []).append(message)
    return found

"""What all corrections by hand share: permission, reason, changes, and checking again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session, col, delete, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import CallSpec, get_call
from reviewer.core import clock
from reviewer.core.reasons import require_reason
from reviewer.intake.check import cross_checks
from reviewer.intake.check.findings import CheckFinding
from reviewer.intake.store import table_writer as tables
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.upsert import judge
from reviewer.models import Application, Batch, Call, Finding, require_id


@verb(Action.CORRECT)
def correctable_call(actor: Actor, slug: str) -> Call:
    """Returns the call. Raises ``Forbidden`` where the actor may not correct in its phase."""
    call = get_call(slug)
    require(actor, Action.CORRECT, call.phase)
    return call


def changed_cells(before: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Returns the cells that differ, before and after."""
    return {
        name: (before.get(name, ""), value.strip())
        for name, value in cells.items()
        if value.strip() != before.get(name, "").strip()
    }


def replace_findings(
    session: Session,
    application: Application,
    findings: Iterable[CheckFinding],
    codes: frozenset[str],
    field: str | None = None,
) -> None:
    """Replaces an application's findings with these codes, and ``field`` if given, by new ones."""
    conditions = [
        col(Finding.application_id) == application.id,
        col(Finding.batch_id) == application.batch_id,
        col(Finding.code).in_(codes),
    ]
    if field:
        conditions.append(col(Finding.field) == field)
    session.exec(delete(Finding).where(*conditions))
    lines = [(replace(finding, row=application.row), application.id) for finding in findings]
    tables.write_findings(session, application.batch_id, lines)


def refresh_application(session: Session, actor: Actor, call: Call, spec: CallSpec, application: Application) -> None:
    """Updates the findings that depend on other applications, and the application's eligibility."""
    application.updated_at = clock.now()
    session.add(application)
    session.flush()
    batch = session.get_one(Batch, application.batch_id)
    cross_checks.refresh_findings(session, import_context(session, actor, call, spec, batch))
    judge(session, application, spec)


def import_context(session: Session, actor: Actor, call: Call, spec: CallSpec, batch: Batch) -> ImportContext:
    """Returns a context for storing into a batch that was imported before."""
    latest = session.exec(select(func.max(Application.id))).one() or 0
    return ImportContext(
        actor=actor,
        call_id=require_id(call),
        batch_id=require_id(batch),
        batch_key=batch.key,
        spec=spec,
        read_cells=lambda _: {},
        last_application_id=latest,
    )


def clean_reason(reason: str) -> str:
    """Returns the reason in one line. Raises ``UserError`` where it is empty or too long."""
    return require_reason(" ".join(reason.split()), "por qué se corrige", use="queda en la historia de la postulación")

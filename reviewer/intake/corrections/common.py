"""What every correction by hand has in common: who may, why, what changed, and judging anew."""

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
    """The call, for one who may correct in it now."""
    call = get_call(slug)
    require(actor, Action.CORRECT, call.phase)
    return call


def changed_cells(before: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Each cell that is not as it was: before and after."""
    stripped_cells = {name: value.strip() for name, value in cells.items()}
    return {
        name: (before.get(name, ""), value)
        for name, value in stripped_cells.items()
        if value != before.get(name, "").strip()
    }


def replace_findings(
    session: Session,
    application: Application,
    findings: Iterable[CheckFinding],
    codes: frozenset[str],
    field: str | None = None,
) -> None:
    """What these checks say now stands in the place of what they said before."""
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


def refresh_application(
    session: Session, actor: Actor, call: Call, spec: CallSpec, application: Application
) -> None:
    """Brings what depends on others up to date, and the application's eligibility."""
    application.updated_at = clock.now()
    session.add(application)
    session.flush()
    batch = session.get_one(Batch, application.batch_id)
    cross_checks.refresh_findings(session, import_context(session, actor, call, spec, batch))
    judge(session, application, spec)


def import_context(session: Session, actor: Actor, call: Call, spec: CallSpec, batch: Batch) -> ImportContext:
    """The batch's own desk, as it was left."""
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
    """The reason in one line. Refused where there is none."""
    return require_reason(
        " ".join(reason.split()), "por qué se corrige", use="queda en la historia de la postulación"
    )

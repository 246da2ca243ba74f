"""What every correction by hand has in common: who may, why, what changed, and judging anew."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session, col, delete, func, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call
from reviewer.errors import Refused
from reviewer.intake import relations
from reviewer.intake import writing as tables
from reviewer.intake.desk import Desk
from reviewer.intake.findings import Found
from reviewer.intake.store import judge
from reviewer.models import Application, Batch, Call, Finding

LONGEST_REASON = 500


def correctable(actor: Actor, slug: str) -> Call:
    """The call, for one who may correct in it now."""
    call = get_call(slug)
    require(actor, Action.CORRECT, call.phase)
    return call


def changes_in(before: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Each cell that is not as it was: before and after."""
    wanted = {name: value.strip() for name, value in cells.items()}
    return {
        name: (before.get(name, ""), value)
        for name, value in wanted.items()
        if value != before.get(name, "").strip()
    }


def renew_findings(
    session: Session,
    application: Application,
    found: Iterable[Found],
    codes: frozenset[str],
    field: str | None = None,
) -> None:
    """What these checks say now stands in the place of what they said before."""
    of_hers = [
        col(Finding.application_id) == application.id,
        col(Finding.batch_id) == application.batch_id,
        col(Finding.code).in_(codes),
    ]
    if field:
        of_hers.append(col(Finding.field) == field)
    session.exec(delete(Finding).where(*of_hers))
    lines = [(replace(each, row=application.row), application.id) for each in found]
    tables.write_findings(session, application.batch_id, lines)


def settle(session: Session, actor: Actor, call: Call, spec: CallSpec, application: Application) -> None:
    """Brings what depends on others up to date, and the application's eligibility."""
    application.updated_at = clock.now()
    session.add(application)
    session.flush()
    batch = session.get_one(Batch, application.batch_id)
    relations.derive(session, desk_of(session, actor, call, spec, batch))
    judge(session, application, spec)


def desk_of(session: Session, actor: Actor, call: Call, spec: CallSpec, batch: Batch) -> Desk:
    """The batch's own desk, as it was left."""
    latest = session.exec(select(func.max(Application.id))).one() or 0
    return Desk(
        actor=actor,
        call_id=call.id or 0,
        batch_id=batch.id or 0,
        batch_key=batch.key,
        spec=spec,
        read=lambda _: {},
        looked_at=latest,
    )


def clean_reason(reason: str) -> str:
    """The reason in one line. Refused where there is none."""
    words = " ".join(reason.split())
    if not words:
        raise Refused("Escriba por qué: queda en la historia de la postulación.")
    if len(words) > LONGEST_REASON:
        raise Refused(f"El motivo pasa de {LONGEST_REASON} caracteres: hágalo más corto.")
    return words

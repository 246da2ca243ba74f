"""Blocking: personal data is moved out of its tables and kept until it may be deleted, as the laws demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.folios import parse_folio
from reviewer.call.spec import get_call
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.reasons import limit_reason, require_reason
from reviewer.intake.store.restored_files import lock_files
from reviewer.jury.conflicts.declarations import matches_in
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Batch,
    BlockedRecord,
    Call,
    Eligibility,
    Placement,
    Scenario,
    UnclaimedFile,
    require_id,
)
from reviewer.models.scopes import OPEN_ASSIGNMENT, scenario_in_force
from reviewer.privacy import retention
from reviewer.privacy.data_map import REMOVED_TEXT, STATE_LABELS, applications_of
from reviewer.privacy.sealed_record import (
    CHUNK_SIZE,
    BlockingTerms,
    Progress,
    clear_file_names,
    drop_dry_runs,
    rejected_rows,
    seal,
    seal_files,
    seal_row,
    unclaimed_files_of,
    unseal,
)

WITHDRAWN = "withdrawn"  # the reason of an application whose data was blocked before anything was decided
RETENTION_GROUND = "Terminó el plazo de conservación de la convocatoria."


@dataclass(frozen=True)
class BlockedCounts:
    """How many applications and rejected rows were blocked."""

    applications: int
    rows: int


@verb(Action.KEEP_PRIVACY)
def block(actor: Actor, *, slug: str, folios: Sequence[str], ground: str, delete_after: date) -> BlockedCounts:
    """Blocks the data of some applications and of those that each superseded.

    Before the decision, the applications become ineligible. Raises UserError for one with a seat or
    a place in the selection in force, and for a folio that is unknown or withheld already.
    """
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    terms = BlockingTerms(require_reason(ground), actor.label, _future_day(call, delete_after))
    with write_session() as session:
        applications = [application for folio in folios for application in _blockable(session, call, folio)]
        _require_no_seat(session, call, [application.folio for application in applications])
        _block(session, actor, call, applications, terms)
        drop_dry_runs(session, require_id(call))
    return BlockedCounts(len(applications), 0)


@verb(Action.KEEP_PRIVACY)
def block_due(
    actor: Actor, *, slug: str, delete_after: date, progress: Progress = lambda _done, _all: None
) -> BlockedCounts:
    """Blocks the applications without a seat, and rejected rows, once the retention time is over.

    Each transaction blocks some dozens. After an interruption, a second call continues.
    """
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    terms = BlockingTerms(RETENTION_GROUND, actor.label, _future_day(call, delete_after))
    application_ids, row_ids = _due_ids(call)
    progress(0, len(application_ids) + len(row_ids))
    for start in range(0, len(application_ids), CHUNK_SIZE):
        chunk = application_ids[start : start + CHUNK_SIZE]
        with write_session() as session:
            seated = retention.seated_folios(session, call)  # a seat may have been given meanwhile
            query = select(Application).where(retention.without_seat(call, seated), col(Application.id).in_(chunk))
            _block(session, actor, call, list(session.exec(query)), terms)
        progress(start + len(chunk), len(application_ids) + len(row_ids))
    for _ in range(0, len(row_ids), CHUNK_SIZE):
        with write_session() as session:
            rejected = session.exec(rejected_rows(require_id(call)).limit(CHUNK_SIZE)).all()
            for batch, row in rejected:
                seal_row(session, batch, row, terms)
            log.record(session, actor, "privacy.block_rows", "call", slug, {"rows": len(rejected)})
    with write_session() as session:
        drop_dry_runs(session, require_id(call))
        clear_file_names(session, require_id(call))
        _block_files(session, call, terms)
    progress(len(application_ids) + len(row_ids), len(application_ids) + len(row_ids))
    return BlockedCounts(len(application_ids), len(row_ids))


def _block_files(session: Session, call: Call, terms: BlockingTerms) -> None:
    """Blocks the files that no row claims, a record a batch."""
    files_by_batch: dict[str, tuple[Batch, list[UnclaimedFile]]] = {}
    for batch, file in session.exec(unclaimed_files_of(require_id(call))):
        files_by_batch.setdefault(batch.key, (batch, []))[1].append(file)
    for batch, files in files_by_batch.values():
        seal_files(session, batch, files, terms)


@verb(Action.KEEP_PRIVACY)
def unblock(actor: Actor, *, slug: str, folio: str, reason: str) -> None:
    """Restores blocked data, for example if the person revokes a cancellation."""
    require(actor, Action.KEEP_PRIVACY)
    stated_reason = require_reason(reason)
    call = get_call(slug)
    with write_session() as session:
        lock_files(session)
        records = _blocked_records(session, call, folio)
        for record in records:
            unseal(session, record)
        changes = log.Changes({"reason": ("", stated_reason)}, records[0].application_id)
        log.record(session, actor, "privacy.unblock", "application", folio, {"call": slug}, changes=changes)


@verb(Action.KEEP_PRIVACY)
def hold(actor: Actor, *, slug: str, folio: str, reason: str) -> None:
    """Keeps blocked data from deletion for a reason, such as a lawsuit; an empty reason ends the hold."""
    require(actor, Action.KEEP_PRIVACY)
    reason = limit_reason(reason)
    call = get_call(slug)
    with write_session() as session:
        for record in _blocked_records(session, call, folio):
            record.hold = reason
            session.add(record)
        # The reason is deleted with the record; the audit trail, which is kept, holds no personal data.
        facts = {"call": slug, "held": bool(reason)}
        log.record(session, actor, "privacy.hold", "application", folio, facts)


def _due_ids(call: Call) -> tuple[list[int], list[int]]:
    with read_session() as session:
        until = retention.retention_end(session, call)
        if call.phase not in retention.DECIDED_PHASES or until is None:
            raise UserError("Todavía no hay fallo: el plazo de conservación empieza con el acta firmada.")
        if retention.today_of(call) <= until:
            raise UserError(f"El plazo de conservación termina el {until:%d/%m/%Y}: hasta entonces no se bloquea.")
        seated = retention.seated_folios(session, call)
        query = select(col(Application.id)).where(retention.without_seat(call, seated))
        application_ids = [key for key in session.exec(query.order_by(col(Application.id))) if key]
        row_ids = [require_id(row) for _, row in session.exec(rejected_rows(require_id(call)))]
    return application_ids, row_ids


def _blocked_records(session: Session, call: Call, folio: str) -> Sequence[BlockedRecord]:
    query = select(BlockedRecord).where(
        BlockedRecord.call_id == call.id, BlockedRecord.folio == folio, BlockedRecord.folio != ""
    )
    records = session.exec(query).all()
    if not records:
        raise UserError(f"La {folio} no tiene datos bloqueados.")
    return records


def _block(
    session: Session, actor: Actor, call: Call, applications: Sequence[Application], terms: BlockingTerms
) -> None:
    folios = {application.folio for application in applications}
    _clear_declared_names(session, call, applications)
    records = seal(session, applications, terms)
    if call.phase not in retention.DECIDED_PHASES:
        for application in applications:
            _withdraw(session, application)
    facts = {
        "call": call.slug,
        "folios": sorted(folios),
        "cells": sum(record.cells for record in records),
        "until": terms.delete_after.isoformat(),
    }
    log.record(session, actor, "privacy.block", "call", call.slug, facts)


def _withdraw(session: Session, application: Application) -> None:
    """Makes an application ineligible and closes its assignments."""
    application.eligibility, application.reasons = Eligibility.INELIGIBLE, WITHDRAWN
    application.updated_at = clock.now()
    session.add(application)
    query = select(Assignment).where(Assignment.application_id == application.id, OPEN_ASSIGNMENT)
    for assignment in session.exec(query):
        assignment.closed_at = clock.now()
        session.add(assignment)


def _blockable(session: Session, call: Call, folio: str) -> list[Application]:
    applications = applications_of(session, call, folio)
    current = next((row for row in applications if row.status is ApplicationStatus.CURRENT), None)
    if current is None:
        raise UserError(f"No hay una postulación vigente con el folio {folio}.")
    if current.withheld:
        raise UserError(f"Los datos de la {folio} ya están {STATE_LABELS[current.withheld]}.")
    return [application for application in applications if application.withheld is None]


def _require_no_seat(session: Session, call: Call, folios: Sequence[str]) -> None:
    seated = retention.seated_folios(session, call) & set(folios)
    if seated:
        raise UserError(
            f"La {sorted(seated)[0]} tiene un lugar en la selección firmada: antes se registra su renuncia."
        )
    if call.phase in retention.DECIDED_PHASES:
        return
    query = (
        select(Placement.folio)
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(scenario_in_force(call))
        .where(col(Placement.folio).in_(folios))
    )
    placed = session.exec(query).first()
    if placed:
        raise UserError(f"La {placed} está en la selección vigente: pida a la coordinación que la quite primero.")


def _clear_declared_names(session: Session, call: Call, applications: Sequence[Application]) -> None:
    """Removes these people's names from what jurors declared in advance; conflicts that were found stay."""
    application_ids = [require_id(application) for application in applications]
    for _, declaration in matches_in(session, call, only=application_ids):
        if parse_folio(declaration.entry, call) is None:
            declaration.entry = REMOVED_TEXT
            session.add(declaration)


def _future_day(call: Call, day: date) -> date:
    if day < retention.today_of(call):
        raise UserError("El día en que podrán suprimirse no puede ser anterior a hoy.")
    return day

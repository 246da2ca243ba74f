"""Blocking: data is taken out of sight and kept, for the law's purposes only, until it may be deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.intake.put_back import hold_files
from reviewer.jury.foreseen import folio_of, matches_in
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    BlockedRecord,
    Call,
    Eligibility,
    Placement,
    Scenario,
    Withheld,
)
from reviewer.privacy import retention
from reviewer.privacy.personal import REMOVED_TEXT
from reviewer.privacy.sealing import (
    Terms,
    drop_rehearsals,
    forget_file_names,
    rejected_rows,
    seal,
    seal_row,
    unseal,
)

AT_ONCE = 50
WITHDRAWN = "withdrawn"  # the reason of an application whose data was blocked before anything was decided
RETENTION = "Terminó el plazo de conservación de la convocatoria."
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Blocked:
    """How many were blocked now."""

    applications: int
    rows: int


def block(actor: Actor, *, call: str, folios: Sequence[str], ground: str, delete_after: date) -> Blocked:
    """Blocks the data of some applications, each with the earlier ones of the same person.

    Refused for somebody with a seat, or with a place in the selection in force; one that nobody decided about
    yet leaves the contest with it. Refused where a folio is unknown or blocked already.
    """
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    terms = Terms(_said(ground), actor.label, _later(found, delete_after))
    with writing() as session:
        wanted = [each for folio in folios for each in _with_earlier(session, found, folio)]
        _refuse_seated(session, found, [each.folio for each in wanted])
        _block(session, actor, found, wanted, terms)
        drop_rehearsals(session, found.id or 0)
    return Blocked(len(wanted), 0)


def block_due(
    actor: Actor, *, call: str, delete_after: date, progress: Progress = lambda _done, _all: None
) -> Blocked:
    """Blocks everybody without a seat, and rows that were never stored, once the retention time is over.

    Some dozens a transaction: what is done stays done when it is interrupted, and the same again goes on.
    """
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    terms = Terms(RETENTION, actor.label, _later(found, delete_after))
    keys, rows = _due(found)
    progress(0, len(keys) + len(rows))
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        with writing() as session:
            kept = retention.kept_folios(session, found)  # a seat may have been given meanwhile
            query = retention.not_selected(found, kept).where(col(Application.id).in_(part))
            _block(session, actor, found, list(session.exec(query)), terms)
        progress(start + len(part), len(keys) + len(rows))
    for _ in range(0, len(rows), AT_ONCE):
        with writing() as session:
            lines = session.exec(rejected_rows(found.id or 0).limit(AT_ONCE)).all()
            for batch, line in lines:
                seal_row(session, batch, line, terms)
            audit.record(session, actor, "privacy.block_rows", "call", call, {"rows": len(lines)})
    with writing() as session:
        drop_rehearsals(session, found.id or 0)
        forget_file_names(session, found.id or 0)
    progress(len(keys) + len(rows), len(keys) + len(rows))
    return Blocked(len(keys), len(rows))


def unblock(actor: Actor, *, call: str, folio: str, reason: str) -> None:
    """Puts blocked data back, as where a cancellation was revoked; what was deleted can't be put back."""
    require(actor, Action.KEEP_PRIVACY)
    words = _said(reason)
    found = get_call(call)
    with writing() as session:
        hold_files(session)
        query = select(BlockedRecord).where(
            BlockedRecord.call_id == found.id, BlockedRecord.folio == folio, BlockedRecord.folio != ""
        )
        records = session.exec(query).all()
        if not records:
            raise Refused(f"La {folio} no tiene datos bloqueados.")
        for record in records:
            unseal(session, record)
        about = audit.Changes({"reason": ("", words)}, records[0].application_id)
        audit.record(session, actor, "privacy.unblock", "application", folio, {"call": call}, changes=about)


def hold(actor: Actor, *, call: str, folio: str, reason: str) -> None:
    """Keeps a blocked record from being deleted for a reason, such as a lawsuit; without one, no longer."""
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    with writing() as session:
        query = select(BlockedRecord).where(BlockedRecord.call_id == found.id, BlockedRecord.folio == folio)
        records = session.exec(query).all()
        if not folio or not records:
            raise Refused(f"La {folio} no tiene datos bloqueados.")
        for record in records:
            record.hold = reason.strip()
            session.add(record)
        # The reason goes with the record: the trail outlasts it and names nobody.
        facts = {"call": call, "held": bool(reason.strip())}
        audit.record(session, actor, "privacy.hold", "application", folio, facts)


def _due(call: Call) -> tuple[list[int], list[int]]:
    with reading() as session:
        until = retention.keeps_until(session, call)
        if call.phase not in retention.DECIDED or until is None:
            raise Refused("Todavía no hay fallo: el plazo de conservación empieza con el acta firmada.")
        if retention.today_of(call) <= until:
            raise Refused(
                f"El plazo de conservación termina el {until:%d/%m/%Y}: hasta entonces no se bloquea."
            )
        kept = retention.kept_folios(session, call)
        query = retention.not_selected(call, kept, Application.id).order_by(col(Application.id))
        keys = [int(each) for each in session.exec(query)]
        rows = [line.id or 0 for _, line in session.exec(rejected_rows(call.id or 0))]
    return keys, rows


def _block(session: Session, actor: Actor, call: Call, wanted: Sequence[Application], terms: Terms) -> None:
    names = {each.folio for each in wanted}
    _forget_names(session, call, wanted)
    records = seal(session, wanted, terms)
    if call.phase not in retention.DECIDED:
        for each in wanted:
            _withdraw(session, each)
    facts = {
        "call": call.slug,
        "folios": sorted(names),
        "cells": sum(each.cells for each in records),
        "until": terms.delete_after.isoformat(),
    }
    audit.record(session, actor, "privacy.block", "call", call.slug, facts)


def _withdraw(session: Session, application: Application) -> None:
    """Takes it out of the contest: nobody reads, ranks or selects it any more."""
    application.eligibility, application.reasons = Eligibility.INELIGIBLE, WITHDRAWN
    application.updated_at = clock.now()
    session.add(application)
    query = select(Assignment).where(
        Assignment.application_id == application.id, col(Assignment.closed_at).is_(None)
    )
    for each in session.exec(query):
        each.closed_at = clock.now()
        session.add(each)


def _with_earlier(session: Session, call: Call, folio: str) -> list[Application]:
    """The application under this folio and those of the same person that it superseded."""
    query = select(Application).where(Application.call_id == call.id)
    standing = session.exec(
        query.where(Application.folio == folio, Application.status == ApplicationStatus.CURRENT)
    ).first()
    if standing is None:
        raise Refused(f"No hay una postulación vigente con el folio {folio}.")
    if standing.withheld:
        said = "bloqueados" if standing.withheld is Withheld.BLOCKED else "suprimidos"
        raise Refused(f"Los datos de la {folio} ya están {said}.")
    earlier = query.where(Application.superseded_by == folio, col(Application.withheld).is_(None))
    return [standing, *session.exec(earlier)]


def _refuse_seated(session: Session, call: Call, folios: Sequence[str]) -> None:
    seated = retention.kept_folios(session, call) & set(folios)
    if seated:
        raise Refused(
            f"La {sorted(seated)[0]} tiene un lugar en la selección firmada: antes se registra su renuncia."
        )
    if call.phase in retention.DECIDED:
        return
    query: Any = (
        select(Placement.folio)
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .where(Scenario.call_id == call.id, col(Scenario.in_force_since).is_not(None))
        .where(col(Placement.folio).in_(folios))
    )
    placed = session.exec(query).first()
    if placed:
        raise Refused(
            f"La {placed} está en la selección vigente: pida a la coordinación que la quite primero."
        )


def _forget_names(session: Session, call: Call, wanted: Sequence[Application]) -> None:
    """Names that jurors declared in advance, where they are these people's: the conflicts found stay."""
    keys = [each.id or 0 for each in wanted]
    for _, declared in matches_in(session, call, only=keys):
        if folio_of(declared.entry, call) is None:
            declared.entry = REMOVED_TEXT
            session.add(declared)


def _said(words: str) -> str:
    if not words.strip():
        raise Refused("Escriba el motivo.")
    return words.strip()


def _later(call: Call, day: date) -> date:
    if day < retention.today_of(call):
        raise Refused("El día en que podrán suprimirse no puede ser anterior a hoy.")
    return day

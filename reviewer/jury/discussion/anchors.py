"""Anchors: a few applications that the whole jury reads first, to compare scores and link scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, verb
from reviewer.audit import log
from reviewer.blinding.veil import veil_of
from reviewer.call.spec import call_in, spec_of
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.models import Anchor, Application, Assignment, Call, Conflict, Review, require_id
from reviewer.models.scopes import OPEN_ASSIGNMENT, SUBMITTED_REVIEW, eligible_of

MAX_ANCHORS = 10


@dataclass(frozen=True)
class AnchorProgress:
    """An anchor with its title, and how many jurors have it and have submitted it."""

    application_id: int
    folio: str
    title: str
    opened: bool
    assigned: int
    submitted: int


@verb(Action.RUN_JURY)
def list_anchors(viewer: Actor, *, slug: str) -> list[AnchorProgress]:
    """Returns the call's anchors by folio."""
    require(viewer, Action.RUN_JURY)
    with read_session() as session:
        return _anchor_progress(session, call_in(session, slug))


@verb(Action.RUN_JURY)
def choose(actor: Actor, *, slug: str, folios: Sequence[str]) -> int:
    """Makes these applications anchors; returns how many are new. ``assign`` gives them to the whole jury."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        query = select(Application.folio, Application.id).where(
            eligible_of(call), col(Application.folio).in_(list(folios))
        )
        ids_by_folio: dict[str, Any] = dict(session.exec(query).all())
        unknown = [folio for folio in folios if folio not in ids_by_folio]
        if unknown:
            raise UserError(f"No son postulaciones elegibles de esta convocatoria: {', '.join(unknown)}.")
        anchor_ids = set(session.exec(select(Anchor.application_id).where(Anchor.call_id == call.id)))
        new = {folio: id_ for folio, id_ in ids_by_folio.items() if id_ not in anchor_ids}
        if len(anchor_ids) + len(new) > MAX_ANCHORS:
            raise UserError(f"Son a lo más {MAX_ANCHORS} anclas: cada persona del jurado las lee todas.")
        session.add_all(
            Anchor(application_id=application_id, call_id=require_id(call)) for application_id in new.values()
        )
        session.flush()
        _mark_assignments(session, list(new.values()), anchor=True)
        if new:
            log.record(session, actor, "anchor.choose", "call", slug, {"folios": sorted(new)})
        return len(new)


@verb(Action.RUN_JURY)
def drop(actor: Actor, *, slug: str, folio: str) -> None:
    """Makes an anchor an ordinary application, before its comparison is opened; assignments stay."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        anchor = session.exec(
            select(Anchor).join(Application).where(Anchor.call_id == call.id, Application.folio == folio)
        ).first()
        if anchor is None:
            return
        if anchor.opened_at is not None:
            raise UserError("Su comparación ya se abrió: deja de ser ancla solo antes de eso.")
        _mark_assignments(session, [anchor.application_id], anchor=False)
        session.delete(anchor)
        log.record(session, actor, "anchor.drop", "call", slug, {"folio": folio})


@verb(Action.RUN_JURY)
def open_comparison(actor: Actor, *, slug: str) -> int:
    """Opens the comparison to jurors who submitted all anchors, fixes the scores; returns how many opened."""
    with write_call(actor, Action.RUN_JURY, slug) as (session, call):
        query = select(Anchor).where(Anchor.call_id == call.id, col(Anchor.opened_at).is_(None))
        unopened = session.exec(query).all()
        for anchor in unopened:
            anchor.opened_at = clock.now()
        if not unopened:
            raise UserError("No hay anclas por abrir.")
        log.record(session, actor, "anchor.open", "call", slug, {"opened": len(unopened)})
        return len(unopened)


def is_opened(session: Session, application_id: int | None) -> bool:
    """Returns whether the scores of this application were opened for comparison, and so are fixed."""
    anchor = session.get(Anchor, application_id)
    return anchor is not None and anchor.opened_at is not None


@condition(
    "Before deliberation a juror compares scores only of anchors that a coordinator opened, and only after "
    "sending the reviews of all those that they may read."
)
def opened_anchor_ids(session: Session, call: Call, person_id: int | None) -> list[int]:
    """Returns the opened anchors if this juror has submitted all that they may read, else none."""
    opened = select(Anchor.application_id).where(Anchor.call_id == call.id, col(Anchor.opened_at).is_not(None))
    submitted = select(Review.application_id).where(Review.person_id == person_id, SUBMITTED_REVIEW)
    conflicting = select(Conflict.application_id).where(Conflict.person_id == person_id)
    readable = set(session.exec(opened.where(col(Anchor.application_id).not_in(conflicting))))
    sent = set(session.exec(submitted.where(col(Review.application_id).in_(readable))))
    return sorted(readable) if readable and readable == sent else []


def _mark_assignments(session: Session, application_ids: list[int], *, anchor: bool) -> None:
    session.execute(update(Assignment).where(col(Assignment.application_id).in_(application_ids)).values(anchor=anchor))


def _anchor_progress(session: Session, call: Call) -> list[AnchorProgress]:
    sent = (
        select(func.count()).where(Review.application_id == Anchor.application_id, SUBMITTED_REVIEW).scalar_subquery()
    )
    assigned = (
        select(func.count())
        .where(Assignment.application_id == Anchor.application_id, OPEN_ASSIGNMENT)
        .scalar_subquery()
    )
    query = (
        sa.select(
            *(col(Anchor.application_id), col(Application.folio), col(Application.project_title)),
            *(col(Anchor.opened_at).is_not(None), assigned, sent),
        )
        .select_from(Anchor)
        .join(Application, col(Application.id) == Anchor.application_id)
        .where(col(Anchor.call_id) == call.id)
        .order_by(col(Application.folio))
    )
    rows = session.execute(query).all()
    ids = [row.application_id for row in rows]
    veil = veil_of(session, blind=spec_of(call).review.blind, application_ids=ids)
    return [AnchorProgress(row[0], row.folio, veil(row[0], row.project_title), *row[3:]) for row in rows]

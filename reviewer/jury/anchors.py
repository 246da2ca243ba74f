"""Anchors: a few applications that the whole jury reads first, to compare its scores and link its scales."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.jury.panel import call_in
from reviewer.jury.sharing import is_eligible
from reviewer.models import Anchor, Application, Assignment, Call, Conflict, Review, ReviewStatus

MOST = 10


@dataclass(frozen=True)
class Standing:
    """An anchor: its title as it was sent, how many of the jury have it and have sent it."""

    application_id: int
    folio: str
    title: str
    opened: bool
    given: int
    submitted: int


def chosen(viewer: Actor, *, call: str) -> list[Standing]:
    """The call's anchors, by folio."""
    require(viewer, Action.RUN_JURY)
    with reading() as session:
        return _standings(session, call_in(session, call))


def choose(actor: Actor, *, call: str, folios: Sequence[str]) -> int:
    """Makes these applications anchors too; how many are new. ``assign`` gives them to the whole jury."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        query = select(Application.folio, Application.id).where(
            *is_eligible(stored), col(Application.folio).in_(list(folios))
        )
        found = dict(session.exec(query).all())
        unknown = [each for each in folios if each not in found]
        if unknown:
            raise Refused(f"No son postulaciones elegibles de esta convocatoria: {', '.join(unknown)}.")
        known = set(session.exec(select(Anchor.application_id).where(Anchor.call_id == stored.id)))
        new = {folio: number or 0 for folio, number in found.items() if number not in known}
        if len(known) + len(new) > MOST:
            raise Refused(f"Son a lo más {MOST} anclas: cada persona del jurado las lee todas.")
        session.add_all(Anchor(application_id=each, call_id=stored.id or 0) for each in new.values())
        session.flush()
        _mark(session, list(new.values()), anchor=True)
        if new:
            audit.record(session, actor, "anchor.choose", "call", call, {"folios": sorted(new)})
        return len(new)


def drop(actor: Actor, *, call: str, folio: str) -> None:
    """An anchor becomes an application like any other; who has it keeps it. Not once they were opened."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        found = session.exec(
            select(Anchor).join(Application).where(Anchor.call_id == stored.id, Application.folio == folio)
        ).first()
        if found is None:
            return
        if found.opened_at is not None:
            raise Refused("Su comparación ya se abrió: deja de ser ancla solo antes de eso.")
        _mark(session, [found.application_id], anchor=False)
        session.delete(found)
        audit.record(session, actor, "anchor.drop", "call", call, {"folio": folio})


def open_comparison(actor: Actor, *, call: str) -> int:
    """Lets jurors who sent all anchors compare; how many were opened. Their scores stay as they are then."""
    require(actor, Action.RUN_JURY)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.RUN_JURY, stored.phase)
        closed = list(
            session.exec(select(Anchor).where(Anchor.call_id == stored.id, col(Anchor.opened_at).is_(None)))
        )
        for each in closed:
            each.opened_at = clock.now()
        if not closed:
            raise Refused("No hay anclas por abrir.")
        audit.record(session, actor, "anchor.open", "call", call, {"opened": len(closed)})
        return len(closed)


def is_opened(session: Session, application_id: int | None) -> bool:
    """Whether the scores of this application were opened for comparison, and so are not to be changed."""
    found = session.get(Anchor, application_id)
    return found is not None and found.opened_at is not None


def opened_for(session: Session, call: Call, person_id: int | None) -> list[int]:
    """The opened anchors, where this juror has sent every one that she may read; else none."""
    opened = select(Anchor.application_id).where(
        Anchor.call_id == call.id, col(Anchor.opened_at).is_not(None)
    )
    hers = select(Review.application_id).where(
        Review.person_id == person_id, Review.status == ReviewStatus.SUBMITTED
    )
    not_hers = select(Conflict.application_id).where(Conflict.person_id == person_id)
    readable = set(session.exec(opened.where(col(Anchor.application_id).not_in(not_hers))))
    sent = set(session.exec(hers.where(col(Review.application_id).in_(readable))))
    return sorted(readable) if readable and readable == sent else []


def _mark(session: Session, applications: list[int], *, anchor: bool) -> None:
    session.execute(
        update(Assignment).where(col(Assignment.application_id).in_(applications)).values(anchor=anchor)
    )


def _standings(session: Session, call: Call) -> list[Standing]:
    sent = (
        select(func.count())
        .where(Review.application_id == Anchor.application_id, Review.status == ReviewStatus.SUBMITTED)
        .scalar_subquery()
    )
    given = (
        select(func.count())
        .where(Assignment.application_id == Anchor.application_id, col(Assignment.closed_at).is_(None))
        .scalar_subquery()
    )
    query = (
        sa.select(
            *(col(Anchor.application_id), col(Application.folio), col(Application.project_title)),
            *(col(Anchor.opened_at).is_not(None), given, sent),
        )
        .select_from(Anchor)
        .join(Application, col(Application.id) == Anchor.application_id)
        .where(col(Anchor.call_id) == call.id)
        .order_by(col(Application.folio))
    )
    return [Standing(*row) for row in session.execute(query)]

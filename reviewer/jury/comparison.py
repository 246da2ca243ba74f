"""The jury's scores of one application side by side, for those who may see them and from when they may."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed, require
from reviewer.blind import veil_of
from reviewer.calls import CallSpec, spec_of
from reviewer.database import reading
from reviewer.jury import anchors
from reviewer.jury.panel import call_in
from reviewer.models import (
    Anchor,
    Application,
    ApplicationStatus,
    Call,
    Conflict,
    Person,
    Review,
    ReviewStatus,
    Role,
    Score,
)


@dataclass(frozen=True)
class Reading:
    """One juror's levels by criterion, and her points out of 100."""

    juror: str
    hers: bool
    levels: dict[str, int]
    points: float


@dataclass(frozen=True)
class Compared:
    """An application with every reading sent of it, the most generous first."""

    folio: str
    title: str
    anchor: bool
    readings: tuple[Reading, ...]

    @property
    def mean(self) -> float:
        """Of the points."""
        return fmean(each.points for each in self.readings)

    @property
    def difference(self) -> float:
        """Points between the most generous and the most severe reading."""
        return self.readings[0].points - self.readings[-1].points


def compared(viewer: Actor, *, call: str, offset: int = 0, limit: int = 10) -> tuple[list[Compared], int]:
    """A page of what this viewer may compare now, and how many there are in all.

    A juror: opened anchors once she sent all of them; from deliberation on, everything that she sent.
    Coordinators: the anchors, at any time. Nobody who has a conflict with an application sees its scores.
    """
    action = Action.COMPARE_ANCHORS if viewer.role is Role.JURY else Action.RUN_JURY
    require(viewer, action)
    with reading() as session:
        stored = call_in(session, call)
        ids = _comparable(session, viewer, stored) if allowed(viewer, action, stored.phase) else []
        page = ids[offset : offset + limit]
        return _compared(session, viewer, stored, page), len(ids)


def _comparable(session: Session, viewer: Actor, call: Call) -> list[int]:
    marked = select(Anchor.application_id).where(Anchor.call_id == call.id)
    if viewer.role is not Role.JURY:
        return _ordered(session, set(session.exec(marked)))
    if not allowed(viewer, Action.SEE_OTHERS_SCORES, call.phase):
        return _ordered(session, set(anchors.opened_for(session, call, viewer.person_id)))
    not_hers = select(Conflict.application_id).where(Conflict.person_id == viewer.person_id)
    hers = select(Review.application_id).where(
        Review.call_id == call.id,
        Review.person_id == viewer.person_id,
        Review.status == ReviewStatus.SUBMITTED,
        col(Review.application_id).not_in(not_hers),
    )
    return _ordered(session, set(session.exec(hers)))


def _ordered(session: Session, ids: set[int]) -> list[int]:
    """Anchors first, then by folio; only those that stand."""
    if not ids:
        return []
    query = (
        select(Application.id)
        .outerjoin(Anchor, col(Anchor.application_id) == Application.id)
        .where(col(Application.id).in_(ids), Application.status == ApplicationStatus.CURRENT)
        .order_by(col(Anchor.application_id).is_(None), Application.folio)
    )
    return [each or 0 for each in session.exec(query)]


def _compared(session: Session, viewer: Actor, call: Call, ids: list[int]) -> list[Compared]:
    spec = spec_of(call)
    marked = set(session.exec(select(Anchor.application_id).where(col(Anchor.application_id).in_(ids))))
    projects = session.exec(select(Application).where(col(Application.id).in_(ids))).all()
    by_id = {each.id or 0: each for each in projects}
    readings = _readings(session, viewer, spec, ids)
    veil = veil_of(session, blind=spec.review.blind, application_ids=ids)
    return [
        Compared(
            folio=by_id[each].folio,
            title=veil(each, by_id[each].project_title),
            anchor=each in marked,
            readings=tuple(sorted(readings[each], key=lambda its: (-its.points, its.juror))),
        )
        for each in ids
        if readings[each]
    ]


def _readings(session: Session, viewer: Actor, spec: CallSpec, ids: list[int]) -> dict[int, list[Reading]]:
    query = (
        sa.select(
            *(col(Review.application_id), col(Review.person_id), col(Person.name)),
            *(col(Score.criterion), col(Score.value)),
        )
        .select_from(Score)
        .join(Review, col(Review.id) == Score.review_id)
        .join(Person, col(Person.id) == Review.person_id)
        .outerjoin(
            Conflict,
            (col(Conflict.application_id) == Review.application_id)
            & (col(Conflict.person_id) == Review.person_id),
        )
        .where(col(Review.application_id).in_(ids), col(Review.status) == ReviewStatus.SUBMITTED)
        .where(col(Conflict.id).is_(None))
    )
    levels: dict[tuple[int, int, str], dict[str, int]] = defaultdict(dict)
    for application, person, name, criterion, value in session.execute(query):
        levels[application, person, name][criterion] = value
    found: dict[int, list[Reading]] = defaultdict(list)
    for (application, person, name), given in levels.items():
        points = spec.points(given)
        if points is not None:
            found[application].append(Reading(name, person == viewer.person_id, given, points))
    return found

"""The jury's scores of one application side by side, for those who may see them and from when they may."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed, require, verb
from reviewer.blinding.veil import veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec, call_in, spec_of
from reviewer.core.database import read_session
from reviewer.jury.discussion import anchors
from reviewer.models import (
    Anchor,
    Application,
    Call,
    Conflict,
    Person,
    Review,
    Role,
    Score,
    require_id,
)
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW


@dataclass(frozen=True)
class Reading:
    """One juror's levels by criterion, and her points out of 100."""

    juror: str
    is_own: bool
    levels: dict[str, int]
    points: float


@dataclass(frozen=True)
class ComparedApplication:
    """An application with every reading sent of it, the most generous first."""

    folio: str
    title: str
    anchor: bool
    readings: tuple[Reading, ...]

    @property
    def mean(self) -> float:
        """Of the points."""
        return fmean(reading.points for reading in self.readings)

    @property
    def difference(self) -> float:
        """Points between the most generous and the most severe reading."""
        return self.readings[0].points - self.readings[-1].points


@verb(Action.COMPARE_ANCHORS, Action.RUN_JURY)
def compared_applications(
    viewer: Actor, *, slug: str, offset: int = 0, limit: int = 10
) -> tuple[list[ComparedApplication], int]:
    """A page of what this viewer may compare now, and how many there are in all.

    A juror: opened anchors once she sent all of them; from deliberation on, everything that she sent.
    Coordinators: the anchors, at any time. Nobody who has a conflict with an application sees its scores.
    """
    action = Action.COMPARE_ANCHORS if viewer.role is Role.JURY else Action.RUN_JURY
    require(viewer, action)
    with read_session() as session:
        call = call_in(session, slug)
        ids = _comparable_ids(session, viewer, call) if is_allowed(viewer, action, call.phase) else []
        page = ids[offset : offset + limit]
        return _load_compared(session, viewer, call, page), len(ids)


def _comparable_ids(session: Session, viewer: Actor, call: Call) -> list[int]:
    anchors_query = select(Anchor.application_id).where(Anchor.call_id == call.id)
    if viewer.role is not Role.JURY:
        return _sort_ids(session, set(session.exec(anchors_query)))
    if not is_allowed(viewer, Action.SEE_OTHERS_SCORES, call.phase):
        return _sort_ids(session, set(anchors.opened_anchor_ids(session, call, viewer.person_id)))
    conflicting = select(Conflict.application_id).where(Conflict.person_id == viewer.person_id)
    submitted = select(Review.application_id).where(
        Review.call_id == call.id,
        Review.person_id == viewer.person_id,
        SUBMITTED_REVIEW,
        col(Review.application_id).not_in(conflicting),
    )
    return _sort_ids(session, set(session.exec(submitted)))


def _sort_ids(session: Session, ids: set[int]) -> list[int]:
    """Anchors first, then by folio; only those that stand."""
    if not ids:
        return []
    query = (
        select(Application.id)
        .outerjoin(Anchor, col(Anchor.application_id) == Application.id)
        .where(col(Application.id).in_(ids), CURRENT_APPLICATION)
        .order_by(col(Anchor.application_id).is_(None), Application.folio)
    )
    return [application_id or 0 for application_id in session.exec(query)]


def _load_compared(session: Session, viewer: Actor, call: Call, ids: list[int]) -> list[ComparedApplication]:
    spec = spec_of(call)
    anchor_ids = set(session.exec(select(Anchor.application_id).where(col(Anchor.application_id).in_(ids))))
    applications = session.exec(select(Application).where(col(Application.id).in_(ids))).all()
    by_id = {require_id(application): application for application in applications}
    readings = _readings(session, viewer, spec, ids)
    veil = veil_of(session, blind=spec.review.blind, application_ids=ids)
    return [
        ComparedApplication(
            folio=by_id[application_id].folio,
            title=veil(application_id, by_id[application_id].project_title),
            anchor=application_id in anchor_ids,
            readings=tuple(
                sorted(readings[application_id], key=lambda reading: (-reading.points, reading.juror))
            ),
        )
        for application_id in ids
        if readings[application_id]
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
        .where(col(Review.application_id).in_(ids), SUBMITTED_REVIEW)
        .where(col(Conflict.id).is_(None))
    )
    levels: dict[tuple[int, int, str], dict[str, int]] = defaultdict(dict)
    for application_id, person_id, name, criterion, value in session.execute(query):
        levels[application_id, person_id, name][criterion] = value
    readings: dict[int, list[Reading]] = defaultdict(list)
    for (application_id, person_id, name), criterion_levels in levels.items():
        total = points.total(criterion_levels, spec)
        if total is not None:
            readings[application_id].append(
                Reading(name, person_id == viewer.person_id, criterion_levels, total)
            )
    return readings

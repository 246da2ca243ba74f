"""The jury's scores of one application side by side, for those who may see them, when they may."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed, require, verb
from reviewer.blinding.veil import veil_of
from reviewer.call import points
from reviewer.call.spec import CallSpec, call_in, spec_of
from reviewer.core.database import read_session
from reviewer.jury.discussion import anchors
from reviewer.models import Anchor, Application, Call, Person, Review, Role, Score, require_id
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW, has_conflict


@dataclass(frozen=True)
class Reading:
    """One juror's levels by criterion and points out of 100."""

    juror: str
    is_own: bool
    levels: dict[str, int]
    points: float


@dataclass(frozen=True)
class ComparedApplication:
    """An application with its submitted readings, the most generous first."""

    folio: str
    title: str
    anchor: bool
    readings: tuple[Reading, ...]

    @property
    def mean(self) -> float:
        """The mean of the points."""
        return fmean(reading.points for reading in self.readings)

    @property
    def difference(self) -> float:
        """Points between the most generous and the most severe reading."""
        return self.readings[0].points - self.readings[-1].points


@verb(Action.COMPARE_ANCHORS, Action.RUN_JURY)
def compared_applications(
    viewer: Actor, *, slug: str, offset: int = 0, limit: int = 10
) -> tuple[list[ComparedApplication], int]:
    """Returns a page of what this viewer may compare now, and the number of all.

    Jurors: opened anchors once they submitted all of them; from deliberation on, all that they submitted.
    Coordinators: the anchors, at any time. Nobody with a conflict of interest sees an application's scores.
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
    submitted = select(Review.application_id).where(
        Review.call_id == call.id,
        Review.person_id == viewer.person_id,
        SUBMITTED_REVIEW,
        ~has_conflict(Review),
    )
    return _sort_ids(session, set(session.exec(submitted)))


def _sort_ids(session: Session, ids: set[int]) -> list[int]:
    """Returns the current ones of these applications, anchors first, then by folio."""
    if not ids:
        return []
    query: Any = (
        select(Application.id)
        .outerjoin(Anchor, col(Anchor.application_id) == Application.id)
        .where(col(Application.id).in_(ids), CURRENT_APPLICATION)
        .order_by(col(Anchor.application_id).is_(None), Application.folio)
    )
    return list(session.exec(query))


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
            readings=tuple(sorted(readings[application_id], key=lambda reading: (-reading.points, reading.juror))),
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
        .where(col(Review.application_id).in_(ids), SUBMITTED_REVIEW, ~has_conflict(Review))
    )
    levels: dict[tuple[int, int, str], dict[str, int]] = defaultdict(dict)
    for application_id, person_id, name, criterion, value in session.execute(query):
        levels[application_id, person_id, name][criterion] = value
    readings: dict[int, list[Reading]] = defaultdict(list)
    for (application_id, person_id, name), criterion_levels in levels.items():
        total = points.total(criterion_levels, spec)
        if total is not None:
            readings[application_id].append(Reading(name, person_id == viewer.person_id, criterion_levels, total))
    return readings

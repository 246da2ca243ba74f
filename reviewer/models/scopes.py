"""Conditions and joins that many queries share."""

from typing import TypeVar

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from reviewer.models.applications import Application, ApplicationStatus, Document, Eligibility
from reviewer.models.batches import UnclaimedFile
from reviewer.models.calls import Call
from reviewer.models.decision import Scenario
from reviewer.models.jury import Assignment, Conflict, Review, ReviewStatus
from reviewer.models.panel import ConflictSuggestion
from reviewer.models.reading import Flag, ManualCover

_Row = TypeVar("_Row", Document, Flag, ManualCover)
CURRENT_APPLICATION: ColumnElement[bool] = col(Application.status) == ApplicationStatus.CURRENT
"""The application stands: no later one of the same person replaced it."""
ELIGIBLE_APPLICATION: ColumnElement[bool] = col(Application.eligibility) == Eligibility.ELIGIBLE
"""The jury may be given the application."""
OPEN_ASSIGNMENT: ColumnElement[bool] = col(Assignment.closed_at).is_(None)
"""The juror has the application now: it was not taken back, and the juror has no conflict."""
SUBMITTED_REVIEW: ColumnElement[bool] = col(Review.status) == ReviewStatus.SUBMITTED
"""The review was sent and was not given back or set aside; only such reviews count."""
REVIEW_OF_ASSIGNMENT: ColumnElement[bool] = and_(
    col(Review.application_id) == Assignment.application_id, col(Review.person_id) == Assignment.person_id
)
"""Joins a review to its assignment."""
STORED_UNCLAIMED_FILE: ColumnElement[bool] = and_(col(UnclaimedFile.refused).is_(None), col(UnclaimedFile.path) != "")
"""The bytes of the file that no row claims are in the store, and may be shown."""


def current_of(call: Call) -> ColumnElement[bool]:
    """Returns the condition on ``Application`` of being current in this call."""
    return and_(col(Application.call_id) == call.id, CURRENT_APPLICATION)


def eligible_of(call: Call) -> ColumnElement[bool]:
    """Returns the condition on ``Application`` of being current and eligible in this call."""
    return and_(current_of(call), ELIGIBLE_APPLICATION)


def with_call(rows: type[_Row]) -> Select[_Row, Application, Call]:
    """Returns the query for rows that name an application, each with its application and call."""
    return (
        select(rows, Application, Call)
        .join(Application, col(Application.id) == rows.application_id)
        .join(Call, col(Call.id) == Application.call_id)
    )


def is_assigned(rows: type[ConflictSuggestion]) -> ColumnElement[bool]:
    """Returns the condition on rows that their person has their application now."""
    return exists().where(
        OPEN_ASSIGNMENT,
        col(Assignment.application_id) == rows.application_id,
        col(Assignment.person_id) == rows.person_id,
    )


def is_reviewed(rows: type[ConflictSuggestion]) -> ColumnElement[bool]:
    """Returns the condition on rows that their person has sent a review of their application."""
    return exists().where(
        SUBMITTED_REVIEW,
        col(Review.application_id) == rows.application_id,
        col(Review.person_id) == rows.person_id,
    )


def has_conflict(rows: type[Assignment] | type[Review]) -> ColumnElement[bool]:
    """Returns the condition on rows that their person has a conflict of interest with their application."""
    return exists().where(
        col(Conflict.application_id) == rows.application_id, col(Conflict.person_id) == rows.person_id
    )


def scenario_in_force(call: Call) -> ColumnElement[bool]:
    """Returns the condition on ``Scenario`` of being the one in force of this call."""
    return and_(col(Scenario.call_id) == call.id, col(Scenario.in_force_since).is_not(None))

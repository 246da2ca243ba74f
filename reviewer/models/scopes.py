"""Conditions on rows that many queries share."""

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from reviewer.models.calls import Call
from reviewer.models.decision import Scenario


def scenario_in_force(call: Call) -> ColumnElement[bool]:
    """Returns the condition on ``Scenario`` of being the one in force of this call."""
    return and_(col(Scenario.call_id) == call.id, col(Scenario.in_force_since).is_not(None))

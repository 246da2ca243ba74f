"""Rules that gather answers into groups, as coordinators changed them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from reviewer.models.columns import timestamp


class GroupingRules(SQLModel, table=True):
    """A question's rules (see ``demographics.group_rules``); without a row the default ones apply."""

    field: str = Field(primary_key=True)
    text: str
    version: int = 1
    changed_at: datetime = timestamp()

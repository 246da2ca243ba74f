"""What coordinators changed in how answers are gathered into groups."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from reviewer.models.columns import timestamp


class GroupingRules(SQLModel, table=True):
    """A field's rules as they were last written (see ``grouping_rules``); no row: those that ship."""

    field: str = Field(primary_key=True)
    text: str
    version: int = 1
    changed_at: datetime = timestamp()

"""what persons cover on pages and in applications

Revision: a93c6e1f70d2, after 5b92e7d04c1a
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from reviewer.models.columns import UtcDateTime

revision = "a93c6e1f70d2"
down_revision = "5b92e7d04c1a"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "manualcover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", TEXT, nullable=False, unique=True),
        sa.Column(
            "application_id", sa.Integer(), sa.ForeignKey("application.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("sha256", TEXT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("page", "x0", "y0", "x1", "y1")),
        sa.Column("term", TEXT, nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_manualcover_application_id", "manualcover", ["application_id"])

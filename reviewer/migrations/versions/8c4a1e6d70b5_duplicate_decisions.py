"""decisions about two applications that may be one person's

Revision: 8c4a1e6d70b5, after 3d8e5b7f1c96
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from reviewer.models.columns import UtcDateTime

revision = "8c4a1e6d70b5"
down_revision = "3d8e5b7f1c96"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "duplicatedecision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("call.id"), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("other_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
    )
    op.create_index("duplicate_decision_pair", "duplicatedecision", ["call_id", "application_id", "other_id"])
    for name in ("application_id", "other_id"):
        op.create_index(f"ix_duplicatedecision_{name}", "duplicatedecision", [name])

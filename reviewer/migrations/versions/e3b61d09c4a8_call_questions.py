"""questions that were added to a call after its form, from columns that no question claimed

Revision: e3b61d09c4a8, after c27d5e90b1f4
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "e3b61d09c4a8"
down_revision = "c27d5e90b1f4"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "callquestion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("call.id"), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("header", TEXT, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("call_id", "key"),
    )
    op.create_index("ix_callquestion_call_id", "callquestion", ["call_id"])

"""pages that are pictures, and what was read on them by machine

Revision: a41f7c0be9d3, after 6c1f0a9d42b7
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "a41f7c0be9d3"
down_revision = "6c1f0a9d42b7"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "ocrdocument",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "ocrresult",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("page", sa.Integer(), primary_key=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", TEXT, nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("words", TEXT, nullable=False),
    )
    op.create_index("ocr_result_pending", "ocrresult", ["read_at", "claimed_at"])

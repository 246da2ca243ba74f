"""PDFs of batches that no row claims, whose bytes are kept so that they can be given to an application

Revision: 3d8e5b7f1c96, after 0d7e3b915ac2
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "3d8e5b7f1c96"
down_revision = "0d7e3b915ac2"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "unclaimedfile",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", TEXT, nullable=False, unique=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("has_text", sa.Boolean(), nullable=False),
        sa.Column("active_content", sa.Boolean(), nullable=False),
        sa.Column("unreadable_pages", sa.Boolean(), nullable=False),
        sa.Column("refused", TEXT, nullable=True),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo", sa.JSON(), nullable=False),
        sa.UniqueConstraint("batch_id", "sha256"),
    )
    for name in ("batch_id", "sha256", "application_id"):
        op.create_index(f"ix_unclaimedfile_{name}", "unclaimedfile", [name])
    op.add_column("blockedrecord", sa.Column("is_of_files", sa.Boolean(), nullable=False, server_default=sa.false()))

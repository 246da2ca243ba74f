"""the documents as they were when a review was sent

Revision: 0d7e3b915ac2, after f19a4c7d2e60
"""

import sqlalchemy as sa
from alembic import op

revision = "0d7e3b915ac2"
down_revision = "f19a4c7d2e60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revieweddocument",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("review_id", sa.Integer(), sa.ForeignKey("review.id"), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.UniqueConstraint("public_id"),
    )
    for column in ("review_id", "sha256"):
        op.create_index(f"ix_revieweddocument_{column}", "revieweddocument", [column])

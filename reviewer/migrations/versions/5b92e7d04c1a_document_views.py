"""the place, size and turned pages of a document as a person last saw it

Revision: 5b92e7d04c1a, after 8c4a1e6d70b5
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from reviewer.models.columns import UtcDateTime

revision = "5b92e7d04c1a"
down_revision = "8c4a1e6d70b5"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString()
TABLE = "documentview"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("page_rotations", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("zoom", sa.Integer(), nullable=False),
        sa.Column("fit", TEXT, nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
    )
    op.execute(
        f"INSERT INTO {TABLE} (document_id, person_id, rotation, page_rotations, page, top, zoom, fit, seen_at) "
        "SELECT document_id, person_id, rotation, '{}', 1, 0, 100, 'width', '2025-01-01 00:00:00' FROM pageturn"
    )
    op.drop_table("pageturn")

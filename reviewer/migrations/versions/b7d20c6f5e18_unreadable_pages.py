"""documents with pages that can't be read as drawn

Revision: b7d20c6f5e18, after e3b61d09c4a8
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d20c6f5e18"
down_revision = "e3b61d09c4a8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("unreadable_pages", sa.Boolean(), nullable=False, server_default=sa.false()))

"""what an applicant answered about the privacy notice

Revision: f19a4c7d2e60, after b7d20c6f5e18
"""

import sqlalchemy as sa
from alembic import op

revision = "f19a4c7d2e60"
down_revision = "b7d20c6f5e18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("privacy_consent", sa.String(), nullable=True))

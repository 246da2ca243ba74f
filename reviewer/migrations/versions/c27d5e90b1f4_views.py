"""the views for analysts, which env.py creates after the last migration

Revision: c27d5e90b1f4, after a41f7c0be9d3
"""

revision = "c27d5e90b1f4"
down_revision = "a41f7c0be9d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass

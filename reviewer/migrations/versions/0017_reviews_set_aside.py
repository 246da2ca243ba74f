"""reviews of people who recused themselves are set aside

Revision: 0017, after 0016
"""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

RECUSED = """exists (select 1 from conflict where conflict.application_id = review.application_id
              and conflict.person_id = review.person_id)"""


def upgrade() -> None:
    op.execute(f"update review set status = 'set_aside' where {RECUSED}")

"""rate of a job; fingerprint of a batch

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rate', sa.Float(), nullable=False, server_default='0'))
    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fingerprint', sa.String(), nullable=False, server_default=''))
        batch_op.create_index('ix_batch_fingerprint', ['fingerprint'], unique=False)

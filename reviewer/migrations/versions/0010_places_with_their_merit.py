"""merit and rank of placements

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merit', sa.Float(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('rank', sa.Integer(), nullable=False, server_default='0'))

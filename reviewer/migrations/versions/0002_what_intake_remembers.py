"""digests of rows, superseded applications, active content

Revision: 0002, after 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('superseded_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.create_index('batch_by_source', ['call_id', 'source_hash'], unique=True)

    with op.batch_alter_table('batchrow', schema=None) as batch_op:
        batch_op.add_column(sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('active_content', sa.Boolean(), nullable=False, server_default=sa.false()))

"""digests that recognise people whose data was withheld

Revision: 0018, after 0017
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('withheldmark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('withheldmark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_withheldmark_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_withheldmark_call_id'), ['call_id'], unique=False)

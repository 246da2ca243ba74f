"""documents read through, messages to the committee corrected or withdrawn

Revision: 0014, after 0013
"""

import reviewer.models.columns
import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('readdocument',
    sa.Column('document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sought', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('read_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('document')
    )
    with op.batch_alter_table('committeemessage', schema=None) as batch_op:
        for name in ('corrected_at', 'withdrawn_at'):
            batch_op.add_column(sa.Column(name, reviewer.models.columns.UtcDateTime(timezone=True), nullable=True))

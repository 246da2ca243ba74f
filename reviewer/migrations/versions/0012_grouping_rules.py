"""grouping rules

Revision: 0012, after 0011
"""

import reviewer.models.columns
import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('groupingrules',
    sa.Column('field', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('field')
    )

"""the reason of a changed due date

Revision: 0019, after 0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('privacyrequest', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('due_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default='')
        )

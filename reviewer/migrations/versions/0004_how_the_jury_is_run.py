"""panel, extensions, declared conflicts, anchors

Revision: 0004, after 0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import reviewer.models.columns

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

TIME = reviewer.models.columns.UtcDateTime(timezone=True)
TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('anchor', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', TEXT, nullable=False, server_default='opening'))
        batch_op.add_column(sa.Column('signed_as', TEXT, nullable=False, server_default=''))

    op.create_table('panelmember',
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=True),
    sa.Column('alcaldia', TEXT, nullable=True),
    sa.Column('left_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('call_id', 'person_id')
    )
    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('closes_at', TIME, nullable=False),
    sa.Column('reason', TEXT, nullable=False),
    sa.Column('granted_at', TIME, nullable=False),
    sa.Column('withdrawn_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extension_person_id'), ['person_id'], unique=False)

    op.create_table('conflictdeclaration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('entry', TEXT, nullable=False),
    sa.Column('kind', TEXT, nullable=False),
    sa.Column('statement', TEXT, nullable=False),
    sa.Column('signed_as', TEXT, nullable=False),
    sa.Column('declared_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('conflictdeclaration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflictdeclaration_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflictdeclaration_person_id'), ['person_id'], unique=False)

    op.create_table('conflictsuggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', TEXT, nullable=False),
    sa.Column('evidence', TEXT, nullable=False),
    sa.Column('found_at', TIME, nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=True),
    sa.Column('decided_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'person_id', 'reason')
    )
    with op.batch_alter_table('conflictsuggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflictsuggestion_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflictsuggestion_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conflictsuggestion_person_id'), ['person_id'], unique=False)

    op.create_table('anchor',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('chosen_at', TIME, nullable=False),
    sa.Column('opened_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('application_id')
    )
    with op.batch_alter_table('anchor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_anchor_call_id'), ['call_id'], unique=False)

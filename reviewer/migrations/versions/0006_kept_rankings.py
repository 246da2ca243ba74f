"""stored rankings and additional readings

Revision: 0006, after 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import reviewer.models.columns

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('keptranking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('stamp', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('computed_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('keptranking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_keptranking_call_id'), ['call_id'], unique=False)

    op.create_table('furtherround',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('ranking_id', sa.Integer(), nullable=False),
    sa.Column('readings', sa.Integer(), nullable=False),
    sa.Column('given_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.ForeignKeyConstraint(['ranking_id'], ['keptranking.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('furtherround', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_furtherround_call_id'), ['call_id'], unique=False)

    op.create_table('rankedjuror',
    sa.Column('ranking_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('severity', sa.Float(), nullable=False),
    sa.Column('severity_error', sa.Float(), nullable=False),
    sa.Column('spread', sa.Float(), nullable=False),
    sa.Column('spread_error', sa.Float(), nullable=False),
    sa.Column('noise', sa.Float(), nullable=False),
    sa.Column('noise_error', sa.Float(), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['ranking_id'], ['keptranking.id'], ),
    sa.PrimaryKeyConstraint('ranking_id', 'person_id')
    )
    op.create_table('rankedapplication',
    sa.Column('ranking_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('estimate', sa.Float(), nullable=False),
    sa.Column('standard_error', sa.Float(), nullable=False),
    sa.Column('p_selected', sa.Float(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('raw_mean', sa.Float(), nullable=False),
    sa.Column('rank_from', sa.Integer(), nullable=False),
    sa.Column('rank_to', sa.Integer(), nullable=False),
    sa.Column('raw_rank', sa.Integer(), nullable=False),
    sa.Column('spread', sa.Float(), nullable=False),
    sa.Column('tied', sa.Boolean(), nullable=False),
    sa.Column('merit', sa.Float(), nullable=False),
    sa.Column('variance', sa.Float(), nullable=False),
    sa.Column('uncounted_step', sa.Float(), nullable=False),
    sa.Column('severity_step', sa.Float(), nullable=False),
    sa.Column('spread_step', sa.Float(), nullable=False),
    sa.Column('caution_step', sa.Float(), nullable=False),
    sa.Column('ends_step', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['ranking_id'], ['keptranking.id'], ),
    sa.PrimaryKeyConstraint('ranking_id', 'application_id')
    )
    with op.batch_alter_table('rankedapplication', schema=None) as batch_op:
        batch_op.create_index('rankedapplication_by_rank', ['ranking_id', 'rank'], unique=False)

    op.create_table('furtherreading',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['round_id'], ['furtherround.id'], ),
    sa.PrimaryKeyConstraint('round_id', 'assignment_id')
    )

"""screening, corrections and rehearsals

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from reviewer.models.columns import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('screening', sa.String(20), nullable=False, server_default='open'))
        batch_op.create_index('application_by_screening', ['call_id', 'status', 'screening'])
    with op.batch_alter_table('batchrow', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files', sa.JSON(), nullable=False, server_default='[]'))
    _access()
    _decisions()
    _rehearsals()


def _access() -> None:
    op.create_table(
        'changedvalue',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('event_id', sa.Integer(), sa.ForeignKey('auditevent.id'), nullable=False, index=True),
        sa.Column('application_id', sa.Integer(), sa.ForeignKey('application.id'), nullable=True, index=True),
        sa.Column('field', sa.String(), nullable=False),
        sa.Column('salt', sa.String(), nullable=False),
        sa.Column('before', sa.String(), nullable=False),
        sa.Column('after', sa.String(), nullable=False),
    )


def _decisions() -> None:
    op.create_table(
        'screening',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('call_id', sa.Integer(), sa.ForeignKey('call.id'), nullable=False, index=True),
        sa.Column('application_id', sa.Integer(), sa.ForeignKey('application.id'), nullable=False, index=True),
        sa.Column('verdict', sa.String(20), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('facts', sa.String(), nullable=False),
        sa.Column('codes', sa.String(), nullable=False),
        sa.Column('decided_by', sa.String(), nullable=False),
        sa.Column('decided_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('withdrawn_at', UtcDateTime(timezone=True), nullable=True),
    )
    op.create_table(
        'screeninghold',
        sa.Column('application_id', sa.Integer(), sa.ForeignKey('application.id'), primary_key=True),
        sa.Column('person_id', sa.Integer(), sa.ForeignKey('person.id'), nullable=False, index=True),
        sa.Column('until', UtcDateTime(timezone=True), nullable=False),
    )
    op.create_table(
        'correction',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('application_id', sa.Integer(), sa.ForeignKey('application.id'), nullable=False, index=True),
        sa.Column('field', sa.String(), nullable=False),
        sa.Column('value', sa.String(), nullable=False),
        sa.Column('corrected_at', UtcDateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('application_id', 'field'),
    )


def _rehearsals() -> None:
    op.create_table(
        'columnmapping',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('call_id', sa.Integer(), sa.ForeignKey('call.id'), nullable=False, index=True),
        sa.Column('headers', sa.JSON(), nullable=False),
        sa.Column('mapping', sa.JSON(), nullable=False),
        sa.Column('saved_at', UtcDateTime(timezone=True), nullable=False),
    )
    op.create_table(
        'rehearsal',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('public_id', sa.String(), nullable=False, unique=True),
        sa.Column('call_id', sa.Integer(), sa.ForeignKey('call.id'), nullable=False, index=True),
        sa.Column('person_id', sa.Integer(), sa.ForeignKey('person.id'), nullable=False, index=True),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('upload', sa.String(), nullable=True),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('table', sa.JSON(), nullable=False),
        sa.Column('mapping', sa.JSON(), nullable=False),
        sa.Column('is_saved_mapping', sa.Boolean(), nullable=False),
        sa.Column('refusal', sa.JSON(), nullable=False),
        sa.Column('job', sa.String(), nullable=True, index=True),
        sa.Column('report', sa.JSON(), nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
    )
    op.create_table(
        'rehearsalrow',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('rehearsal_id', sa.Integer(), sa.ForeignKey('rehearsal.id'), nullable=False),
        sa.Column('row', sa.Integer(), nullable=False),
        sa.Column('outcome', sa.String(), nullable=False),
        sa.Column('folio', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('eligibility', sa.String(), nullable=False),
        sa.Column('changed', sa.JSON(), nullable=False),
        sa.Column('findings', sa.JSON(), nullable=False),
        sa.Index('rehearsal_rows', 'rehearsal_id', 'outcome', 'row'),
    )

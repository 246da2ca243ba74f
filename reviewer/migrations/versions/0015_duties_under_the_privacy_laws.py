"""duties under the privacy laws

Revision: 0015, after 0014
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import reviewer.models.columns

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deletion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('began_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('began_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cells', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('deletion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deletion_call_id'), ['call_id'], unique=False)

    op.create_table('privacyrequest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('access', 'rectification', 'cancellation', 'opposition', name='requestkind', native_enum=False, length=20), nullable=False),
    sa.Column('requester', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('contact', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('identity', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('wanted', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('folios', sa.JSON(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('registered_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('registered_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ruling', sa.Enum('granted', 'in_part', 'denied', name='ruling', native_enum=False, length=20), nullable=True),
    sa.Column('ground', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ruled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ruled_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answered_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('privacyrequest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_privacyrequest_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_privacyrequest_due_on'), ['due_on'], unique=False)

    op.create_table('deleteditem',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('deletion_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('application', 'row', 'document', 'shared', name='deletedkind', native_enum=False, length=20), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('gone_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['deletion_id'], ['deletion.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('deleteditem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deleteditem_deletion_id'), ['deletion_id'], unique=False)

    op.create_table('blockedrecord',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('folio', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('curp', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('cells', sa.Integer(), nullable=False),
    sa.Column('ground', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('blocked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('blocked_at', reviewer.models.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('delete_after', sa.Date(), nullable=False),
    sa.Column('hold', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id')
    )
    with op.batch_alter_table('blockedrecord', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_blockedrecord_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_blockedrecord_curp'), ['curp'], unique=False)
        batch_op.create_index(batch_op.f('ix_blockedrecord_delete_after'), ['delete_after'], unique=False)
        batch_op.create_index(batch_op.f('ix_blockedrecord_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_blockedrecord_folio'), ['folio'], unique=False)

    op.create_table('blockeddocument',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['blockedrecord.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('blockeddocument', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_blockeddocument_record_id'), ['record_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_blockeddocument_sha256'), ['sha256'], unique=False)

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('privacy_notice', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('withheld', sa.Enum('blocked', 'deleted', name='withheld', native_enum=False, length=20), nullable=True))

"""a hash chain over the audit trail; the origin of log-ins

Revision: 0009, after 0008
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from reviewer.models.columns import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('loginsession', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('auditevent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hash', sa.String(), nullable=False, server_default=''))
        batch_op.create_unique_constraint('auditevent_number', ['number'])
    head = op.create_table(
        'audithead',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('hash', sa.String(), nullable=False),
    )
    count, last = _seal_what_is_there()
    if count:
        op.bulk_insert(head, [{'id': 1, 'count': count, 'hash': last}])


def _seal_what_is_there() -> tuple[int, str]:
    """Numbers and hashes the events that exist, as ``link`` did at the time of this revision."""
    names = ('actor', 'origin', 'action', 'object_type', 'object_id', 'hash')
    events = sa.table(
        'auditevent',
        sa.column('id', sa.Integer()),
        sa.column('at', UtcDateTime()),
        *(sa.column(name, sa.String()) for name in names),
        sa.column('detail', sa.JSON()),
        sa.column('number', sa.Integer()),
    )
    last, number = '0' * 64, 0
    for number, event in enumerate(op.get_bind().execute(sa.select(events).order_by(events.c.id)).all(), start=1):
        content = [event.actor, event.origin, event.action, event.object_type, event.object_id, event.detail]
        text = json.dumps([last, number, event.at.isoformat(), *content], sort_keys=True, ensure_ascii=False)
        last = hashlib.sha256(text.encode()).hexdigest()
        op.execute(events.update().where(events.c.id == event.id).values(number=number, hash=last))
    return number, last

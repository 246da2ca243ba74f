"""The hash chain of the audit trail: each event holds a hash of itself and of the event before it.

An event that is altered, removed or moved breaks the chain at its place. The end of the chain is stored apart
(``AuditHead``), so that events cut off there are detected too. Events are sealed when their transaction
commits, so that the lock on the end is taken last and held briefly.
"""

import hashlib
import json
from datetime import UTC
from typing import Any

from sqlalchemy import event, text, update
from sqlalchemy.orm import Session

from reviewer.models import AuditEvent, AuditHead

GENESIS_HASH = "0" * 64
_UNSEALED = "events to seal"
# ``link`` as one statement: another round trip would prolong the lock on the end, for which others wait.
_SEAL_ON_POSTGRESQL = text("""
    WITH head AS (
        INSERT INTO audithead AS head (id, count, hash)
        VALUES (1, 1, encode(sha256(convert_to('["' || :beginning || '", 1, ' || :said, 'UTF8')), 'hex'))
        ON CONFLICT (id) DO UPDATE SET count = head.count + 1, hash = encode(
            sha256(convert_to('["' || head.hash || '", ' || head.count + 1 || ', ' || :said, 'UTF8')), 'hex'
        )
        RETURNING head.count, head.hash
    )
    UPDATE auditevent SET number = head.count, hash = head.hash FROM head WHERE auditevent.id = :id
""")


def link(previous: str, number: int, entry: AuditEvent) -> str:
    """Returns the SHA-256, in hexadecimal, of event ``number`` (from 1), which follows hash ``previous``."""
    return hashlib.sha256(f'["{previous}", {number}, {_canonical_text(entry)}'.encode()).hexdigest()


def _canonical_text(entry: AuditEvent) -> str:
    """Returns the JSON list of an event's fields, without its beginning: the previous hash and the number."""
    fields = [entry.actor, entry.origin, entry.action, entry.object_type, entry.object_id, entry.detail]
    timestamp = entry.at.astimezone(UTC).isoformat()  # as it is read back, whatever zone it was written in
    return json.dumps([timestamp, *fields], sort_keys=True, ensure_ascii=False).removeprefix("[")


@event.listens_for(Session, "before_flush")
def _collect_new_events(session: Session, *_: Any) -> None:
    added = [entry for entry in session.new if isinstance(entry, AuditEvent)]
    for entry in added:
        entry.detail = json.loads(json.dumps(entry.detail))  # as it is read back
    session.info.setdefault(_UNSEALED, []).extend(added)


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    session.flush()
    unsealed: list[AuditEvent] = session.info.pop(_UNSEALED, [])
    if not unsealed:
        return
    if session.get_bind().dialect.name == "postgresql":
        parameters = [{"beginning": GENESIS_HASH, "id": entry.id, "said": _canonical_text(entry)} for entry in unsealed]
        session.execute(_SEAL_ON_POSTGRESQL, parameters)
    else:
        _seal_one_by_one(session, unsealed)


def _seal_one_by_one(session: Session, unsealed: list[AuditEvent]) -> None:
    head = session.get(AuditHead, 1, populate_existing=True) or AuditHead(id=1, count=0, hash=GENESIS_HASH)
    session.add(head)
    links = []
    for entry in unsealed:
        head.count, head.hash = head.count + 1, link(head.hash, head.count + 1, entry)
        links.append({"id": entry.id, "number": head.count, "hash": head.hash})
    session.execute(update(AuditEvent), links)


@event.listens_for(Session, "after_rollback")
def _discard_unsealed(session: Session) -> None:
    session.info.pop(_UNSEALED, None)

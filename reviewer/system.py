"""How an installation stands: what it holds, the room it has left, the last backup, who tries to get in."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select, text

from reviewer import clock, health
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.access.sessions import ADDRESS_FACTOR, FREE_ATTEMPTS, IDLE, WINDOW
from reviewer.database import reading
from reviewer.job_rows import UNDER_WAY, state_of
from reviewer.models import AuditEvent, Document, Job, LoginAttempt, LoginSession
from reviewer.paths import database_url, documents_url


@dataclass(frozen=True)
class Backup:
    """The last backup that was made; ``missing`` counts documents it had to go without."""

    at: datetime
    size: int
    missing: int


@dataclass(frozen=True)
class Standing:
    """Sizes in bytes. ``free`` is None where documents do not lie on this machine's disk.

    ``failures`` are failed log-ins of the last quarter of an hour; ``slowed`` from how many e-mails, and
    ``slowed_addresses`` from how many places of the network, a further try has to wait.
    """

    database: str
    database_size: int
    documents: int
    documents_size: int
    free: int | None
    last_backup: Backup | None
    sessions: int
    failures: int
    slowed: int
    slowed_addresses: int


def standing(viewer: Actor) -> Standing:
    """How it stands now."""
    require(viewer, Action.SEE_SYSTEM)
    with reading() as session:
        kind = session.get_bind().dialect.name
        kept = select(Document.sha256, func.max(Document.size).label("size"))
        each = kept.where(col(Document.refused).is_(None)).group_by(Document.sha256).subquery()
        count, size = session.exec(select(func.count(), func.sum(each.c.size)).select_from(each)).one()
        failures = _failures(session, LoginAttempt.who)
        crowds = _failures(session, LoginAttempt.address)
        return Standing(
            database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(kind, kind),
            database_size=_database_size(session, kind),
            documents=count,
            documents_size=size or 0,
            free=health.free_space() if documents_url().startswith("file://") else None,
            last_backup=_last_backup(session),
            sessions=_open_sessions(session),
            failures=sum(failures),
            slowed=sum(number >= FREE_ATTEMPTS for number in failures),
            slowed_addresses=sum(number >= FREE_ATTEMPTS * ADDRESS_FACTOR for number in crowds),
        )


def jobs(viewer: Actor) -> Counter[tuple[str, str]]:
    """How many jobs there are of each kind in each state, as of now."""
    require(viewer, Action.SEE_SYSTEM)
    ended = select(Job.kind, Job.status, func.count()).where(col(Job.status).not_in(UNDER_WAY))
    with reading() as session:
        found: Counter[tuple[str, str]] = Counter()
        for kind, status, count in session.exec(ended.group_by(col(Job.kind), col(Job.status))):
            found[kind, str(status)] = count
        for each in session.exec(select(Job).where(col(Job.status).in_(UNDER_WAY))):
            found[each.kind, str(state_of(each))] += 1
    return found


def _database_size(session: Session, kind: str) -> int:
    if kind == "postgresql":
        return int(
            session.connection().execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        )
    return Path(database_url().removeprefix("sqlite:///")).stat().st_size


def _last_backup(session: Session) -> Backup | None:
    query = (
        select(AuditEvent).where(AuditEvent.action == "backup.make").order_by(col(AuditEvent.number).desc())
    )
    made = session.exec(query.limit(1)).first()
    return Backup(made.at, int(made.detail["size"]), int(made.detail["missing"])) if made else None


def _open_sessions(session: Session) -> int:
    now = clock.now()
    query = (
        select(func.count(func.distinct(LoginSession.person_id)))
        .where(col(LoginSession.revoked_at).is_(None), LoginSession.expires_at > now)
        .where(LoginSession.last_seen_at > now - IDLE)
    )
    return session.exec(query).one()


def _failures(session: Session, by: Any) -> list[int]:
    """Failed log-ins of the last quarter of an hour, by the e-mail typed or by where they came from."""
    query = select(func.count()).where(LoginAttempt.at > clock.now() - WINDOW).group_by(by)
    return list(session.exec(query))

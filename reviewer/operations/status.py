"""The state of an installation: sizes, free space, the last backup, sessions and failed logins."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select, text

from reviewer.access.actor import Actor
from reviewer.access.login_attempts import ADDRESS_FACTOR, ATTEMPT_WINDOW, FREE_ATTEMPTS
from reviewer.access.permissions import Action, require, verb
from reviewer.access.sessions import open_conditions
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.paths import database_url, documents_url
from reviewer.jobs.records import UNDER_WAY, state_of
from reviewer.models import AuditEvent, Document, Job, LoginAttempt, LoginSession
from reviewer.operations import health


@dataclass(frozen=True)
class LastBackup:
    """The last backup; ``missing`` is the number of documents that it lacks."""

    at: datetime
    size: int
    missing: int


@dataclass(frozen=True)
class InstallationStatus:
    """Sizes are in bytes. ``free_bytes`` is None where the documents are not on a local disk.

    ``failed_logins`` counts those of the last fifteen minutes. ``slowed_emails`` and ``slowed_addresses``
    count the e-mails and network addresses from which a further attempt has to wait.
    """

    database: str
    database_size: int
    documents: int
    documents_size: int
    free_bytes: int | None
    last_backup: LastBackup | None
    sessions: int
    failed_logins: int
    slowed_emails: int
    slowed_addresses: int


@verb(Action.SEE_SYSTEM)
def installation_status(viewer: Actor) -> InstallationStatus:
    """Returns the present state of the installation."""
    require(viewer, Action.SEE_SYSTEM)
    with read_session() as session:
        dialect = session.get_bind().dialect.name
        sizes = select(Document.sha256, func.max(Document.size).label("size"))
        unique_documents = sizes.where(col(Document.refused).is_(None)).group_by(Document.sha256).subquery()
        count, size = session.exec(
            select(func.count(), func.sum(unique_documents.c.size)).select_from(unique_documents)
        ).one()
        failures = _failed_login_counts(session, col(LoginAttempt.who))
        failures_by_address = _failed_login_counts(session, col(LoginAttempt.address))
        open_people = select(func.count(func.distinct(LoginSession.person_id))).where(*open_conditions())
        return InstallationStatus(
            database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(dialect, dialect),
            database_size=_database_size(session, dialect),
            documents=count,
            documents_size=size or 0,
            free_bytes=health.free_space() if documents_url().startswith("file://") else None,
            last_backup=_last_backup(session),
            sessions=session.exec(open_people).one(),
            failed_logins=sum(failures),
            slowed_emails=sum(number >= FREE_ATTEMPTS for number in failures),
            slowed_addresses=sum(number >= FREE_ATTEMPTS * ADDRESS_FACTOR for number in failures_by_address),
        )


@verb(Action.SEE_SYSTEM)
def count_jobs(viewer: Actor) -> Counter[tuple[str, str]]:
    """Returns the number of jobs by kind and status."""
    require(viewer, Action.SEE_SYSTEM)
    ended = select(Job.kind, Job.status, func.count()).where(col(Job.status).not_in(UNDER_WAY))
    with read_session() as session:
        counts: Counter[tuple[str, str]] = Counter()
        for kind, status, count in session.exec(ended.group_by(col(Job.kind), col(Job.status))):
            counts[kind, str(status)] = count
        for job in session.exec(select(Job).where(col(Job.status).in_(UNDER_WAY))):
            counts[job.kind, str(state_of(job))] += 1
    return counts


def _database_size(session: Session, dialect: str) -> int:
    if dialect == "postgresql":
        return int(session.connection().execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    return Path(database_url().removeprefix("sqlite:///")).stat().st_size


def _last_backup(session: Session) -> LastBackup | None:
    query = select(AuditEvent).where(AuditEvent.action == "backup.make").order_by(col(AuditEvent.number).desc())
    event = session.exec(query.limit(1)).first()
    return LastBackup(event.at, int(event.detail["size"]), int(event.detail["missing"])) if event else None


def _failed_login_counts(session: Session, by: Mapped[str]) -> list[int]:
    """Returns how many failed logins of the last fifteen minutes share each value of the column ``by``."""
    query = select(func.count()).where(LoginAttempt.at > clock.now() - ATTEMPT_WINDOW).group_by(by)
    return list(session.exec(query))

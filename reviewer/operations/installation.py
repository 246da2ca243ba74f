"""Facts about this installation, kept in the database."""

from sqlmodel import Session

from reviewer.core.database import read_session
from reviewer.models import Setting

_DEMO = "demo"


def is_demo() -> bool:
    """Whether this database holds the invented cohort, so that its log-ins may be shown."""
    with read_session() as session:
        return session.get(Setting, _DEMO) is not None


def mark_as_demo(session: Session) -> None:
    """Says, in the caller's transaction, that all in this database is invented."""
    session.merge(Setting(key=_DEMO, value="1"))

"""Whether this installation is a demo, as its database says."""

from sqlmodel import Session

from reviewer.core.database import read_session
from reviewer.models import Setting

_DEMO = "demo"


def is_demo() -> bool:
    """Returns whether the database holds the invented cohort, so that its passwords may be shown."""
    with read_session() as session:
        return session.get(Setting, _DEMO) is not None


def mark_as_demo(session: Session) -> None:
    """Records in the caller's transaction that everything in the database is invented."""
    session.merge(Setting(key=_DEMO, value="1"))

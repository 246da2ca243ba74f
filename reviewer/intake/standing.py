"""The application that stands under a folio."""

from sqlmodel import Session, select

from reviewer.database import advisory_lock
from reviewer.errors import Refused
from reviewer.models import Application, ApplicationStatus, Call


def standing(session: Session, call: Call, folio: str, *, hold: bool = False) -> Application:
    """The application. With ``hold`` no import writes it before this transaction ends.

    Refused where there is none.
    """
    if hold:
        advisory_lock(session, f"intake-{call.slug}")
    query = select(Application).where(
        Application.call_id == call.id,
        Application.folio == folio,
        Application.status == ApplicationStatus.CURRENT,
    )
    application = session.exec(query).first()
    if application is None:
        raise Refused(f"No hay una postulación vigente con el folio {folio}.")
    return application

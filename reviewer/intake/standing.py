"""The application that stands under a folio."""

from sqlmodel import Session, select

from reviewer.database import advisory_lock
from reviewer.errors import Refused
from reviewer.models import Application, ApplicationStatus, Call, Withheld


def standing(session: Session, call: Call, folio: str, *, hold: bool = False) -> Application:
    """The application. With ``hold`` no import writes it before this transaction ends.

    Refused where there is none, and where its data is blocked or deleted.
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
    refuse_withheld(application)
    return application


def refuse_withheld(application: Application) -> None:
    """Raises ``Refused`` where there is nothing left that may be seen or changed."""
    if application.withheld:
        said = "bloqueados" if application.withheld is Withheld.BLOCKED else "suprimidos"
        raise Refused(f"Los datos de la {application.folio} están {said}: no se ven ni se cambian.")

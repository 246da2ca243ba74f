"""The application that stands under a folio."""

from sqlmodel import Session, select

from reviewer.core.database import advisory_lock
from reviewer.core.errors import UserError
from reviewer.models import Application, Call, Withheld
from reviewer.models.scopes import CURRENT_APPLICATION


def current_application(session: Session, call: Call, folio: str, *, lock: bool = False) -> Application:
    """The application. With ``lock`` no import writes it before this transaction ends.

    Refused where there is none, and where its data is blocked or deleted.
    """
    if lock:
        advisory_lock(session, f"intake-{call.slug}")
    query = select(Application).where(
        Application.call_id == call.id,
        Application.folio == folio,
        CURRENT_APPLICATION,
    )
    application = session.exec(query).first()
    if application is None:
        raise UserError(f"No hay una postulación vigente con el folio {folio}.")
    require_not_withheld(application)
    return application


def require_not_withheld(application: Application) -> None:
    """Raises ``UserError`` where there is nothing left that may be seen or changed."""
    if application.withheld:
        state = "bloqueados" if application.withheld is Withheld.BLOCKED else "suprimidos"
        raise UserError(f"Los datos de la {application.folio} están {state}: no se ven ni se cambian.")

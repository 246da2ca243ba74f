"""The current application under a folio."""

from sqlmodel import Session, select

from reviewer.core.database import advisory_lock
from reviewer.core.errors import UserError
from reviewer.models import Application, Call, Withheld
from reviewer.models.scopes import current_of


def current_application(session: Session, call: Call, folio: str, *, lock: bool = False) -> Application:
    """Returns the application; with ``lock`` no import writes to the call until this transaction ends.

    Raises ``UserError`` where there is none, or its data is blocked or deleted.
    """
    if lock:
        advisory_lock(session, f"intake-{call.slug}")
    query = select(Application).where(current_of(call), Application.folio == folio)
    application = session.exec(query).first()
    if application is None:
        raise UserError(f"No hay una postulación vigente con el folio {folio}.")
    require_not_withheld(application)
    return application


def require_not_withheld(application: Application) -> None:
    """Raises ``UserError`` where the application's data is blocked or deleted."""
    if application.withheld:
        state = "bloqueados" if application.withheld is Withheld.BLOCKED else "suprimidos"
        raise UserError(f"Los datos de la {application.folio} están {state}: no se ven ni se cambian.")

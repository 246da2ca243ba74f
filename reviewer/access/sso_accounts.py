"""Login by single sign-on: an OpenID Connect provider identifies a person who has an account here."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.access.passwords import hash_password
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import UserError
from reviewer.models import Person

MAX_TOKEN_AGE = timedelta(minutes=5)  # of the provider's token; Streamlit's own cookie lasts 30 days


def person_from_claims(claims: dict[str, Any]) -> Person:
    """Returns the active person with the e-mail in ``claims``, those of the provider's ID token.

    A one-time password that was never used stops working. Raises ``UserError`` for an unverified e-mail, an
    old token, an unknown e-mail and a deactivated person, the last two with the same message.
    """
    if claims.get("email_verified") not in (True, "true"):
        raise UserError("Su institución no ha verificado el correo de esa cuenta: no sirve para entrar aquí.")
    issued_at = datetime.fromtimestamp(float(claims.get("iat") or 0), UTC)
    if not -MAX_TOKEN_AGE < clock.now() - issued_at < MAX_TOKEN_AGE:
        raise UserError("El acceso de su institución caducó: entre otra vez.")
    email = str(claims.get("email", "")).strip().casefold()
    with write_session() as session:
        person = session.exec(select(Person).where(Person.email == email, Person.active)).first()
        if person is None:
            raise UserError("Nadie con el correo de esa cuenta puede entrar aquí. Pídalo a quien administra.")
        if person.must_change_password:
            person.password_hash = hash_password(secrets.token_urlsafe(32))
            person.must_change_password = False
        session.add(person)
        actor = Actor(role=None, name="", person_id=person.id)
        log.record(session, actor, "session.vouched", "person", person.id)
    return person

"""The log-in cookie: the session's token, signed, and inaccessible to JavaScript."""

import os
import secrets
from functools import cache
from pathlib import Path

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from reviewer.core.errors import UserError
from reviewer.core.paths import database_url, installation_folder

NAME = "dictamen_sesion"
PROVIDER_PREFIX = "_streamlit_user"


@cache
def signing_key() -> str:
    """Returns the key of ``REVIEWER_COOKIE_KEY``.

    With SQLite it is otherwise created beside the database on first start. Raises ``UserError`` elsewhere.
    """
    configured_key = os.environ.get("REVIEWER_COOKIE_KEY")
    if configured_key:
        return configured_key
    if not database_url().startswith("sqlite"):
        raise UserError("Falta REVIEWER_COOKIE_KEY: fuera de SQLite el servidor no arranca sin esa clave.")
    path = installation_folder() / "cookie.key"
    _create_key_file(path)
    return path.read_text(encoding="ascii").strip()


def sign(token: str) -> str:
    """Returns the cookie's value for a session's token."""
    return Signer(signing_key(), salt=NAME).sign(token).decode()


def token_in(value: str | None) -> str | None:
    """Returns the session's token of a cookie's value; None where the signature is not valid."""
    if not value:
        return None
    try:
        return Signer(signing_key(), salt=NAME).unsign(value).decode()
    except BadSignature:
        return None


def set_on(response: Response, token: str, *, secure: bool) -> None:
    """Sets the cookie on an answer; it ends with the browser's session or with ours."""
    response.set_cookie(NAME, sign(token), httponly=True, samesite="strict", secure=secure, path="/")


def clear_on(response: Response) -> None:
    """Removes the cookie."""
    response.delete_cookie(NAME, path="/", httponly=True, samesite="strict")


def clear_provider_cookies(request: Request, response: Response) -> None:
    """Removes Streamlit's own cookies of a single sign-on, which would otherwise last 30 days."""
    for name in request.cookies:
        if name.startswith(PROVIDER_PREFIX):
            response.delete_cookie(name, path="/")


def _create_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))

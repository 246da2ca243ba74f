"""The log-in cookie: the session's token, signed, out of JavaScript's reach."""

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
    """The key of ``REVIEWER_COOKIE_KEY``; on SQLite one made on first start, beside it."""
    configured_key = os.environ.get("REVIEWER_COOKIE_KEY")
    if configured_key:
        return configured_key
    if not database_url().startswith("sqlite"):
        raise UserError("Falta REVIEWER_COOKIE_KEY: fuera de SQLite el servidor no arranca sin esa clave.")
    path = installation_folder() / "cookie.key"
    _create_key_file(path)
    return path.read_text(encoding="ascii").strip()


def sign(token: str) -> str:
    """What the cookie holds for a session's token."""
    return Signer(signing_key(), salt=NAME).sign(token).decode()


def token_in(value: str | None) -> str | None:
    """The session's token in a cookie's value; None where the signature is not ours."""
    if not value:
        return None
    try:
        return Signer(signing_key(), salt=NAME).unsign(value).decode()
    except BadSignature:
        return None


def set_on(response: Response, token: str, *, secure: bool) -> None:
    """Gives the browser a session; it ends with the browser's own session or ours."""
    response.set_cookie(NAME, sign(token), httponly=True, samesite="strict", secure=secure, path="/")


def clear_on(response: Response) -> None:
    """Takes the cookie away."""
    response.delete_cookie(NAME, path="/", httponly=True, samesite="strict")


def clear_provider_cookies(request: Request, response: Response) -> None:
    """Takes Streamlit's own cookies of a single sign-on away, which would be good for a month."""
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

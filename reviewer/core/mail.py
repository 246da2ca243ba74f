"""Sends plain text messages by the operator's own mail server, where one is configured.

``REVIEWER_SMTP_URL``: ``smtp://user:password@host:587`` (encrypted by STARTTLS if the server offers it) or
``smtps://…`` (encrypted from the start); ``REVIEWER_SMTP_FROM``: the sender, ``Nombre <correo>``.
"""

import os
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from reviewer.core.errors import UserError

TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Message:
    """A message to one person."""

    name: str
    email: str
    subject: str
    body: str


@dataclass(frozen=True)
class Server:
    """The operator's mail server."""

    host: str
    port: int
    uses_tls: bool
    user: str
    password: str
    sender: str


def configured_server() -> Server | None:
    """Returns the configured server; None without one.

    Raises ``UserError`` where the settings are incomplete.
    """
    url, sender = os.environ.get("REVIEWER_SMTP_URL", ""), os.environ.get("REVIEWER_SMTP_FROM", "")
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or parts.scheme not in _PORTS or not parts.hostname:
        raise UserError("REVIEWER_SMTP_URL tiene que ser como smtp://usuario:clave@servidor:587.")
    if "@" not in parseaddr(sender)[1]:
        raise UserError("REVIEWER_SMTP_FROM tiene que ser el correo que envía, como Taller <taller@dominio.mx>.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, sender)


def send(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """Sends the messages over one connection; returns those that were refused, each with the reason.

    Raises ``UserError`` where there is no server or it can't be reached; then nothing was sent.
    """
    mail_server = configured_server()
    if mail_server is None:
        raise UserError("No hay un servidor de correo configurado: copie los mensajes y envíelos usted.")
    failed = []
    with _connection(mail_server) as connection:
        for message in messages:
            try:
                connection.send_message(_build_email(message, mail_server))
            except smtplib.SMTPServerDisconnected:
                failed.append((message, "el servidor cortó la conexión"))
            except (smtplib.SMTPException, OSError) as error:
                failed.append((message, _failure_reason(error)))
            except (ValueError, MessageError):
                failed.append((message, "su dirección no está bien escrita"))
    return failed


@contextmanager
def _connection(mail_server: Server) -> Iterator[smtplib.SMTP]:
    try:
        context = ssl.create_default_context()
        if mail_server.uses_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                mail_server.host, mail_server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(mail_server.host, mail_server.port, timeout=TIMEOUT_SECONDS)
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif mail_server.user:
                connection.close()
                raise UserError("El servidor de correo no cifra la conexión: no se le entrega la contraseña.")
        if mail_server.user:
            connection.login(mail_server.user, mail_server.password)
    except (OSError, smtplib.SMTPException) as error:
        raise UserError(
            f"No se pudo usar el servidor de correo: {_failure_reason(error)}. No se envió nada."
        ) from error
    try:
        yield connection
    finally:
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _build_email(message: Message, mail_server: Server) -> EmailMessage:
    name, address = parseaddr(mail_server.sender)
    email = EmailMessage()
    email["Subject"] = " ".join(message.subject.split())
    email["From"] = Address(name, addr_spec=address)
    email["To"] = Address(" ".join(message.name.split()), addr_spec=message.email)
    email["Date"] = formatdate(localtime=False)
    email["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    email.set_content(message.body)
    return email


def _failure_reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "no aceptó el usuario o la contraseña"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "no aceptó la dirección"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"respondió {error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "no respondió a tiempo"
    return "no se pudo conectar con él" if isinstance(error, OSError) else "la conversación falló"

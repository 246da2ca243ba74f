"""Sending plain messages by the operator's own mail server, where one was set up; nothing is sent by itself.

``REVIEWER_SMTP_URL``: ``smtp://user:password@host:587`` (encrypted by STARTTLS where the server offers it) or
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

from reviewer.errors import Refused

SECONDS = 20
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
    encrypted: bool
    user: str
    password: str
    sender: str


def server() -> Server | None:
    """The one that was set up; None without one. Raises ``Refused`` where it is not set up in full."""
    url, sender = os.environ.get("REVIEWER_SMTP_URL", ""), os.environ.get("REVIEWER_SMTP_FROM", "")
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or parts.scheme not in _PORTS or not parts.hostname:
        raise Refused("REVIEWER_SMTP_URL tiene que ser como smtp://usuario:clave@servidor:587.")
    if "@" not in parseaddr(sender)[1]:
        raise Refused(
            "REVIEWER_SMTP_FROM tiene que ser el correo que envía, como Taller <taller@dominio.mx>."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, sender)


def send(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """Sends each one, over one connection; gives those that were refused, with why.

    Raises ``Refused`` where there is no server or it can't be reached: nothing was sent then.
    """
    known = server()
    if known is None:
        raise Refused("No hay un servidor de correo configurado: copie los mensajes y envíelos usted.")
    failed = []
    with _connection(known) as connection:
        for each in messages:
            try:
                connection.send_message(_written(each, known))
            except smtplib.SMTPServerDisconnected:
                failed.append((each, "el servidor cortó la conexión"))
            except (smtplib.SMTPException, OSError) as error:
                failed.append((each, _why(error)))
            except (ValueError, MessageError):
                failed.append((each, "su dirección no está bien escrita"))
    return failed


@contextmanager
def _connection(known: Server) -> Iterator[smtplib.SMTP]:
    try:
        context = ssl.create_default_context()
        if known.encrypted:
            made: smtplib.SMTP = smtplib.SMTP_SSL(known.host, known.port, timeout=SECONDS, context=context)
        else:
            made = smtplib.SMTP(known.host, known.port, timeout=SECONDS)
            made.ehlo()
            if made.has_extn("starttls"):
                made.starttls(context=context)
                made.ehlo()
            elif known.user:
                made.close()
                raise Refused("El servidor de correo no cifra la conexión: no se le entrega la contraseña.")
        if known.user:
            made.login(known.user, known.password)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(f"No se pudo usar el servidor de correo: {_why(error)}. No se envió nada.") from error
    try:
        yield made
    finally:
        try:
            made.quit()
        except (smtplib.SMTPException, OSError):
            made.close()


def _written(message: Message, known: Server) -> EmailMessage:
    name, address = parseaddr(known.sender)
    made = EmailMessage()
    made["Subject"] = " ".join(message.subject.split())
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(" ".join(message.name.split()), addr_spec=message.email)
    made["Date"] = formatdate(localtime=False)
    made["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    made.set_content(message.body)
    return made


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "no aceptó el usuario o la contraseña"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "no aceptó la dirección"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"respondió {error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "no respondió a tiempo"
    return "no se pudo conectar con él" if isinstance(error, OSError) else "la conversación falló"

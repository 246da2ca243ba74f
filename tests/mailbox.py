"""A real SMTP server in this process that keeps what it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.network import HOST

SENDER = "Taller Ñandú <taller@ejemplo.mx>"
PASSWORD = "secreta/1"
UNKNOWN_RECIPIENT = "1@"  # addresses that begin so are refused


class Mailbox(Message):
    """What the server was given: messages, and for each log-in whether its connection was encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []
        self.logins: list[tuple[bytes, bytes, bool]] = []

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith(UNKNOWN_RECIPIENT):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def log_in(self, _server: SMTP, session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        """Accepts ``PASSWORD`` from anybody."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def running(patch: pytest.MonkeyPatch, *, scheme: str = "smtp", login: str = "", **options: Any) -> Iterator[Mailbox]:
    """Starts a server with these options of ``SMTP``, and points the application to it."""
    box = Mailbox()
    controller = _Controller(box, hostname=HOST, port=0, authenticator=box.log_in, **options)
    controller.start()
    patch.setenv("REVIEWER_SMTP_URL", f"{scheme}://{login}{HOST}:{controller.port}")
    patch.setenv("REVIEWER_SMTP_FROM", SENDER)
    yield box
    controller.stop()


class _Controller(Controller):
    """At a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]

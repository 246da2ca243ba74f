"""Messages through a real mail server that encrypts, with a certificate of its own."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reviewer.core import mail
from reviewer.core.errors import UserError
from reviewer.core.mail import Message
from tests import mailbox
from tests.mailbox import Mailbox
from tests.network import write_certificate

LETTER = Message("Íñigo <b>", "inigo@ejemplo.mx", "Faltan\ntres", "Le quedan 3, señor Ñandú.")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_certificate(tmp_path_factory.mktemp("tls"))


Opener = Callable[..., Mailbox]


@pytest.fixture
def open_server(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Starts a server that requires a log-in; ``scheme`` says when it encrypts."""
    with ExitStack() as started:

        def opener(scheme: str, *, password: str = "secreta%2F1", trusted: bool = True) -> Mailbox:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            at_once: dict[str, Any] = {"ssl_context": context, "auth_require_tls": False}
            later: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
            options = at_once if scheme == "smtps" else later
            return started.enter_context(
                mailbox.running(monkeypatch, scheme=scheme, login=f"yo:{password}@", **options)
            )

        yield opener


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_line_is_encrypted_before_the_password_is_given(open_server: Opener, scheme: str) -> None:
    box = open_server(scheme)
    assert mail.send([LETTER, LETTER]) == []
    first, _ = box.messages
    assert first.get_payload(decode=True).decode() == "Le quedan 3, señor Ñandú.\r\n"
    assert "inigo@ejemplo.mx" in first["To"] and "\n" not in first["Subject"]
    assert box.logins == [(b"yo", b"secreta/1", scheme == "smtp")], "una sola conexión"


def test_a_server_with_an_untrusted_certificate_is_sent_nothing(open_server: Opener) -> None:
    box = open_server("smtp", trusted=False)
    with pytest.raises(UserError, match="No se envió nada"):
        mail.send([LETTER])
    assert (box.messages, box.logins) == ([], [])


def test_a_wrong_password_is_reported_without_its_text(open_server: Opener) -> None:
    box = open_server("smtp", password="otra")
    with pytest.raises(UserError, match="no aceptó el usuario o la contraseña") as refusal:
        mail.send([LETTER])
    assert "otra" not in str(refusal.value) and box.messages == []

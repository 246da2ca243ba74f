"""Messages through a real mail server that encrypts, with a certificate of its own."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reviewer.core import mail
from reviewer.core.errors import UserError
from reviewer.core.mail import Message

HOST = "127.0.0.1"
LETTER = Message("Íñigo <b>", "inigo@ejemplo.mx", "Faltan\ntres", "Le quedan 3, señor Ñandú.")


class Mailbox(Handler):
    """What the server received: messages, and for each login whether the connection was encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []
        self.logins: list[tuple[bytes, bytes, bool]] = []

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)

    def log_in(
        self, _server: SMTP, session: Session, _envelope: Envelope, _way: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=data.password == b"secreta/1", handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a self-signed certificate for this machine, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "prueba")])
    signed_certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "prueba.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed_certificate.public_bytes(serialization.Encoding.PEM))
    return path


Opener = Callable[..., Mailbox]


@pytest.fixture
def open_server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Starts a server that requires a login and configures it; ``scheme`` says when encryption begins."""
    started = []

    def opener(scheme: str, *, password: str = "secreta%2F1", trusted: bool = True) -> Mailbox:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        box = Mailbox()
        at_once: dict[str, Any] = {"ssl_context": context, "auth_require_tls": False}
        later: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
        controller = _Controller(
            box,
            hostname=HOST,
            port=0,
            authenticator=box.log_in,
            **(at_once if scheme == "smtps" else later),
        )
        controller.start()
        started.append(controller)
        monkeypatch.setenv("REVIEWER_SMTP_URL", f"{scheme}://yo:{password}@{HOST}:{controller.port}")
        monkeypatch.setenv("REVIEWER_SMTP_FROM", "Taller Ñandú <taller@ejemplo.mx>")
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        return box

    yield opener
    for controller in started:
        controller.stop()


class _Controller(Controller):
    """A controller at a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_line_is_encrypted_before_the_password_is_given(open_server: Opener, scheme: str) -> None:
    box = open_server(scheme)
    assert mail.send([LETTER, LETTER]) == []
    first, _ = box.messages
    assert first.get_payload(decode=True).decode() == "Le quedan 3, señor Ñandú.\r\n"
    assert "inigo@ejemplo.mx" in first["To"] and "\n" not in first["Subject"]
    assert box.logins == [(b"yo", b"secreta/1", scheme == "smtp")], "una sola conexión"


def test_a_server_with_an_untrusted_certificate_receives_nothing(open_server: Opener) -> None:
    box = open_server("smtp", trusted=False)
    with pytest.raises(UserError, match="No se envió nada"):
        mail.send([LETTER])
    assert (box.messages, box.logins) == ([], [])


def test_a_wrong_password_is_reported_and_not_repeated(open_server: Opener) -> None:
    box = open_server("smtp", password="otra")
    with pytest.raises(UserError, match="no aceptó el usuario o la contraseña") as refusal:
        mail.send([LETTER])
    assert "otra" not in str(refusal.value) and box.messages == []

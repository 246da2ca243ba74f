"""Debian's nginx with the configuration that ships, on ports and with a certificate of the test's own."""

import ipaddress
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reviewer.core.paths import ROOT

NO_NGINX = "NO HAY NGINX: la prueba de dos procesos no corrió. En Debian: apt-get install nginx-light"
MAIN_CONFIGURATION = """
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    log_format served '$upstream_addr $request_method $uri $status';
    access_log {folder}/access.log served;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/dictamen.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx: where it answers, the certificate it shows, and what it passed on to whom."""

    url: str
    plain_url: str
    certificate: Path
    log: Path

    def port_that_served(self, path: str, *, requests: int = 1) -> int:
        """The port of the process that answered the last request for this path, of which so many were made.

        nginx writes a line once it has answered: not all of them may be there yet.
        """
        deadline = time.monotonic() + 10
        while len(self.log_lines(path)) < requests and time.monotonic() < deadline:
            time.sleep(0.01)
        return int(self.log_lines(path)[-1].split()[0].rpartition(":")[2])

    def log_lines(self, path: str) -> list[str]:
        """Its lines about this path."""
        return [line for line in self.log.read_text().splitlines() if f" {path} " in line]


@contextmanager
def running(folder: Path, *ports: int) -> Iterator[Proxy]:
    """Starts it before the two processes on these ports; skips, or in CI fails, where there is none."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_NGINX)
        pytest.skip(NO_NGINX)
    folder.mkdir()
    plain, secure = _free_port(), _free_port()
    certificate = _certificate(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, replacement in {
        "127.0.0.1:8501": f"127.0.0.1:{ports[0]}",
        "127.0.0.1:8502": f"127.0.0.1:{ports[1]}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{secure} ",
        "/etc/ssl/dictamen/fullchain.pem": str(certificate),
        "/etc/ssl/dictamen/privkey.pem": str(folder / "key.pem"),
    }.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, replacement)
    (folder / "dictamen.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(
        MAIN_CONFIGURATION.format(folder=folder, user="user root; " if os.geteuid() == 0 else ""),
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        _wait_for(secure, process, folder / "error.log")
        yield Proxy(
            f"https://localhost:{secure}", f"http://localhost:{plain}", certificate, folder / "access.log"
        )
    finally:
        process.terminate()
        process.wait(10)


def _certificate(folder: Path) -> Path:
    """A certificate for this machine that is its own authority, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

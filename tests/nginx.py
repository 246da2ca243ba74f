"""Debian's nginx with the configuration that ships, on ports and with a certificate of the test's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewer.core.paths import ROOT
from tests.network import answers, free_port, wait_until, write_certificate

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
        wait_until(lambda: len(self.log_lines(path)) >= requests, seconds=10)
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
    plain, secure = free_port(), free_port()
    certificate, key = write_certificate(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, replacement in {
        "127.0.0.1:8501": f"127.0.0.1:{ports[0]}",
        "127.0.0.1:8502": f"127.0.0.1:{ports[1]}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{secure} ",
        "/etc/ssl/dictamen/fullchain.pem": str(certificate),
        "/etc/ssl/dictamen/privkey.pem": str(key),
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
        wait_until(lambda: answers(secure) or process.poll() is not None, seconds=20)
        assert process.poll() is None, (folder / "error.log").read_text()
        yield Proxy(f"https://localhost:{secure}", f"http://localhost:{plain}", certificate, folder / "access.log")
    finally:
        process.terminate()
        process.wait(10)

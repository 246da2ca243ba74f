"""The headers of every answer. docs/security.md says what they allow, and why."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope

HSTS = "max-age=31536000"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Pages of other sites that open ours can neither access its window nor embed our images.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@cache
def content_security_policy() -> str:
    """Returns the Content-Security-Policy: nothing is loaded from, or sent to, other hosts.

    Scripts are files of ours, our components' (which Streamlit loads from blobs), and those in Streamlit's
    page, each by its hash. Streamlit writes its styles into the page as it runs.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = " ".join(_hash_of(script) for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL))
    return (
        f"default-src 'self'; script-src 'self' blob: {inline}; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
        "blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri "
        "'self'; form-action 'self'; frame-ancestors 'none'"
    )


def add_to(message: Message, scope: Scope) -> None:
    """Adds ``HEADERS`` to the start of an HTTP answer, and HSTS where the request came over HTTPS."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", content_security_policy())
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", HSTS)


def _hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"

"""Where a log-in comes from, in a few words that its owner recognises."""

import re

from starlette.requests import Request

# The order matters: the names of later browsers occur in the headers of earlier ones too.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox|FxiOS", "Firefox"), ("Chrome|CriOS", "Chrome"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def origin_of(request: Request) -> str:
    """Returns «Firefox en Windows · 203.0.113.7», from the request's headers and address."""
    address = request.client.host if request.client else ""
    return " · ".join(filter(None, (device_of(request.headers.get("user-agent", "")), address)))


def device_of(user_agent: str) -> str:
    """Returns «Firefox en Windows»; «un navegador» where the header does not say."""
    browser = _first_match(_BROWSERS, user_agent) or ("Safari" if "Safari" in user_agent else "un navegador")
    system = _first_match(_SYSTEMS, user_agent)
    return f"{browser} en {system}" if system else browser


def _first_match(patterns: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in patterns if re.search(sign, user_agent)), None)

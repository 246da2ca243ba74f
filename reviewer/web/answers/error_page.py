"""A page of one sentence: for a browser that went to an address of ours and can't have what is there."""

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reviewer.web.auth.requests import NO_STORE

_PAGE = """<!doctype html><html lang="es-MX"><meta charset="utf-8"><title>Dictamen</title>
<meta name="viewport" content="width=device-width"><style>:root{{color-scheme:light dark;
font:1.1rem/1.6 system-ui,sans-serif}}main{{margin:20vh auto;padding:0 1rem;max-width:36rem}}</style>
<main><p>{words}</p><p><a href="/">Ir al inicio</a></p></main></html>"""


def is_navigation(request: Request) -> bool:
    """Whether a browser goes there to show what it gets, and no script of ours asks."""
    return request.headers.get("sec-fetch-mode") == "navigate"


def error_page(message: str, status: int) -> Response:
    """The page; ``message`` are shown as they are."""
    return HTMLResponse(_PAGE.format(words=html.escape(message)), status, headers=NO_STORE)

"""A small OpenID Connect provider over real HTTP: code, PKCE (RFC 7636), nonce, signed tokens."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "dictamen", "a secret that both know"


class Provider:
    """Says that whoever comes is ``user``, its claims: ``{"email": …, "email_verified": …}``."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {}
        self.url = ""
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self._authorizations: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.keys),
            ]
        )

    async def metadata(self, _request: Request) -> Response:
        """What the provider can do, and where."""
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        """As if the person had given her password here: back with a code."""
        parameters = dict(request.query_params)
        assert (
            parameters["client_id"] == CLIENT and parameters["code_challenge_method"] == "S256" and parameters["nonce"]
        )
        code = secrets.token_urlsafe(8)
        self._authorizations[code] = parameters
        return RedirectResponse(f"{parameters['redirect_uri']}?code={code}&state={parameters['state']}")

    async def token(self, request: Request) -> Response:
        """The code, once, and only for who began with it, becomes a signed token."""
        form = await request.form()
        parameters = self._authorizations.pop(str(form["code"]))
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        credentials = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == parameters["code_challenge"]
        assert request.headers["authorization"] == f"Basic {credentials}"
        now = int(time.time())
        identity = {"iss": self.url, "aud": CLIENT, "sub": self.user["email"], "nonce": parameters["nonce"]}
        claims = {**identity, "iat": now, "exp": now + 300, **self.user}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    async def keys(self, _request: Request) -> Response:
        """What the tokens are checked with."""
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@contextmanager
def running() -> Iterator[Provider]:
    """A provider on a port of its own."""
    provider = Provider()
    server = uvicorn.Server(uvicorn.Config(provider.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    provider.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield provider
    server.should_exit = True
    thread.join()

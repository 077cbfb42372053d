"""The doors: who may come in, decided by a request's head alone, for every path there is or will be.

With keys, whoever sends one. Without, whoever is on this machine, for nobody else can connect then; but there are
browsers on it, and they send what any web page has them send, so a request must also have been meant for this server.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.answers import answer
from service.api.problems import DatabaseBusy, DiskFull, ForeignPage, Internal, MalformedHttp, Problem, Unauthorized
from service.api.quotas import QuotaExceeded
from service.api.service import CLIENT
from service.keys import client_of_key
from service.settings import Settings, is_loopback

OPEN = frozenset({"/livez", "/readyz", "/openapi.json"})
"""Paths for everybody, beside the pages for people: whoever restarts the service or routes to it has no key, and how to
use one is told before."""

EVERYWHERE: tuple[type[Problem], ...] = (MalformedHttp, Internal)
"""What any request may meet."""

BEHIND_THE_DOORS: tuple[type[Problem], ...] = (Unauthorized, ForeignPage, QuotaExceeded, DatabaseBusy, DiskFull)
"""What a request may meet besides, unless its path is open to everybody."""


class Doors:
    """ASGI middleware that puts the client's name into a request's scope, or answers in the application's place.

    What is at the paths `free`, spelled exactly so, is for everybody.
    """

    def __init__(self, app: ASGIApp, settings: Settings, free: Collection[str]) -> None:
        self._app = app
        self._free = free
        self._keys = settings.api_keys
        self._public_host = urlsplit(settings.public_url).hostname
        self._invited = settings.cors_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in self._free:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":  # nothing else is spoken here
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            scope[CLIENT] = self._client(headers)
        except Problem as problem:
            response = answer(problem, headers, scope["request_id"])
            if isinstance(problem, Unauthorized):
                response.headers["WWW-Authenticate"] = "Bearer"
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _client(self, headers: Headers) -> str | None:
        """The client's name, None where no keys are set. Raises Unauthorized or ForeignPage."""
        if self._keys:
            client = client_of_key(_bearer(headers), self._keys)
            if client is None:
                raise Unauthorized
            return client
        for address in (f"//{headers.get('host', '')}", headers.get("origin", "")):
            if address.strip("/") and address not in self._invited and not self._is_ours(address):
                raise ForeignPage(found=address.removeprefix("//")[:100])
        return None

    def _is_ours(self, address: str) -> bool:
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            return False
        return is_loopback(host) or host == self._public_host


def _bearer(headers: Headers) -> bytes:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip().encode("latin-1") if scheme.lower() == "bearer" else b""

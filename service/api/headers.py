"""What every answer says to browsers: keep nothing, guess nothing, run nothing, show it nowhere else."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.settings import Settings

SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SAFE = [(name.lower().encode(), value.encode()) for name, value in SAFE.items()]


MAY_SEND = (
    "Authorization",
    "Cancel-After",
    "Content-Type",
    "Idempotency-Key",
    "Last-Event-ID",
    "Prefer",
    "traceparent",
    "X-Request-ID",
)
"""Request headers that a page of another origin may set."""

MAY_READ = (
    "Content-Disposition",
    "Content-Language",
    "Idempotency-Replayed",
    "Location",
    "Page-Count",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
)
"""Headers of answers that it may read."""

PREFLIGHT_SECONDS = 600
"""For which a browser need not ask again what it may send."""


def open_to_pages(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Let web pages of the CORS_ORIGINS read answers. A preflight is answered here, for it carries no key."""
    if not settings.cors_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.cors_origins,
        allow_methods=("GET", "POST", "DELETE"),
        allow_headers=MAY_SEND,
        expose_headers=MAY_READ,
        max_age=PREFLIGHT_SECONDS,
    )


class SafeHeaders:
    """ASGI middleware that adds SAFE, except what an answer says otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in _SAFE if one[0] not in said)]
            await send(message)

        await self._app(scope, receive, send_safely)

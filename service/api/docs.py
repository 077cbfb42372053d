"""The interface described on a page, for who opens `/docs` in a browser."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import service.reference
from service.api.endpoint import Endpoint
from service.api.language import language_of
from service.api.openapi import document
from service.api.service import service_of
from service.jobs.text import Language

HOME, STYLE = "/docs", "/docs/style.css"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",  # one line of the console's: the colours that were chosen there
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
"""The page's Content-Security-Policy [W3C CSP Level 3]."""

_SHEET = (Path(service.reference.__file__).parent / "templates" / "style.css").read_bytes()


async def docs(request: Request) -> Response:
    """GET /docs, in the language of `?lang=` or else the browser's; open to all, for it tells what the code tells."""
    wanted = request.query_params.get("lang", "")
    language = wanted if wanted in get_args(Language) else language_of(request.headers)
    keyed = bool(service_of(request).settings.api_keys)
    server = service_of(request).settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    text = _written(request.app.state.endpoints, language, keyed, server)
    headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
    return Response(text, headers=headers, media_type="text/html")


async def style(request: Request) -> Response:
    """GET /docs/style.css"""
    tag = f'"{hashlib.sha256(_SHEET).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(_SHEET, headers=headers, media_type="text/css")


@lru_cache(maxsize=8)
def _written(endpoints: tuple[Endpoint, ...], language: Language, keyed: bool, server: str) -> str:
    from service.reference.rendering import page  # Jinja takes memory, and most services are never asked for the page

    return page(document(endpoints, language, keyed), language, server)


ROUTES = (Route(HOME, docs), Route(STYLE, style))
"""Beside the endpoints, which they describe: a page for people."""

PATHS = frozenset({HOME, STYLE})

"""Handing out the console's own files, to everybody: there is nothing in them but the page itself."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).with_name("page")

HOME, PLACE = "/", "/console/"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",  # pictures of pages are fetched with the key, which an <img> cannot send
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # no text is ever made into HTML or code
        "trusted-types 'none'",
    ]
)
"""The page's Content-Security-Policy [W3C CSP Level 3]."""

_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css", ".html": "text/html"}


@dataclass(frozen=True)
class Asset:
    """A file of the page, held in memory; `tag` changes with its content."""

    body: bytes
    media_type: str
    tag: str


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, _TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:20]}"')


ASSETS = {PLACE + path.relative_to(FOLDER).as_posix(): _asset(path) for path in FOLDER.rglob("*.*")}
ASSETS[HOME] = ASSETS.pop(f"{PLACE}index.html")
"""Every file by the path it is handed out at."""

PATHS = frozenset(ASSETS)


async def asset(request: Request) -> Response:
    """GET / and GET /console/{path}"""
    found = ASSETS.get(request.scope["path"])
    if found is None:
        raise HTTPException(404)
    # Always asked for, hardly ever sent: no page is put together from files of two versions.
    headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=found.media_type)


ROUTES = (Route(HOME, asset), Route(f"{PLACE}{{path:path}}", asset))
"""What no description of the interface lists: a page for people."""

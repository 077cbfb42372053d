"""An event stream as an answer: server-sent events on one coroutine, without a task or a timer more than it needs."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PING = b": ping\n\n"
"""A comment that keeps the connection open."""

PING_SECONDS = 15.0

RETRY = 2000
"""Milliseconds after which a client that was cut off comes back."""


def event(number: int, kind: str, data: str) -> bytes:
    """One event [WHATWG HTML 9.2.6]; `data` is one line."""
    return f"id: {number}\nevent: {kind}\ndata: {data}\nretry: {RETRY}\n\n".encode()


def position(number: int) -> bytes:
    """No event, but the number from which a client goes on that is cut off before the first."""
    return f"id: {number}\nretry: {RETRY}\n\n".encode()


class EventStream(Response):
    """Sends what comes; the frames end when the client leaves."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncGenerator[bytes]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            async with aclosing(self._frames) as frames:
                async for frame in frames:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

"""A request id and a place in a trace for every request: the client's where they are usable, else made.

The id is from X-Request-ID and always returned; the trace is from `traceparent`, by W3C Trace Context.
"""

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.jobs.trace import hop

_USABLE = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


class RequestId:
    """ASGI middleware that puts `request_id` and `traceparent` into the scope and X-Request-ID into the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _USABLE.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = request_id
        scope["traceparent"] = hop(Headers(scope=scope).get("traceparent"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)

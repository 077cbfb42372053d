"""One request as a peer lives it: logged once it is there, answered piece by piece, the client's leaving noticed."""

import asyncio
import itertools
import json
import os
import socket
import struct
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Entry = dict[str, Any]
"""What is known of one request, as `GET /_seen` shows it."""

Headers = dict[str, str]


class ClientClosed(Exception):
    """The client closed its connection before the whole answer was sent."""


class Exchange:
    """A request with its body read, and the connection to answer it on."""

    def __init__(self, request: Request, body: bytes, send: Send, entry: Entry) -> None:
        self.request = request
        self.body = body
        self.entry = entry
        self._send = send
        self._gone = asyncio.create_task(_until_disconnect(request.receive))

    async def respond(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""
        await self.start(status, headers | {"content-length": str(len(body))})
        await self.finish(body)

    async def start(self, status: int, headers: Headers) -> None:
        """Send the status line and headers. An answer started but never finished ends in a cut connection."""
        self.check()
        self.entry["status"] = status
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def write(self, body: bytes) -> None:
        """Send a piece of the body."""
        self.check()
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def finish(self, body: bytes = b"") -> None:
        """Send the last piece of the body."""
        self.check()
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def pause(self, seconds: float | None) -> None:
        """Wait that long, or for ever (None); raises ClientClosed as soon as the client leaves."""
        await asyncio.wait([self._gone], timeout=seconds)
        self.check()

    async def reset(self) -> None:
        """Drop the connection with a TCP reset and no answer."""
        transport = cast(
            Any, self.request.receive
        ).__self__.transport  # ASGI has no word for this; uvicorn's cycle does
        _linger_zero(transport.get_extra_info("socket").fileno())
        transport.abort()
        await asyncio.wait([self._gone])  # uvicorn would send a 500 to a connection it does not know to be lost

    def check(self) -> None:
        """Raise ClientClosed if the client has left."""
        if self._gone.done():
            raise ClientClosed

    def close(self) -> None:
        """Stop watching the connection."""
        self._gone.cancel()


Behaviour = Callable[[Exchange], Awaitable[None]]
"""What a peer does with a request; it may leave the answer unfinished."""


class SeenLog:
    """The newest requests a peer received, oldest first; the endpoint behind `/_seen`."""

    def __init__(self, on_reset: Callable[[], None] = lambda: None, limit: int = 10_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._numbers = itertools.count(1)
        self._on_reset = on_reset

    async def serve(self, behave: Behaviour, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request and log it, answer it by `behave`, and note how it ends; half a request never came.

        `outcome` becomes `answered` (behave is through), `client_closed` or `broken` (a fault of ours); before: `open`.
        """
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        entry = self._open(request)
        exchange = Exchange(request, body, send, entry)
        try:
            entry["outcome"] = await _converse(behave, exchange)
        except Exception as error:
            entry |= {"outcome": "broken", "error": repr(error)}
            traceback.print_exc()
            raise
        finally:
            entry |= {"ended_at": time.time(), "ended_monotonic": time.monotonic()}

    async def endpoint(self, request: Request) -> Response:
        """`GET`: the entries, or the newest `?last=` of them. `DELETE`: forget them, and every script's counts."""
        if request.method == "DELETE":
            self._entries.clear()
            self._on_reset()
            return Response(status_code=204)
        last = int(request.query_params.get("last", len(self._entries)))
        entries = list(itertools.islice(self._entries, max(0, len(self._entries) - last), None))
        # ASCII only: what was received may hold lone surrogates, which UTF-8 cannot carry.
        return Response(json.dumps(entries), media_type="application/json")

    def _open(self, request: Request) -> Entry:
        entry: Entry = {
            "number": next(self._numbers),
            "method": request.method,
            "path": request.url.path,
            "query": request.url.query,
            "headers": _shown(request),
            "received_at": time.time(),
            "received_monotonic": time.monotonic(),
            "ended_at": None,
            "ended_monotonic": None,
            "status": None,
            "outcome": "open",
        }
        self._entries.append(entry)
        return entry


async def _converse(behave: Behaviour, exchange: Exchange) -> str:
    try:
        await behave(exchange)
    except ClientClosed:
        return "client_closed"
    finally:
        exchange.close()
    return "answered"


def _shown(request: Request) -> Headers:
    # A log line is no place for a key, not even a made-up one: tests that print the log may run with a real one.
    return {name: "(hidden)" if name == "authorization" else value for name, value in request.headers.items()}


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _linger_zero(fileno: int) -> None:
    # uvloop's socket refuses options, but they belong to the open socket, which a duplicate shares.
    with socket.socket(fileno=os.dup(fileno)) as duplicate:
        duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

"""uvicorn's HTTP parser: answers what is no HTTP as all else that cannot be accepted; waits for no head for ever; tells
of who leaves."""

import asyncio

from starlette.datastructures import Headers
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.api.answers import answer
from service.api.leaving import LEAVING, Leaving
from service.api.problems import MalformedHttp

HEAD_SECONDS = 10.0
"""Seconds a client has from the start of a connection, or from the first byte of a further request, to the end of the
head. uvicorn itself limits only the wait between two requests."""


class Protocol(HttpToolsProtocol):
    """An answer to what is no HTTP has no headers to go by, so that it is in Korean and without a request id."""

    _leaving: Leaving
    _head_limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._leaving = Leaving()
        self._limit_head()

    def data_received(self, data: bytes) -> None:
        if self.cycle is not None and self.cycle.response_complete:
            self._limit_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._end_limit()
        self.scope[LEAVING] = self._leaving  # type: ignore[literal-required]
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_limit()
        super().connection_lost(exc)
        self._leaving.note()

    def send_400_response(self, msg: str) -> None:
        response = answer(MalformedHttp(), Headers(), None)
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(header) for header in response.raw_headers)]
        self.transport.write(b"\r\n".join([*lines, b"connection: close", b"", bytes(response.body)]))
        self.transport.close()

    def _limit_head(self) -> None:
        if self._head_limit is None:
            self._head_limit = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_limit(self) -> None:
        if self._head_limit is not None:
            self._head_limit.cancel()
            self._head_limit = None

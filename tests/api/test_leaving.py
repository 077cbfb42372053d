"""Who leaves in the midst of an answer is noticed at once; with a request behind it, when the next piece is sent."""

import asyncio
import socket
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from service.api.leaving import Leaving, leaving_of
from service.protocol import Protocol

_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("requests", [1, 2], ids=["alone", "another request behind it"])
def test_the_answer_is_told_as_soon_as_the_client_is_gone(requests: int) -> None:
    async def run() -> None:
        begun, left = asyncio.Event(), asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            with leaving_of(scope).told(left.set):
                begun.set()
                await send({"type": "http.response.start", "status": 200, "headers": []})
                while not left.is_set():
                    await send({"type": "http.response.body", "body": b": ping", "more_body": True})
                    with suppress(TimeoutError):
                        await asyncio.wait_for(left.wait(), 0.01 if requests > 1 else 60)
            await send({"type": "http.response.body", "body": b""})

        config = uvicorn.Config(app, http=Protocol, ws="none", lifespan="off", log_config=None)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server._serve([listening]))
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(_REQUEST * requests)
            await begun.wait()
            assert not left.is_set()
            writer.close()
            await left.wait()
            server.should_exit = True
            await serving

    asyncio.run(asyncio.wait_for(run(), 10))


def test_who_left_before_is_told_of_at_once_and_nobody_afterwards() -> None:
    leaving, told = Leaving(), []
    leaving.note()
    with leaving.told(lambda: told.append("late")):
        assert told == ["late"]
    leaving.note()
    assert told == ["late"]

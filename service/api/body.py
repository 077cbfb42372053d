"""A request's body as it comes, with an end to the patience with who sends it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request

from service.api.problems import UploadStalled, UploadTooSlow


@dataclass(frozen=True)
class Patience:
    """Seconds a body may stand still, and seconds it may take as a whole."""

    idle: float
    whole: float


async def pieces(request: Request, patience: Patience) -> AsyncIterator[bytes]:
    """The body, piece by piece. Raises UploadStalled or UploadTooSlow when the patience is at its end."""
    stream, clock = aiter(request.stream()), asyncio.get_running_loop().time
    end = clock() + patience.whole
    while True:
        try:
            async with asyncio.timeout_at(min(clock() + patience.idle, end)):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if clock() >= end:
                raise UploadTooSlow(seconds=f"{patience.whole:g}") from None
            raise UploadStalled(seconds=f"{patience.idle:g}") from None
        yield piece

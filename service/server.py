"""uvicorn's server, which sleeps while nothing happens."""

import asyncio
from types import FrameType

import uvicorn

TICK = 1.0
"""Seconds between two looks at the clock, for the Date of answers; uvicorn's own server looks at it ten times as often
as it needs to, for lack of a way to be woken when it is to end."""

_DATE = 0
"""The tick by which uvicorn tells the time anew."""


class Server(uvicorn.Server):
    """Ends at a signal as uvicorn's does."""

    _told: asyncio.Event
    _loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._told, self._loop = asyncio.Event(), asyncio.get_running_loop()
        while not await self.on_tick(_DATE):
            try:
                async with asyncio.timeout(TICK):
                    await self._told.wait()
            except TimeoutError:
                pass  # time to look at the clock

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

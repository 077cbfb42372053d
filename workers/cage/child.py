"""A caged child as its worker sees it."""

import json
import select
import socket
from collections.abc import Callable
from typing import Self

from service.jobs.errors import job_error
from workers.cage.channel import Channel, Message, line

_LOOK_MS = 20
"""Milliseconds between two looks at whether the run must stop, while the child works."""


class CagedError(Exception):
    """What the child's reader raised, in its words."""


class Child:
    """Ordered from the keeper for one file. Leaving the context, or dying, ends the child, whatever it is doing."""

    def __init__(self, keeper: socket.socket, order: Message, file: int, checkpoint: Callable[[], None]) -> None:
        ours, theirs = line()
        self._lifeline, tether = line()
        self._checkpoint = checkpoint
        self.channel = Channel(ours)
        with theirs, tether:
            socket.send_fds(keeper, [json.dumps(order).encode()], [file, theirs.fileno(), tether.fileno()])

    def receive(self) -> tuple[Message, memoryview | None]:
        """The child's next message.

        Raises the JobError that the child tells of, Closed when it died, and what the checkpoint raises.
        """
        poller = select.poll()
        poller.register(self.channel, select.POLLIN)
        while not poller.poll(_LOOK_MS):
            self._checkpoint()
        message, block = self.channel.receive()
        if "error" in message:
            raise job_error(message["error"], message["values"]) from CagedError(message["cause"])
        return message, None if block is None else memoryview(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        self._lifeline.close()

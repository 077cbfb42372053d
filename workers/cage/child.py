"""A caged child as its worker sees it."""

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable

from service.jobs.errors import job_error
from workers.cage.channel import Channel, Closed, Message, line

_LOOK_MS = 20
"""Milliseconds between two looks at whether the run must stop, while the child works."""


LONGEST = 300.0
"""Seconds a child may be silent, should it sleep; one that works is ended by its processor time."""

_WORDS_BYTES = 4096

_STARVED = (b"Fatal Python error: Aborted", b"memory allocation of", b"bad_alloc")
"""What stands in the last words of a process that got no memory: pdfium, Rust and C++ then abort [measured]. Their
other faults end in a segmentation fault, a trap or a panic."""

_FATAL, _OUT_OF_TIME = b"Fatal Python error", b"Stack (most recent call first)"
"""A process whose processor time is over tells where it was [faulthandler]; one that breaks says so before that."""

_BROKEN = (b"corrupt", b"invalid", b"Assertion")
"""What glibc says before it aborts for another reason."""


class CagedError(Exception):
    """What the child's reader raised, in its words."""


class Died(Closed):
    """The child ended without an answer; its last words tell why, as far as it had any.

    One that was `stuck` was silent, or at work, for too long.
    """

    def __init__(self, words: bytes, *, stuck: bool = False) -> None:
        super().__init__(words.decode(errors="replace"))
        self.stuck = stuck or (_OUT_OF_TIME in words and _FATAL not in words)
        self.starved = any(mark in words for mark in _STARVED) and not any(mark in words for mark in _BROKEN)


class Child:
    """Ordered from the keeper for a file. `grown_mb` is the memory that the file took, None until it is read."""

    def __init__(self, keeper: socket.socket, order: Message, file: int, checkpoint: Callable[[], None]) -> None:
        ours, theirs = line()
        self._lifeline, tether = line()
        self._checkpoint = checkpoint
        self._channel = Channel(ours)
        self.grown_mb: int | None = None
        with theirs, tether:
            socket.send_fds(keeper, [json.dumps(order).encode()], [file, theirs.fileno(), tether.fileno()])

    def go_on(self, order: Message, file: int, checkpoint: Callable[[], None]) -> None:
        """Have a child that has read its file read another. Raises Died."""
        self._checkpoint, self.grown_mb = checkpoint, None
        self._send(order, file)

    def receive(self) -> tuple[Message, memoryview | None]:
        """The child's next message.

        Raises the JobError that the child tells of, Died when it died, and what the checkpoint raises.
        """
        poller = select.poll()
        poller.register(self._channel, select.POLLIN)
        begun = time.monotonic()
        while not poller.poll(_LOOK_MS):
            self._checkpoint()
            if time.monotonic() - begun > LONGEST:
                raise Died(b"silent for too long", stuck=True)
        try:
            message, block = self._channel.receive()
        except Closed:
            raise Died(self._last_words()) from None
        if "error" in message:
            raise job_error(message["error"], message["values"]) from CagedError(message["cause"])
        self.grown_mb = message.get("grown_mb")
        return message, None if block is None else memoryview(block)

    def send(self, message: Message) -> None:
        """Answer the child. Raises Died."""
        self._send(message, None)

    def end(self) -> None:
        """End the child, whatever it is doing."""
        self._channel.close()
        self._lifeline.close()

    def _send(self, message: Message, file: int | None) -> None:
        try:
            self._channel.send(message, file=file)
        except Closed:
            raise Died(self._last_words()) from None

    def _last_words(self) -> bytes:
        """What the child said on its standard error, as far as the lifeline had room for it."""
        words = b""
        self._lifeline.setblocking(False)
        with contextlib.suppress(OSError):
            while piece := self._lifeline.recv(_WORDS_BYTES):
                words += piece
        return words[-_WORDS_BYTES:]

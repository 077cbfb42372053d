"""A caged child: forked for one file, confined, and gone when the file is read."""

import os
import select
import signal
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from service.jobs.errors import JobError, OutOfMemory, job_error
from workers.cage.channel import Channel, Closed, Message, line
from workers.cage.confinement import confine

_LOOK_MS = 20
"""Milliseconds between two looks at whether the run must stop, while the child works."""


class CagedError(Exception):
    """What the child's reader raised, in its words."""


Work = Callable[[Channel], None]
"""What the child does with its end of the channel; what it raises is told to the parent."""


class Child:
    """The parent's side of a caged child; leaving the context ends the child, whatever it is doing."""

    def __init__(self, work: Work, keep: int, memory_mb: int, checkpoint: Callable[[], None]) -> None:
        ours, theirs = line()
        self.channel = Channel(ours)
        self._checkpoint = checkpoint
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _live(work, Channel(theirs), {keep, theirs.fileno(), 2}, memory_mb, parent)
        theirs.close()

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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.channel.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _live(work: Work, channel: Channel, keep: set[int], memory_mb: int, parent: int) -> None:
    """The child's whole life."""
    status = 1
    try:
        confine(keep, memory_mb, parent)
        _tell(work, channel)
        status = 0
    except Closed:
        pass  # the worker has lost interest
    except BaseException as error:
        sys.stderr.write(f"caged child: {error!r}\n"[:500])
    finally:
        os._exit(status)


def _tell(work: Work, channel: Channel) -> None:
    try:
        work(channel)
    except JobError as error:
        channel.send({"error": error.code, "values": error.values, "cause": repr(error.__cause__)[:300]})
    except MemoryError:
        channel.send({"error": OutOfMemory.code, "values": {}, "cause": "MemoryError"})
    else:
        channel.send({"end": True})

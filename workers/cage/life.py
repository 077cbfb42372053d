"""The life of a caged child: born by a fork, confined, at work on a file, then on another that comes at once, gone."""

import contextlib
import faulthandler
import fcntl
import math
import os
import resource
import select
import signal
import socket
from collections.abc import Callable
from typing import BinaryIO

from service.jobs.errors import JobError, OutOfMemory, UnreadableFile
from workers.cage.channel import Channel, Closed, Message
from workers.cage.confinement import confine, room_for

Work = Callable[[BinaryIO, Message, Channel], None]
"""Reads a file as an order says, and tells what it finds."""

_STDERR = 2
_LAST_WORDS = 500

WAIT = 1.0
"""Seconds a child waits for another file."""

MOST_CPU = 75
"""Seconds of processor time a child may take from one message to the next: a decoder that a hostile file leads in
circles must not hold a slot until the job's deadline, and a busy machine must not make a good file look like one. The
slowest that is accepted, a JPEG of 256 megapixels in 100 scans, takes 25, by the measure of MAX_SCANS."""


class Reporting(Channel):
    """The child's end of the line: with each message that it sends its processor time is granted anew."""

    def send(self, message: Message, block: bytes | None = None, file: int | None = None) -> None:
        super().send(message, block, file)
        _grant_time()


def bear(work_of: Callable[[Message], Work], order: Message, handles: list[int]) -> None:
    """Fork a child that does the work of an order.

    `handles` are its input, its line and its lifeline, which stay open here. `work_of` is called in the child, while it
    can still load modules. The lifeline also carries what the child says on its standard error: its last words, should
    a C library end it.
    """
    parent, room = os.getpid(), room_for(order["memory_mb"])
    if os.fork() == 0:
        _live(work_of, order, handles, parent, room)


def _live(work_of: Callable[[Message], Work], order: Message, handles: list[int], parent: int, room: int) -> None:
    """The child's whole life."""
    status = 1
    try:
        os.nice(order.get("nice", 0))
        work = work_of(order)
        confine({*handles, _STDERR}, room, parent)
        _hang_on(handles[2])
        os.dup2(handles[2], _STDERR)
        faulthandler.enable(_STDERR, all_threads=False)
        faulthandler.register(signal.SIGXCPU, _STDERR, all_threads=False, chain=True)
        with contextlib.suppress(Closed):  # the worker has lost interest
            channel = Reporting(socket.socket(fileno=handles[1]))
            _do(work, order, handles[0], channel)
            while (following := channel.receive_order(WAIT)) is not None:
                order, handle = following
                _do(work_of(order), order, handle, channel)
        status = 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(_STDERR, f"{error!r}"[:_LAST_WORDS].encode())
    finally:
        os._exit(status)


def _hang_on(lifeline: int) -> None:
    """Have the kernel end this process when the worker lets go of the lifeline, whatever code is running here then."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    poller = select.poll()
    poller.register(lifeline, 0)
    if poller.poll(0):  # it was let go before
        os._exit(0)


def _do(work: Work, order: Message, handle: int, channel: Channel) -> None:
    start = most_memory()
    _grant_time()
    try:
        with os.fdopen(handle, "rb") as file:
            file.seek(0)
            work(file, order, channel)
    except JobError as error:
        told = blamed(error, most_memory() - start, order["memory_mb"])
        channel.send({"error": told.code, "values": told.values, "cause": repr(error.__cause__)[:300]})
    except MemoryError:
        channel.send({"error": OutOfMemory.code, "values": {}, "cause": "MemoryError"})
    else:
        channel.send({"end": True, "grown_mb": most_memory() - start})


def _grant_time() -> None:
    """From now on, MOST_CPU seconds; then the kernel ends this process, after its last words."""
    usage, (_, most) = resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(usage.ru_utime + usage.ru_stime) + MOST_CPU, most))


def blamed(error: JobError, grown_mb: int, memory_mb: int) -> JobError:
    """What to tell of an error, given the memory that was taken and might be.

    lxml and others tell of memory that they did not get as of damage. What grows by doubling is refused its next step
    from one half on.
    """
    starved = grown_mb > memory_mb // 2 and error.code == UnreadableFile.code
    return OutOfMemory() if starved else error


def most_memory() -> int:
    """The most memory in MB that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

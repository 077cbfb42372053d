"""What a caged child and its worker say to each other: small JSON messages, some with a block of bytes or a file."""

import json
import mmap
import os
import select
import socket
from typing import Any

_MESSAGE_BYTES = 65_536

Message = dict[str, Any]


class Closed(Exception):
    """The other end is gone."""


class Channel:
    """One end of the line between a worker and its caged child."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def fileno(self) -> int:
        return self._line.fileno()

    def send(self, message: Message, block: bytes | None = None, file: int | None = None) -> None:
        """Send a message, with a block, which goes through shared memory, or with an open file. Raises Closed."""
        handle = None if block is None else _shared(block)
        try:
            handles = [one for one in (handle, file) if one is not None]
            socket.send_fds(self._line, [json.dumps(message).encode()], handles)
        except OSError as error:
            raise Closed from error
        finally:
            if handle is not None:
                os.close(handle)

    def receive(self) -> tuple[Message, mmap.mmap | None]:
        """The next message and its block. Raises Closed."""
        message, handles = self._received()
        return message, _mapped(handles[0]) if handles else None

    def receive_order(self, seconds: float) -> tuple[Message, int] | None:
        """The next message and the open file that comes with it; None when none came in time. Raises Closed."""
        poller = select.poll()
        poller.register(self._line, select.POLLIN)
        if not poller.poll(seconds * 1000):
            return None
        message, handles = self._received()
        return message, handles[0]

    def _received(self) -> tuple[Message, list[int]]:
        try:
            data, handles, _, _ = socket.recv_fds(self._line, _MESSAGE_BYTES, 1)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        return json.loads(data), handles

    def close(self) -> None:
        self._line.close()


def line() -> tuple[socket.socket, socket.socket]:
    """Two connected ends that keep messages apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _shared(block: bytes) -> int:
    handle = os.memfd_create("block", os.MFD_CLOEXEC)
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]
    return handle


def _mapped(handle: int) -> mmap.mmap | None:
    try:
        size = os.fstat(handle).st_size
        return mmap.mmap(handle, size, access=mmap.ACCESS_READ) if size else None
    finally:
        os.close(handle)

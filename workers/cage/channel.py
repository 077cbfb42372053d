"""What a caged child and its worker say to each other: small JSON messages, each with at most one block of bytes."""

import json
import mmap
import os
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

    def send(self, message: Message, block: bytes | None = None) -> None:
        """Send a message; the block goes through shared memory. Raises Closed."""
        handle = None if block is None else _shared(block)
        try:
            socket.send_fds(self._line, [json.dumps(message).encode()], [] if handle is None else [handle])
        except OSError as error:
            raise Closed from error
        finally:
            if handle is not None:
                os.close(handle)

    def receive(self) -> tuple[Message, mmap.mmap | None]:
        """The next message and its block. Raises Closed."""
        try:
            data, handles, _, _ = socket.recv_fds(self._line, _MESSAGE_BYTES, 1)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        message: Message = json.loads(data)
        return message, _mapped(handles[0]) if handles else None

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

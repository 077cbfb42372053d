"""Clients that begin an upload and then dawdle."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.contract.multipart import answer, begun
from tests.contract.multipart import file as file_part
from tests.installation import Installation

_BEGINNING = file_part(b"\x89PNG")[: -len(b"\r\n")]


class Dawdlers:
    """`count` uploads under way; each gets another byte every half second until they are `stalled`."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sockets = sockets
        self._stalled = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()

    def stall(self) -> None:
        self._stalled.set()
        self._thread.join()

    def answers(self) -> list[tuple[int, object, bool]]:
        """Status, code and whether the connection was then closed, of each."""
        return [_answer(one) for one in self._sockets]

    def _drip(self) -> None:
        while not self._stalled.wait(0.5):
            for one in self._sockets:
                with suppress(OSError):  # cut off by the service, as its answer will tell
                    one.sendall(b"x")


@contextmanager
def dawdling(service: Installation, count: int) -> Iterator[Dawdlers]:
    """Uploads of which the head and the first bytes have been sent."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(begun(service, 10_000_000)) for _ in range(count)]
        for one in sockets:
            one.sendall(_BEGINNING)
        dawdlers = Dawdlers(sockets)
        stack.callback(dawdlers.stall)
        yield dawdlers


def _answer(connection: socket.socket) -> tuple[int, object, bool]:
    status, body = answer(connection)
    return status, body["code"], _is_closed(connection)


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:  # a byte of ours reached it after it had closed
        return True

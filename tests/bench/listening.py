"""What clients cost that only listen: a thousand open event streams on which nothing is said but the pings."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from service.api.stream import PING_SECONDS
from tests.bench.client import Body, Client
from tests.bench.figures import Figure
from tests.bench.ledger import Ledger
from tests.bench.processes import cpu_ms, memory
from tests.bench.subjects import Subject
from tests.installation import Installation

LISTENERS = 1000
_WARM_UP = 50
_QUIET = PING_SECONDS
"""Seconds in which every listener is pinged once."""

_CALM = 5.0
"""Percent of a core under which a process counts as done with what came before."""


def listeners(service: Installation, subject: Subject) -> Iterator[Figure]:
    """Memory and CPU time of the web process for each kind of stream, of a task that does not end meanwhile."""
    client = Client(service.port)
    task_id = client.submit(Body.of(subject, prompt="HANG")).task_id
    Ledger(service).moment(task_id, "started")
    streams = {"one task": f"/background/task-status/{task_id}/events", "all tasks": "/background/events"}
    for what, path in streams.items():
        yield from _idle(service, what, path)
    client.cancel(task_id)


def _idle(service: Installation, what: str, path: str) -> Iterator[Figure]:
    with _listening(service, path, _WARM_UP):
        pass  # what the first listeners load is not charged to those that follow
    web = service.process("web").pid
    _calm_down(web)
    empty = memory(service)["web"]
    with _listening(service, path, LISTENERS):
        _calm_down(web)
        held = memory(service)["web"] - empty
        share = _share(web, _QUIET)
    yield Figure(f"memory of each of {LISTENERS} listeners to {what}", held * 1e6 / LISTENERS / 1024, "KB", 40)
    yield Figure(f"CPU of web with {LISTENERS} idle listeners to {what}", share, "%", 2)


def _calm_down(pid: int) -> None:
    """Wait until a process has done what came before: 1000 listeners that come or go at once are not idle yet."""
    deadline = time.monotonic() + 60
    while _share(pid, 0.5) > _CALM:
        assert time.monotonic() < deadline, f"process {pid} does not come to rest"


def _share(pid: int, seconds: float) -> float:
    """Percent of a core that a process uses while so many seconds pass."""
    before, begun = cpu_ms(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_ms(pid) - before) / 10 / (time.monotonic() - begun)


@contextmanager
def _listening(service: Installation, path: str, count: int) -> Iterator[None]:
    """So many streams, open and begun."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nAccept: text/event-stream\r\n\r\n".encode()
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=30))
            connection.sendall(head)
            connections.append(connection)
        for connection in connections:
            _read_until(connection, b"retry: ")
        yield


def _read_until(connection: socket.socket, word: bytes) -> None:
    received = b""
    while word not in received:
        data = connection.recv(65536)
        assert data, f"the stream ended: {received!r}"
        received += data

"""The cage: what decodes can do nothing else, and its death costs no more than a page."""

import ctypes
import os
import resource
import select
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from service.jobs.errors import OutOfMemory, UnreadableFile
from workers.cage import landlock
from workers.cage.channel import Channel, Closed
from workers.cage.child import Child
from workers.cage.pages import CagedPages
from workers.decode import FORMATS
from workers.engines.base import Fit, Page
from workers.run import JobStopped

MEMORY_MB = 256
assert FORMATS  # the decoders are loaded before any child is caged, as in a worker


def asked(tmp_path: Path, work, memory_mb: int = MEMORY_MB) -> dict[str, object]:
    """The first message of a caged child that does `work`."""
    path = tmp_path / "input"
    path.write_bytes(b"input")
    with path.open("rb") as file, Child(work, file.fileno(), memory_mb, lambda: None) as child:
        return child.receive()[0]


def attempt(action) -> str:
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"


def test_it_opens_nothing_connects_nowhere_and_signals_nobody(tmp_path: Path) -> None:
    assert landlock.version() >= 1, "this kernel has no Landlock: the cage's walls cannot be tested here"
    secret = tmp_path / "secret"
    secret.write_text("x")
    server = socket.create_server(("127.0.0.1", 0))
    address, parent = server.getsockname(), os.getpid()

    def work(channel: Channel) -> None:
        actions = {
            "read": lambda: secret.open(),
            "write": lambda: (tmp_path / "new").write_text("x"),
            "list": lambda: os.listdir(tmp_path),
            "passwd": lambda: Path("/etc/passwd").read_text(),
            "run": lambda: os.execv("/bin/true", ["true"]),
        }
        if landlock.version() >= 4:
            actions["connect"] = lambda: socket.create_connection(address)
        if landlock.version() >= 6:
            actions["signal"] = lambda: os.kill(parent, 0)
        channel.send({name: attempt(action) for name, action in actions.items()})

    found = asked(tmp_path, work)
    server.close()
    assert set(found.values()) == {"PermissionError"}, found


def test_it_keeps_its_input_and_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"what stands in the input")
    with path.open("rb") as file, path.open("rb") as other:

        def work(channel: Channel) -> None:
            channel.send(
                {"text": os.read(file.fileno(), 100).decode(), "other": attempt(lambda: os.fstat(other.fileno()))}
            )

        with Child(work, file.fileno(), MEMORY_MB, lambda: None) as child:
            message, _ = child.receive()
    assert message == {"text": "what stands in the input", "other": "OSError"}


def test_it_gains_no_privilege_and_leaves_no_core(tmp_path: Path) -> None:
    def work(channel: Channel) -> None:
        libc = ctypes.CDLL(None)
        channel.send({"new": libc.prctl(39, 0, 0, 0, 0), "core": resource.getrlimit(resource.RLIMIT_CORE)[1]})

    assert asked(tmp_path, work) == {"new": 1, "core": 0}


def test_too_much_memory_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        asked(tmp_path, lambda channel: bytearray(2 * MEMORY_MB * 1024 * 1024))


def test_a_block_arrives_as_it_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"")
    block = os.urandom(3_000_000)
    with (
        path.open("rb") as file,
        Child(lambda channel: channel.send({"n": 1}, block), file.fileno(), MEMORY_MB, lambda: None) as child,
    ):
        message, received = child.receive()
        assert message == {"n": 1}
        assert received is not None
        assert bytes(received) == block
        assert child.receive()[0] == {"end": True}


def test_the_run_can_stop_while_the_child_works(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"")
    looks: list[int] = []

    def checkpoint() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise JobStopped

    with path.open("rb") as file:
        with pytest.raises(JobStopped), Child(lambda _: signal.pause(), file.fileno(), MEMORY_MB, checkpoint) as child:
            child.receive()
        with pytest.raises(ChildProcessError):
            os.waitpid(child.pid, os.WNOHANG)


def pages(deadly: set[int], total: int = 4):
    """A reader of `total` pages that dies on some."""

    def open_pages(file: BinaryIO, fit: Fit, first: int) -> Iterator[Page]:
        for number in range(first, total + 1):
            if number in deadly:
                os.abort()
            width, height = fit((number * 10, 10))
            yield Page(number, total, Image.new("RGB", (width, height), (number, 0, 0)))

    return open_pages


def read(tmp_path: Path, deadly: set[int]) -> tuple[list[tuple[int, tuple[int, int]]], list[int]]:
    path = tmp_path / "input"
    path.write_bytes(b"")
    caged = CagedPages(path, "image/tiff", pages(deadly), lambda size: (size[0] // 2, size[1]), MEMORY_MB, lambda: None)
    return [(page.number, page.image.size) for page in caged], caged.lost


def test_pages_arrive_in_the_size_that_was_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, set()) == ([(1, (5, 10)), (2, (10, 10)), (3, (15, 10)), (4, (20, 10))], [])


def test_a_death_costs_one_page(tmp_path: Path) -> None:
    found, lost = read(tmp_path, {2})
    assert [number for number, _ in found] == [1, 3, 4]
    assert lost == [2]


@pytest.mark.parametrize("deadly", [{1}, {1, 2, 3, 4}, {2, 3, 4}])
def test_a_document_that_kills_its_reader_again_and_again_is_unreadable(tmp_path: Path, deadly: set[int]) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path, deadly)


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        path = tmp_path / "input"
        path.write_bytes(b"")
        with path.open("rb") as file:
            child = Child(lambda channel: (channel.send({}), signal.pause()), file.fileno(), MEMORY_MB, lambda: None)
            child.receive()
            os.write(writer, str(child.pid).encode())
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    handle = os.pidfd_open(int(os.read(reader, 20)))
    assert select.select([handle], [], [], 5)[0], "the caged child outlived its worker"
    os.close(handle)


def test_a_closed_line_is_told(tmp_path: Path) -> None:
    with pytest.raises(Closed):
        asked(tmp_path, lambda channel: os._exit(3))

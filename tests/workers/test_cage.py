"""The cage: what decodes can do nothing else, and its death costs no more than a page."""

import ctypes
import io
import os
import resource
import select
import signal
import socket
import threading
import time
from pathlib import Path
from typing import BinaryIO

import psutil
import pytest
from PIL import Image

from service.jobs.errors import OutOfMemory, UnreadableFile
from service.settings import Settings
from workers.cage import landlock
from workers.cage.channel import Channel, Closed, line
from workers.cage.child import Child, Died
from workers.cage.keeper import Keeper
from workers.cage.life import bear
from workers.cage.nursery import Nursery
from workers.documents import Document
from workers.run import JobStopped

MEMORY_MB = 256


class Born:
    """A child that does any work a test wants, borne by the test itself in the keeper's place."""

    def __init__(self, path: Path, work, memory_mb: int = MEMORY_MB, checkpoint=lambda: None) -> None:
        orders, taken = line()
        with path.open("rb") as file, orders, taken:
            self.child = Child(orders, {"memory_mb": memory_mb}, file.fileno(), checkpoint)
            _, handles, _, _ = socket.recv_fds(taken, 4096, 3)
            bear(lambda _: lambda file, order, channel: work(file, channel), {"memory_mb": memory_mb}, handles)
            for handle in handles:
                os.close(handle)

    def __enter__(self) -> Child:
        return self.child

    def __exit__(self, *error: object) -> None:
        self.child.end()
        os.wait()


def spin_for_ever(*_: object) -> None:
    while True:
        pass


def work_and_tell(channel: Channel, pages: int) -> None:
    """Half a second of processor time for each of some pages: more in all than a test lets it have at once."""
    for page in range(pages):
        begun = time.process_time()
        while time.process_time() - begun < 0.5:
            pass
        channel.send({"page": page})


def asked(tmp_path: Path, work, memory_mb: int = MEMORY_MB) -> dict[str, object]:
    """The first message of a caged child that does `work`."""
    path = tmp_path / "input"
    path.write_bytes(b"what stands in the input")
    with Born(path, work, memory_mb) as child:
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

    def work(_: BinaryIO, channel: Channel) -> None:
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
    with Path("/etc/hostname").open("rb") as other:
        handle = other.fileno()

        def work(file: BinaryIO, channel: Channel) -> None:
            channel.send({"text": file.read().decode(), "other": attempt(lambda: os.fstat(handle))})

        assert asked(tmp_path, work) == {"text": "what stands in the input", "other": "OSError"}


def test_it_gains_no_privilege_and_leaves_no_core(tmp_path: Path) -> None:
    def work(_: BinaryIO, channel: Channel) -> None:
        libc = ctypes.CDLL(None)
        channel.send({"new": libc.prctl(39, 0, 0, 0, 0), "core": resource.getrlimit(resource.RLIMIT_CORE)[1]})

    assert asked(tmp_path, work) == {"new": 1, "core": 0}


def test_too_much_memory_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        asked(tmp_path, lambda *_: bytearray(2 * MEMORY_MB * 1024 * 1024))


def test_a_child_that_is_silent_for_too_long_counts_as_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.cage.child.LONGEST", 0.2)
    path = tmp_path / "input"
    path.write_bytes(b"")
    with Born(path, spin_for_ever) as child, pytest.raises(Died) as caught:
        child.receive()
    assert caught.value.stuck


def test_a_child_that_works_for_too_long_counts_as_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.cage.life.MOST_CPU", 1)
    path = tmp_path / "input"
    path.write_bytes(b"")
    with Born(path, spin_for_ever) as child, pytest.raises(Died) as caught:
        child.receive()
    assert caught.value.stuck and not caught.value.starved


def test_a_child_that_tells_of_its_work_may_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.cage.life.MOST_CPU", 1)
    path = tmp_path / "input"
    path.write_bytes(b"")
    with Born(path, lambda _, channel: work_and_tell(channel, pages=4)) as child:
        assert [child.receive()[0].get("page") for _ in range(4)] == [0, 1, 2, 3]
        assert child.receive()[0]["end"] is True


def test_a_block_arrives_as_it_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"")
    block = os.urandom(3_000_000)
    with Born(path, lambda _, channel: channel.send({"n": 1}, block)) as child:
        message, received = child.receive()
        assert message == {"n": 1}
        assert received is not None
        assert bytes(received) == block
        assert child.receive()[0]["end"] is True


def test_the_run_can_stop_while_the_child_works_and_the_child_ends(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"")
    looks: list[int] = []

    def checkpoint() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise JobStopped

    with pytest.raises(JobStopped), Born(path, spin_for_ever, checkpoint=checkpoint) as child:
        child.receive()  # leaving the context waits for the child's end: this test hangs when it does not end


def test_a_child_dies_with_its_worker(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"")
    reader, writer = os.pipe()
    worker = os.fork()
    if worker == 0:

        def work(_: BinaryIO, channel: Channel) -> None:
            channel.send({"pid": os.getpid()})
            while True:
                pass

        message, _ = Born(path, work).child.receive()
        os.write(writer, str(message["pid"]).encode())
        signal.pause()
    handle = os.pidfd_open(int(os.read(reader, 20)))
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert select.select([handle], [], [], 5)[0], "the caged child outlived its worker"
    os.close(handle)


@pytest.mark.parametrize(("signal_number", "starved"), [(signal.SIGABRT, True), (signal.SIGSEGV, False)])
def test_a_death_for_want_of_memory_is_told_from_others(tmp_path: Path, signal_number: int, starved: bool) -> None:
    with pytest.raises(Died) as caught:  # an allocator that gets nothing aborts
        asked(tmp_path, lambda *_: signal.raise_signal(signal_number))
    assert caught.value.starved is starved


def test_a_reader_that_tells_of_damage_after_much_memory_had_none(tmp_path: Path) -> None:
    def work(*_: object) -> None:
        most = bytearray(b"x") * ((MEMORY_MB * 3 // 4) * 1024 * 1024)
        raise UnreadableFile(media_type=str(len(most)))

    with pytest.raises(OutOfMemory):
        asked(tmp_path, work)


def test_a_closed_line_is_told(tmp_path: Path) -> None:
    with pytest.raises(Closed):
        asked(tmp_path, lambda *_: os._exit(3))


def tiff(tmp_path: Path, pages: int = 4) -> Path:
    path = tmp_path / "upload"
    frames = [Image.new("RGB", (number * 10, 10), "red") for number in range(1, pages + 1)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])
    return path


def document(path: Path, nursery: Nursery) -> Document:
    return Document(path, "image/tiff", nursery, None, Settings(_env_file=None), lambda: None)


def test_pages_arrive_in_the_size_that_was_asked_for(tmp_path: Path, nursery: Nursery) -> None:
    read = document(tiff(tmp_path), nursery)
    found = [
        (page.number, page.total, page.pixels.size)
        for page in read.pages(lambda size: (size[0] // 2, size[1]), as_files=False)
    ]
    assert found == [(1, 4, (5, 10)), (2, 4, (10, 10)), (3, 4, (15, 10)), (4, 4, (20, 10))]
    assert read.failed == {} and read.read == [1, 2, 3, 4]


def test_pages_come_as_files_where_they_are_to_be_sent_on(tmp_path: Path, nursery: Nursery) -> None:
    files = [page.file for page in document(tiff(tmp_path, 2), nursery).pages(lambda size: size, as_files=True)]
    assert [Image.open(io.BytesIO(file.data)).size for file in files if file is not None] == [(10, 10), (20, 10)]


def test_the_first_of_several_pictures_in_a_jpeg_is_read(tmp_path: Path, nursery: Nursery) -> None:
    path = tmp_path / "upload"
    Image.new("RGB", (30, 20), "red").save(path, "MPO", save_all=True, append_images=[Image.new("RGB", (9, 6))])
    read = Document(path, "image/jpeg", nursery, None, Settings(_env_file=None), lambda: None)
    (page,) = read.pages(lambda size: size, as_files=False)
    assert page.pixels.size == (30, 20)


def test_a_page_whose_reader_was_killed_once_is_read_again(tmp_path: Path, keeper: Keeper, nursery: Nursery) -> None:
    read = document(tiff(tmp_path), nursery)
    killed = []

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        if not killed or (size[0] == 40 and len(killed) == 1):
            killed.append(size)
            kill_children(keeper)
        return size

    assert [page.number for page in read.pages(fit, as_files=False)] == [1, 2, 3, 4]
    assert (read.failed, len(killed)) == ({}, 2)


def test_a_reader_killed_after_the_last_page_costs_nothing(tmp_path: Path, keeper: Keeper, nursery: Nursery) -> None:
    found = []
    for page in document(tiff(tmp_path, pages=1), nursery).pages(lambda size: size, as_files=False):
        found.append(page.number)
        kill_children(keeper)
    assert found == [1]


def test_a_death_costs_one_page(tmp_path: Path, keeper: Keeper, nursery: Nursery) -> None:
    read = document(tiff(tmp_path), nursery)

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        if size[0] == 20:
            kill_children(keeper)
        return size

    assert [page.number for page in read.pages(fit, as_files=False)] == [1, 3, 4]
    assert list(read.failed) == [2] and read.read == [1, 3, 4]


def test_a_file_that_leads_its_reader_in_circles_is_not_read_twice(
    tmp_path: Path, keeper: Keeper, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        asked.append(size)
        monkeypatch.setattr("workers.cage.child.LONGEST", 0.2)  # from now on: a busy machine takes longer to bear it
        for child in psutil.Process(keeper.pid).children():
            child.suspend()
        return size

    with pytest.raises(UnreadableFile):
        list(document(tiff(tmp_path, pages=1), nursery).pages(fit, as_files=False))
    assert len(asked) == 1


def test_a_document_that_kills_its_reader_again_and_again_is_unreadable(
    tmp_path: Path, keeper: Keeper, nursery: Nursery
) -> None:
    read = document(tiff(tmp_path), nursery)

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        if size[0] > 10:
            kill_children(keeper)
        return size

    with pytest.raises(UnreadableFile):
        list(read.pages(fit, as_files=False))


def test_an_order_given_while_the_keeper_is_dead_is_taken_by_the_next(
    tmp_path: Path, keeper: Keeper, nursery: Nursery
) -> None:
    def replace() -> None:
        while not keeper.ensure():  # until it is seen to be dead
            time.sleep(0.01)

    psutil.Process(keeper.pid).kill()
    read = document(tiff(tmp_path), nursery).pages(lambda size: size, as_files=False)
    threading.Timer(0.2, replace).start()
    assert [page.number for page in read] == [1, 2, 3, 4]


def test_nothing_of_ours_is_in_the_keepers_environment(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    other = Keeper()
    other.ensure()
    try:
        while not (environment := psutil.Process(other.pid).environ()):
            pass  # between its fork and its exec it shows none
        assert "sk-secret" not in str(environment)
    finally:
        other.stop()


def kill_children(keeper: Keeper) -> None:
    """SIGKILL to every caged child."""
    for child in psutil.Process(keeper.pid).children():
        child.kill()
        child.wait(5)

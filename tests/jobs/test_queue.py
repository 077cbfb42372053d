"""The queue and its doorbell."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from service.jobs.bell import Bell
from service.jobs.queue import BUSY, Queue
from service.jobs.store import Store
from tests.jobs.submissions import MANY, submission


def test_a_ring_wakes_a_waiting_reader_at_once(tmp_path: Path) -> None:
    with Bell(tmp_path / "bell") as waiting, Bell(tmp_path / "bell") as ringing:
        heard: list[float] = []
        reader = threading.Thread(target=lambda: heard.append(time.monotonic() if waiting.wait(10) else 0.0))
        reader.start()
        rung = time.monotonic()
        ringing.ring()
        reader.join()
        assert heard[0] - rung < 5


def test_a_ring_before_the_wait_is_heard_and_only_once(tmp_path: Path) -> None:
    with Bell(tmp_path / "bell") as bell:
        bell.ring()
        assert bell.wait(0)
        assert not bell.wait(0)


def test_a_bell_nobody_hears_never_blocks(tmp_path: Path) -> None:
    with Bell(tmp_path / "bell") as bell:
        for _ in range(70_000):
            bell.ring()
        assert bell.wait(0)


def test_every_message_is_taken_once_and_in_order(tmp_path: Path) -> None:
    ran: list[str] = []
    queue = Queue(tmp_path, ran.append)
    for name in ("a", "b", "a", "c"):
        queue.ring_for(name)
    assert queue.messages() == 4
    _drain(queue)
    assert ran == ["a", "b", "a", "c"] and queue.messages() == 0


def _drain(queue: Queue) -> None:
    while len(queue.huey):
        queue.huey.execute(queue.huey.dequeue())
    queue.close()


def test_a_deleted_queue_file_is_made_anew_by_whoever_comes_next(tmp_path: Path, store: Store) -> None:
    ringing, working = Queue(tmp_path), Queue(tmp_path)
    job, _ = store.submit(submission(), MANY)
    assert ringing.ring_for(job.id) and working.huey.dequeue().id == job.id
    for file in tmp_path.glob("queue.db*"):
        file.unlink()
    assert working.messages() == 0, "nobody may think that a message in the deleted file still waits"
    assert ringing.ring_for(job.id)
    assert working.huey.dequeue().id == job.id
    ringing.close()
    working.close()


def test_a_damaged_queue_file_is_thrown_away(tmp_path: Path, store: Store) -> None:
    job, _ = store.submit(submission(), MANY)
    (tmp_path / "queue.db").write_bytes(b"no database" * 1000)
    queue = Queue(tmp_path)
    assert queue.ring_for(job.id)
    assert queue.messages() == 1
    queue.close()


def test_a_process_that_starts_waits_for_one_that_lays_out_the_file(tmp_path: Path) -> None:
    made: list[Queue] = []
    with closing(sqlite3.connect(tmp_path / "queue.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        starting = threading.Thread(target=lambda: made.append(Queue(tmp_path)))
        starting.start()
        starting.join(2 * BUSY)
        assert starting.is_alive()
        other.execute("COMMIT")
    starting.join(10)
    assert made[0].ring_for("a") and made[0].messages() == 1
    made[0].close()

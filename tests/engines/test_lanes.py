"""Lanes: so many at once and no more, in order, ended as one, whatever they wait at."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from workers.engines.base import Progress
from workers.engines.openai_vision.lanes import MOST, Lanes
from workers.meter import Meter
from workers.run import JobStopped


class Told:
    """A run that notes what it is told, and is over once `over` holds."""

    def __init__(self, over: Callable[[], bool] = lambda: False) -> None:
        self.log = None
        self.meter = Meter()
        self.alone = True
        self.seconds_left = 60.0
        self.pages_read = 0
        self.steps: list[float] = []
        self.thread = threading.current_thread()
        self._over = over

    def __call__(self, fraction: float) -> None:
        assert threading.current_thread() is self.thread, "only the run's own thread may touch it"
        self.steps.append(fraction)
        if self._over():
            raise JobStopped


def over(run: Told, items, work, room: int = MOST, cut: Callable[[], None] = lambda: None) -> list:
    with ThreadPoolExecutor(MOST) as threads:
        lanes = Lanes(threads, run, lambda: room, cut)  # type: ignore[arg-type]
        return lanes.over(items, work, lambda item: 0.1, lambda item: 1)


@pytest.mark.parametrize("room", [1, 2, MOST])
def test_so_many_at_once_and_the_results_in_order(room: int) -> None:
    barrier, busy, most, lock = threading.Barrier(room), [0], [0], threading.Lock()

    def work(item: int, lane: Progress) -> int:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        barrier.wait(5)  # passes only when as many as there is room for are here together
        with lock:
            busy[0] -= 1
        return item * item

    run = Told()
    assert over(run, range(room * 5), work, room) == [item * item for item in range(room * 5)]
    assert most[0] == room
    assert run.steps[-1] == pytest.approx(0.1 * room * 5)


def test_items_are_drawn_in_the_runs_thread_and_no_more_than_one_ahead() -> None:
    drawn, done = [], []

    def items() -> Iterator[int]:
        for number in range(12):
            assert threading.current_thread() is run.thread
            assert number - len(done) <= MOST + 1
            drawn.append(number)
            yield number

    def work(item: int, lane: Progress) -> None:
        done.append(item)

    run = Told()
    over(run, items(), work)
    assert drawn == list(range(12)) and sorted(done) == drawn


def test_pages_are_counted_that_end_while_the_run_is_told() -> None:
    """Telling is a write to the database, which may take any time."""

    class Slow(Told):
        def __call__(self, fraction: float) -> None:
            super().__call__(fraction)
            go_on.set()
            wait(futures)

    class Noting(ThreadPoolExecutor):
        def submit(self, *args, **options) -> Future:
            go_on.clear()
            futures.append(super().submit(*args, **options))
            return futures[-1]

    go_on, futures, run = threading.Event(), [], Slow()
    with Noting(1) as threads:
        lanes = Lanes(threads, run, lambda: 1, lambda: None)  # type: ignore[arg-type]
        lanes.over([1], lambda item, lane: go_on.wait(5), lambda item: 1.0, lambda item: 1)
    assert run.pages_read == 1 and run.steps[-1] == 1.0


def test_an_error_of_one_ends_those_that_wait_at_a_connection() -> None:
    """The others read from sockets on which nothing will ever come, as from a model that is silent."""
    pairs = [socket.socketpair() for _ in range(MOST)]
    asked: list[int] = []

    def work(item: int, lane: Progress) -> None:
        asked.append(item)
        if item == MOST - 1:
            raise ValueError("the account is empty")
        assert pairs[item][0].recv(1) == b"", "cut"
        lane(0.5)
        raise AssertionError("a lane that is given up must not go on")

    def cut() -> None:
        for ours, _ in pairs:
            ours.shutdown(socket.SHUT_RDWR)

    with pytest.raises(ValueError, match="the account is empty"):
        over(Told(), range(100), work, cut=cut)
    assert len(asked) == MOST
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane")]
    for pair in pairs:
        for end in pair:
            end.close()


def test_a_run_that_is_over_ends_its_lanes_in_their_waits() -> None:
    waiting: list[int] = []
    ended: list[int] = []

    def work(item: int, lane: Progress) -> None:
        waiting.append(item)
        try:
            lane.wait(60, unless=lambda: False)
        finally:
            ended.append(item)

    with pytest.raises(JobStopped):
        over(Told(over=lambda: len(waiting) == MOST), range(MOST), work)
    assert sorted(ended) == list(range(MOST))


def test_an_error_of_the_items_ends_the_lanes_too() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the decoder died")

    with pytest.raises(OSError, match="the decoder died"):
        over(Told(), items(), lambda item, lane: lane.wait(60, unless=lambda: False))


def test_nothing_to_do() -> None:
    assert over(Told(), [], lambda item, lane: item) == []

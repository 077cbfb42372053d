"""Lanes: questions of one run asked side by side, each in a thread, while the run's own thread watches over them.

A thread never touches the run: it tells how far it is, and stops when it is told to. So a run that is over ends within
a glance, and its worker lives on: nobody waits at a connection, for those are cut.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

from service.logs import Logger
from workers.engines.base import Progress
from workers.run import GLANCE, JobStopped

MOST = 4
"""Lanes of one run. A model takes seconds for a page and the decoder a fraction of one, so that each further lane saves
nearly a page's time; but with 3 workers, 12 questions at once are about what a small account's rate limit allows, and
each lane holds a page's image three times (file, text, request): at most 60 MB."""

Item = TypeVar("Item")
Found = TypeVar("Found")


DRAWN = 0.2
"""Part of the work on an item that is done once it is drawn, which is decoded."""


class Lane(Generic[Found]):
    """One question's view of its run, as its Progress; `share` is how far the work on its item is, 0 to 1.

    `pages_read` are the pages that will have been read when it is answered.
    """

    def __init__(self, run: Progress, weight: float, pages: int, given_up: threading.Event) -> None:
        self.log: Logger = run.log
        self.meter = run.meter
        self.weight = weight
        self.pages_read = pages
        self.share = DRAWN
        self.future: Future[Found]
        self._run = run
        self._given_up = given_up

    def __call__(self, fraction: float) -> None:
        """Raises JobStopped when the question is given up."""
        if self._given_up.is_set():
            raise JobStopped
        self.share = DRAWN + (1 - DRAWN) * fraction

    @property
    def seconds_left(self) -> float:
        return self._run.seconds_left

    @property
    def traceparent(self) -> str | None:
        return self._run.traceparent

    @property
    def alone(self) -> bool:
        return self._run.alone

    def wait(self, seconds: float, unless: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        if self._given_up.is_set():
            raise JobStopped
        while (left := deadline - time.monotonic()) > 0 and not unless():
            if self._given_up.wait(min(left, GLANCE)):
                raise JobStopped


class Lanes:
    """The lanes of one run, each in one of `threads`, which are MOST at least and no other run's meanwhile.

    `room` says how many may be in use; `cut` wakes whoever waits at a connection.
    """

    def __init__(
        self, threads: ThreadPoolExecutor, run: Progress, room: Callable[[], int], cut: Callable[[], None]
    ) -> None:
        self._threads = threads
        self._run = run
        self._room = room
        self._cut = cut

    def over(
        self,
        items: Iterable[Item],
        work: Callable[[Item, Progress], Found],
        weight: Callable[[Item], float],
        pages: Callable[[Item], int],
    ) -> list[Found]:
        """`work` on each item, in the order of the items, which are drawn as lanes get free, in this thread.

        `weight` is an item's part of the run, 0 to 1, `pages` how many pages it has. Raises the first error of a
        `work`, and what the items or the run's progress raise; whatever is then under way is ended first.
        """
        given_up = threading.Event()
        lanes: list[Lane[Found]] = []
        try:
            for item in items:
                self._watch(lanes, self._room)
                lane: Lane[Found] = Lane(self._run, weight(item), pages(item), given_up)
                lane.future = self._threads.submit(work, item, lane)
                lanes.append(lane)
            self._watch(lanes, lambda: 1)
        except BaseException:
            given_up.set()
            self._end(lanes)
            raise
        return [lane.future.result() for lane in lanes]

    def _watch(self, lanes: list[Lane[Found]], room: Callable[[], int]) -> None:
        """Until fewer than `room` are under way. Raises the first error of one that has ended."""
        while True:
            # One look for all that is said of it: telling takes a write, and lanes end meanwhile.
            ended = [lane for lane in lanes if lane.future.done()]
            busy = [lane for lane in lanes if lane not in ended]
            self._run.pages_read = sum(lane.pages_read for lane in ended)
            self._run(sum(lane.weight for lane in ended) + sum(lane.weight * lane.share for lane in busy))
            for lane in ended:
                lane.future.result()
            if len(busy) < room():
                return
            wait([lane.future for lane in busy], GLANCE, "FIRST_COMPLETED")

    def _end(self, lanes: list[Lane[Found]]) -> None:
        while busy := [lane.future for lane in lanes if not lane.future.done()]:
            self._cut()
            wait(busy, GLANCE, "FIRST_COMPLETED")

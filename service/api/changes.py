"""One watcher of changes for the whole web process, however many clients follow however many tasks."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from service.jobs.database import Database
from service.jobs.events import ChangeSign, Event, History, Scope
from service.jobs.job import FINAL

LOOK = 0.05
"""Seconds between two looks while anybody follows anything; a look is one pragma, a few microseconds."""

MOST_READ = 500
"""Events read at once."""

MOST_KEPT = 1000
"""Events kept for a follower that does not take them; then it falls behind, and reads them from the database."""


class Follower:
    """Who follows a scope. `behind` until it has read the past, and again whenever it did not keep up."""

    __slots__ = ("_events", "_news", "behind", "closed", "scope")

    def __init__(self, scope: Scope, *, closed: bool) -> None:
        self.scope = scope
        self.behind = True
        self.closed = closed
        self._events: list[Event] = []
        self._news = asyncio.Event()
        if closed:
            self._news.set()

    def keep_up(self) -> None:
        """From now on events are kept; what there is by now must be read from the database after this."""
        self.behind = False
        self._events = []

    async def take(self, until: float | None = None) -> list[Event]:
        """What has come, as soon as there is any; nothing at `until`, by the loop's clock, and perhaps when the
        follower fell behind or was closed."""
        # A timer that sets the event, for one that cancels the wait costs several times as much.
        timer = None if until is None else asyncio.get_running_loop().call_at(until, self._news.set)
        await self._news.wait()
        if timer is not None:
            timer.cancel()
        found, self._events = self._events, []
        if not self.closed:
            self._news.clear()
        return found

    def tell(self, event: Event) -> None:
        """An event of the scope has come."""
        if len(self._events) >= MOST_KEPT:
            self.fall_behind()
        elif not self.behind:
            self._events.append(event)
            self._news.set()

    def fall_behind(self) -> None:
        self.behind = True
        self._events = []
        self._news.set()

    def close(self) -> None:
        """The service stops, or nobody listens any more: nothing more will come."""
        self.closed = True
        self._news.set()


class Changes:
    """Tells followers of new events, until `stopping` holds."""

    def __init__(self, database: Database, stopping: Callable[[], bool]) -> None:
        self._database = database
        self._history = History(database)
        self._stopping = stopping
        self._of_job: defaultdict[str, set[Follower]] = defaultdict(set)
        self._of_all: set[Follower] = set()
        self._watching: asyncio.Task[None] | None = None

    @contextmanager
    def follow(self, scope: Scope) -> Iterator[Follower]:
        """A follower that is told of all that comes while the context is open."""
        follower = Follower(scope, closed=self._stopping())
        self._enter(follower)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield follower
        finally:
            self._leave(follower)

    async def until_final(self, scope: Scope) -> None:
        """Wait until each job of the scope has ended, or the service stops."""
        left: set[str] | None = None
        with self.follow(scope) as follower:
            while not follower.closed and left != set():
                if left is None or follower.behind:
                    follower.keep_up()
                    left = await run_in_threadpool(self._history.unended, scope)
                else:
                    left -= {event.job_id for event in await follower.take() if event.kind in FINAL}

    def _enter(self, follower: Follower) -> None:
        if follower.scope.job_ids is None:
            self._of_all.add(follower)
        else:
            for job_id in follower.scope.job_ids:
                self._of_job[job_id].add(follower)

    def _leave(self, follower: Follower) -> None:
        self._of_all.discard(follower)
        for job_id in follower.scope.job_ids or ():
            self._of_job[job_id].discard(follower)
            if not self._of_job[job_id]:
                del self._of_job[job_id]

    def _everybody(self) -> set[Follower]:
        return self._of_all.union(*self._of_job.values())

    async def _watch(self) -> None:
        last = None
        sign = ChangeSign(self._database)
        try:
            while (self._of_all or self._of_job) and not self._stopping():
                last = await self._look(sign, last)
                await asyncio.sleep(LOOK)
        finally:
            sign.close()
        for follower in self._everybody():
            follower.close()

    async def _look(self, sign: ChangeSign, last: int | None) -> int | None:
        """The number of the newest event that was told of; None before the first look."""
        try:
            if last is None:
                last = await run_in_threadpool(self._history.last)
                for follower in self._everybody():
                    follower.fall_behind()  # lest it missed what happened before `last` was read
            elif sign.changed():
                while news := await run_in_threadpool(self._history.since, last, MOST_READ):
                    last = news[-1].seq
                    self._tell(news)
        except SQLAlchemyError:
            sign.forget()  # locked or full for now: the next look tells
        return last

    def _tell(self, news: list[Event]) -> None:
        for event in news:
            for follower in (*self._of_job.get(event.job_id, ()), *self._of_all):
                if follower.scope.holds(event):
                    follower.tell(event)

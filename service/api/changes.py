"""One watcher of changes for the whole web process, however many clients follow however many tasks."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from service.jobs.database import Database
from service.jobs.events import ChangeSign, History

LOOK = 0.05
"""Seconds between two looks while anybody follows anything; a look is one pragma, a few microseconds."""


class Changes:
    """Wakes who follows a task when the task has a new event."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._history = History(database)
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._watching: asyncio.Task[None] | None = None

    @contextmanager
    def follow(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the job has news; the follower clears it."""
        news = asyncio.Event()
        self._followers[job_id].add(news)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield news
        finally:
            self._followers[job_id].discard(news)
            if not self._followers[job_id]:
                del self._followers[job_id]

    async def _watch(self) -> None:
        last = await run_in_threadpool(self._history.last)
        self._wake(set(self._followers))  # what happened before `last` was read
        sign = ChangeSign(self._database)
        try:
            while self._followers:
                last = await self._look(sign, last)
                await asyncio.sleep(LOOK)
        finally:
            sign.close()

    async def _look(self, sign: ChangeSign, last: int) -> int:
        try:
            if not sign.changed():
                return last
            jobs, last = await run_in_threadpool(self._history.jobs_since, last)
        except SQLAlchemyError:
            return last  # locked or full for now: the next look tells
        self._wake(jobs)
        return last

    def _wake(self, jobs: set[str]) -> None:
        for job_id in jobs & self._followers.keys():
            for news in self._followers[job_id]:
                news.set()

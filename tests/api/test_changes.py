"""Followers of changes, on a real database: who does not keep up falls behind, and still misses nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.changes import MOST_KEPT, Changes
from service.jobs.database import Database, metadata
from service.jobs.events import History, Scope
from service.jobs.job import Job
from service.jobs.store import Store
from tests.jobs.submissions import MANY, submission

ALL = Scope(None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    metadata.create_all(database.engine)
    yield database
    database.close()


def test_a_follower_that_does_not_keep_up_falls_behind_and_misses_nothing(database: Database) -> None:
    history = History(database)

    async def follow() -> list[int]:
        changes = Changes(database, lambda: False)
        with changes.follow(ALL) as follower:
            await _until(lambda: not follower.behind or follower.keep_up())
            await asyncio.to_thread(_submit, database, MOST_KEPT + 200)
            await _until(lambda: follower.behind)
            assert await follower.take() == []
            follower.keep_up()
            told = [event.seq for event in history.within(ALL, 0, MANY * 2)]
            await asyncio.to_thread(_submit, database, 3)
            while len(told) < MOST_KEPT + 203:
                told += [event.seq for event in await follower.take() if event.seq > told[-1]]
            return told

    told = asyncio.run(asyncio.wait_for(follow(), 60))
    assert told == list(range(1, MOST_KEPT + 204))


def test_whoever_waits_is_told_of_the_end_also_when_it_came_before(database: Database) -> None:
    store = Store(database)
    [ended, other, open_job] = _submit(database, 3)
    store.cancel(ended.id)

    async def wait() -> None:
        changes = Changes(database, lambda: False)
        await changes.until_final(Scope(None, frozenset({ended.id})))
        waiting = asyncio.create_task(changes.until_final(Scope(None, frozenset({ended.id, other.id}))))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 0.3)
        await asyncio.to_thread(store.cancel, other.id)
        await asyncio.wait_for(waiting, 5)
        await changes.until_final(Scope("another client", frozenset({open_job.id})))

    asyncio.run(asyncio.wait_for(wait(), 30))


def test_a_stop_ends_all_waits(database: Database) -> None:
    [job] = _submit(database, 1)
    stopping = False

    async def wait() -> None:
        nonlocal stopping
        changes = Changes(database, lambda: stopping)
        waiting = asyncio.create_task(changes.until_final(Scope(None, frozenset({job.id}))))
        with changes.follow(ALL) as follower:
            follower.keep_up()
            stopping = True
            await follower.take()
            assert follower.closed
        await waiting
        with changes.follow(ALL) as late:
            assert late.closed

    asyncio.run(asyncio.wait_for(wait(), 30))


def _submit(database: Database, count: int) -> list[Job]:
    return [Store(database).submit(submission(), MANY * 10)[0] for _ in range(count)]


async def _until(condition: object) -> None:
    while not condition():  # type: ignore[operator]
        await asyncio.sleep(0.01)

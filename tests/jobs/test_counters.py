"""Counters: they count what happened, in the transaction in which it happened, and outlive the rows."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from service.jobs import counters
from service.jobs.charges import charge
from service.jobs.counters import Tally
from service.jobs.database import Database, jobs
from service.jobs.errors import ModelRefused
from service.jobs.job import Job, now
from service.jobs.listing import Listing
from service.jobs.outbox import Outbox, Outcome
from service.jobs.presence import Attendance
from service.jobs.store import Store
from service.models.usage import Usage
from tests.jobs.submissions import MANY, submission

KIND = ("image_analysis", "openai")


def test_a_submission_counts_once_it_is_stored(store: Store, database: Database) -> None:
    store.submit(submission(), MANY)
    store.submit(submission(), MANY)
    twice = submission()
    store.submit(twice, MANY)
    with pytest.raises(sa.exc.IntegrityError):
        store.submit(twice, MANY)
    assert _numbers(database, counters.SUBMITTED) == {KIND: 3}


@pytest.mark.parametrize(
    ("end", "counted", "ran"),
    [
        (lambda store, job: store.complete(job, lambda: None), ("completed", ""), True),
        (lambda store, job: store.fail(job, ModelRefused()), ("failed", "model_refused"), True),
        (lambda store, job: store.cancel(job.id), ("cancelled", ""), True),
        (lambda store, job: store.give_back(job) and store.cancel(job.id), ("cancelled", ""), False),
        (lambda store, job: store.rescue(sa.true(), max_attempts=1), ("failed", "worker_crashed"), True),
    ],
)
def test_an_end_counts_by_how_it_ended(
    store: Store, database: Database, end: Callable[[Store, Job], Any], counted: tuple[str, str], ran: bool
) -> None:
    job = _running(store)
    end(store, job)
    end(store, job)
    assert _numbers(database, counters.ENDED) == {counted: 1}
    timed = [
        (labels[:-1], n) for name in (counters.RUN, counters.WAIT) for labels, n in _numbers(database, name).items()
    ]
    assert timed == ([((*KIND, counted[0]), 1), (KIND, 1)] if ran else [])


@pytest.mark.parametrize(
    ("milliseconds", "bucket"), [(0, "0.1"), (100, "0.1"), (101, "0.3"), (3_600_000, "3600"), (3_600_001, "+Inf")]
)
def test_a_wait_falls_into_the_bucket_that_bounds_it(
    store: Store, database: Database, milliseconds: int, bucket: str
) -> None:
    job = _running(store)
    with database.write() as connection:
        connection.execute(sa.update(jobs).values(created_at=jobs.c.started_at - milliseconds))
    store.complete(job, lambda: None)
    assert counters.read(database)[counters.WAIT] == {
        (*KIND, bucket): Tally(counters.WAIT, (*KIND, bucket), 1, milliseconds)
    }


def test_a_clock_set_back_takes_nothing_off(store: Store, database: Database) -> None:
    job = _running(store)
    with database.write() as connection:
        connection.execute(sa.update(jobs).values(created_at=now() + 60_000, started_at=now() + 30_000))
    store.complete(job, lambda: None)
    found = counters.read(database)
    assert [tally.total for name in (counters.RUN, counters.WAIT) for tally in found[name].values()] == [0, 0]


def test_what_a_model_charged_counts_at_the_end(store: Store, database: Database) -> None:
    for usage in (Usage(1000, 50, 1250), Usage(10, 5), None):
        store.complete(_running(store), lambda: None, usage=usage)
    assert _charged(database) == (1010, 55, 1250)


def test_what_a_run_was_charged_that_went_on_after_the_end_counts_once(store: Store, database: Database) -> None:
    job = _running(store)
    store.give_back(job, Usage(100, 10, 3))
    again = store.claim_next("s/1")
    assert again is not None and _charged(database) == (0, 0, 0)
    store.cancel(job.id)
    assert _charged(database) == (100, 10, 3)
    for _ in range(2):
        charge(database, again, Usage(150, 15, 5))
        assert _charged(database) == (150, 15, 5)


def test_what_a_run_was_charged_that_was_taken_back_counts_at_the_end(store: Store, database: Database) -> None:
    job = _running(store)
    store.rescue(sa.true(), max_attempts=3)
    charge(database, job, Usage(100, 10, 3))
    assert _charged(database) == (0, 0, 0)
    store.cancel(job.id)
    assert _charged(database) == (100, 10, 3)


def test_clean_up_takes_nothing_off(store: Store, database: Database) -> None:
    store.complete(_running(store), lambda: None)
    before = counters.read(database)
    assert len(Listing(database).forget_finished(now(), 100)) == 1
    assert counters.read(database) == before


def test_an_end_that_is_not_stored_is_not_counted(store: Store, database: Database) -> None:
    def publish() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        store.complete(_running(store), publish)
    assert counters.ENDED not in counters.read(database)


def test_each_try_of_a_callback_counts(store: Store, database: Database) -> None:
    for _ in range(3):
        job, _ = store.submit(submission(callback_url="https://receiver.example/"), MANY)
        store.cancel(job.id)
    outbox = Outbox(database)
    outcome = Outcome(now(), 250, 500, "HTTP 500")
    first, second, third = outbox.due(3, set())
    outbox.postpone(first, now(), outcome)
    outbox.give_up(second, outcome)
    outbox.delivered(third, Outcome(now(), 250, 200))
    assert _numbers(database, counters.TRY) == {("put_off",): 1, ("given_up",): 1, ("delivered",): 1}


def test_what_workers_counted_comes_with_the_heartbeat_and_the_farewell(database: Database) -> None:
    attendance, calls = Attendance(database), Tally(counters.CALL, ("answered",), 2, 300)
    attendance.arrive("one", "host", 1, 2, {})
    attendance.beat("one", {}, [calls])
    attendance.beat("one", {})
    attendance.leave("one", [calls])
    assert counters.read(database)[counters.CALL] == {
        ("answered",): Tally(counters.CALL, ("answered",), number=4, total=600)
    }


def _running(store: Store) -> Job:
    store.submit(submission(), MANY)
    job = store.claim_next("s/1")
    assert job is not None
    return job


def _charged(database: Database) -> tuple[int, int, int]:
    """Tokens of questions and of answers, and millionths of a USD."""
    found = counters.read(database)
    places = ((counters.TOKENS, ("prompt",)), (counters.TOKENS, ("completion",)), (counters.COST, ()))
    prompt, completion, cost = (found.get(name, {}).get(labels) for name, labels in places)
    return (prompt.total if prompt else 0, completion.total if completion else 0, cost.total if cost else 0)


def _numbers(database: Database, name: str) -> dict[tuple[str, ...], int]:
    return {labels: tally.number for labels, tally in counters.read(database).get(name, {}).items()}

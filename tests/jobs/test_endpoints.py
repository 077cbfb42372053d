"""Endpoints: when nothing more is sent to one, and when again."""

from service.jobs.database import Database
from service.jobs.endpoints import STOPS_AT, count_stopped
from service.jobs.job import now
from service.jobs.outbox import Delivery, Outbox, Outcome
from service.jobs.store import Store
from tests.jobs.submissions import MANY, submission

URL = "https://client.example/hook"
LOST = Outcome(at=now(), duration_ms=1, status=500, error="HTTP 500")
TAKEN = Outcome(at=now(), duration_ms=1, status=200)


def test_what_gives_up_again_and_again_is_stopped_and_one_success_ends_it(store: Store, database: Database) -> None:
    outbox = Outbox(database)
    for number in range(STOPS_AT):
        assert outbox.give_up(_owed(store, outbox), LOST) == (number == STOPS_AT - 1)
    _end_one(store, URL + "?with=query")
    assert outbox.due(10, set()) == [] and count_stopped(database) == 1
    _end_one(store, "https://client.example/other")
    _end_one(store, URL, client="another")
    assert {one.client for one in outbox.due(10, set())} == {None, "another"}


def test_one_that_gets_through_begins_the_count_anew(store: Store, database: Database) -> None:
    outbox = Outbox(database)
    for _ in range(3):
        for _ in range(STOPS_AT - 1):
            assert not outbox.give_up(_owed(store, outbox), LOST)
        outbox.delivered(_owed(store, outbox), TAKEN)
    assert count_stopped(database) == 0


def test_one_that_is_gone_is_stopped_at_once(store: Store, database: Database) -> None:
    outbox = Outbox(database)
    assert outbox.give_up(_owed(store, outbox), LOST, gone=True)
    assert count_stopped(database) == 1


def _owed(store: Store, outbox: Outbox) -> Delivery:
    _end_one(store, URL)
    [delivery] = outbox.due(10, set())
    return delivery


def _end_one(store: Store, url: str, client: str | None = None) -> None:
    job, _ = store.submit(submission(callback_url=url, client=client), MANY)
    store.cancel(job.id)

"""Turns: fair between clients, first come, first served within one, and found without looking at everybody."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.jobs.database import Database, metadata
from service.jobs.job import Job, Status, now
from service.jobs.store import Store
from tests.jobs.submissions import MANY, submission

CLIENTS = ("a", "b", "c")


def test_one_task_does_not_wait_behind_anothers_thousands(store: Store) -> None:
    _submit(store, *["heavy"] * 50)
    place = _submit(store, "light")[1]
    assert place <= 1
    assert "light" in [_next(store).client for _ in range(2)]


def test_two_that_always_wait_take_turns_whoever_came_first(store: Store) -> None:
    _submit(store, *["heavy"] * 12, *["late"] * 6)
    assert Counter(_next(store).client for _ in range(12)) == {"heavy": 6, "late": 6}


def test_one_that_comes_again_at_once_gets_no_more_than_its_turns(store: Store) -> None:
    _submit(store, *["heavy"] * 20)
    served = []
    _submit(store, "quick")
    for _ in range(10):
        job = _next(store)
        store.complete(job, lambda: None)
        served.append(job.client)
        if job.client == "quick":
            _submit(store, "quick")
    assert served.count("heavy") >= 4


def test_what_a_client_cancelled_is_not_held_against_it(store: Store) -> None:
    for job in [_submit(store, "a")[0] for _ in range(50)]:
        store.cancel(job.id)
    _submit(store, *["b"] * 10)
    assert _submit(store, "a")[1] <= 1


def test_what_a_client_had_done_while_alone_is_not_held_against_it(store: Store) -> None:
    _submit(store, *["a"] * 30)
    for _ in range(30):
        store.complete(_next(store), lambda: None)
    _submit(store, *["b"] * 10)
    assert _submit(store, "a")[1] <= 1


def test_without_keys_arrival_alone_decides(store: Store) -> None:
    known = [store.submit(submission(), MANY)[0].id for _ in range(6)]
    assert [store.position(job) for job in store.pending()] == list(range(6))
    first = _next(store)
    store.give_back(first)
    assert [_next(store).id for _ in range(6)] == known


def test_tasks_from_before_there_were_keys_are_not_overtaken_for_ever(store: Store) -> None:
    _submit(store, "a", "a", "a")
    last, place = store.submit(submission(), MANY)
    assert place == 3 and store.pending()[-1].id == last.id


def test_the_next_is_taken_past_those_that_cannot_begin(store: Store) -> None:
    store.submit(submission(deadline_at=now() - 1), MANY)
    store.submit(submission(), MANY)
    local, _ = store.submit(submission(engine="local"), MANY)
    found = store.claim_next("s/1", without_engine="openai")
    assert found is not None and found.id == local.id
    assert store.claim_next("s/1", without_engine="openai") is None
    assert store.claim_next("s/1") is not None
    assert store.claim_next("s/1") is None, "the one past its deadline is for the supervisor to end"


@pytest.mark.parametrize("statement", ["claim", "claim around the breaker", "look", "ahead", "count", "list"])
def test_the_queue_is_read_from_its_index(store: Store, database: Database, statement: str) -> None:
    first, _ = _submit(store, "a", "a", "a")
    seen: list[str] = []
    sa.event.listen(database.engine, "checkout", lambda driver, *_: driver.set_trace_callback(seen.append))
    {
        "claim": lambda: store.claim_next("s/1"),
        "claim around the breaker": lambda: store.claim_next("s/1", without_engine="local"),
        "look": lambda: _submit(store, "a"),
        "ahead": lambda: store.position(first),
        "count": lambda: store.outlook(5),
        "list": store.pending,
    }[statement]()
    asked = [sql for sql in seen if sql.startswith(("SELECT", "UPDATE"))]
    with database.engine.connect() as connection:
        explained = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all() for sql in asked]
    plans = [str(row[3]) for rows in explained for row in rows]
    assert plans
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or plan.startswith(("SCAN jobs", "SCAN queue"))], plans
    assert any("jobs_queue" in plan for plan in plans), plans


class FairTurns(RuleBasedStateMachine):
    """Clients submit and cancel, a worker takes what is next; some of it comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'jobs.db'}")
        metadata.create_all(self.database.engine)
        self.store = Store(self.database)
        self.overtaken: dict[str, Counter[tuple[str | None, int]]] = {}
        self.cancelled = Counter[tuple[str | None, int]]()
        self.running: list[Job] = []

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(client=st.sampled_from(CLIENTS), priority=st.integers(0, 1), count=st.integers(1, 5))
    def submit(self, client: str, priority: int, count: int) -> None:
        for _ in range(count):
            job, ahead = self.store.submit(submission(client=client, priority=priority), MANY)
            assert ahead == self.store.position(job)

    @rule()
    def take(self) -> None:
        expected = self.store.pending()
        job = self.store.claim_next("sup/1")
        assert (job and job.id) == (expected[0].id if expected else None)
        if job is None:
            return
        self.running.append(job)
        # Whoever is first in its client's line may see each other client go before it, but not again and again.
        first_in_line = {(one.client, one.priority): one for one in reversed(expected[1:])}
        for one in first_in_line.values():
            if one.client != job.client and one.priority == job.priority:
                passed = self.overtaken.setdefault(one.id, Counter())
                passed[job.client, job.priority] += 1
                assert passed[job.client, job.priority] <= 2 + self.cancelled[one.client, one.priority]

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        if self.running:
            job = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
            self.store.complete(job, lambda: None)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        waiting = self.store.pending()
        if waiting:
            job = data.draw(st.sampled_from(waiting))
            self.store.cancel(job.id)
            self.cancelled[job.client, job.priority] += 1  # those behind it keep their turns, which then are late

    @invariant()
    def a_clients_own_come_first_come_first_served(self) -> None:
        for client in CLIENTS:
            own = [(-job.priority, job.seq) for job in self.store.pending() if job.client == client]
            assert own == sorted(own)

    @invariant()
    def positions_are_the_order(self) -> None:
        waiting = self.store.pending()
        assert [self.store.position(job) for job in waiting] == list(range(len(waiting)))


FairTurns.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestFairTurns = FairTurns.TestCase


def _submit(store: Store, *clients: str) -> tuple[Job, int]:
    """One task of each; returns the last with the number ahead of it."""
    return [store.submit(submission(client=client), MANY) for client in clients][-1]


def _next(store: Store) -> Job:
    job = store.claim_next("sup/1")
    assert job is not None and job.status is Status.PROCESSING
    return job

"""The transitions of a job, each on a real SQLite file."""

import json
import threading

import pytest
import sqlalchemy as sa

from service.jobs.charges import charge
from service.jobs.database import Database, jobs
from service.jobs.entry import Keyed, KeyTaken
from service.jobs.errors import DeadlineExceeded, UnreadableFile
from service.jobs.events import History, Scope
from service.jobs.job import Job, Status, now
from service.jobs.listing import Listing
from service.jobs.outbox import Outbox
from service.jobs.store import Store, lost_worker, not_of
from service.jobs.turns import QueueFull
from service.models.usage import Usage
from tests.jobs.submissions import MANY, submission


def claimed(store: Store, owner: str = "s/1", **values: object) -> Job:
    job, _ = store.submit(submission(**values), MANY)
    run = store.claim(job.id, owner)
    assert run is not None
    return run


def test_a_submission_waits_behind_its_betters(store: Store) -> None:
    places = [store.submit(submission(priority=priority), MANY)[1] for priority in (0, 0, 9, 5, 9)]
    assert places == [0, 1, 0, 1, 1]
    assert [job.priority for job in store.pending()] == [9, 9, 5, 0, 0]
    assert [store.position(job) for job in store.pending()] == [0, 1, 2, 3, 4]


def test_no_more_wait_than_may(store: Store) -> None:
    store.submit(submission(), 1)
    with pytest.raises(QueueFull):
        store.submit(submission(), 1)
    assert len(store.pending()) == 1


def test_only_one_of_many_claims_a_job(store: Store) -> None:
    job, _ = store.submit(submission(), MANY)
    claims: list[Job | None] = []
    threads = [threading.Thread(target=lambda: claims.append(store.claim(job.id, "x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(claim is not None for claim in claims) == 1


def test_a_completed_job_shows_its_result_in_the_same_moment(store: Store) -> None:
    run = claimed(store)
    seen: list[Status] = []

    def publish() -> None:
        found = store.find(run.id)
        assert found is not None
        seen.append(found.status)

    assert store.complete(run, publish)
    assert seen == [Status.PROCESSING]  # a reader still sees the job before its end while the result is put in place
    found = store.find(run.id)
    assert found is not None
    assert (found.status, found.progress) == (Status.COMPLETED, 100)


def test_a_result_that_cannot_be_published_does_not_complete_the_job(store: Store) -> None:
    run = claimed(store)

    def publish() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        store.complete(run, publish)
    found = store.find(run.id)
    assert found is not None
    assert found.status is Status.PROCESSING


@pytest.mark.parametrize("end", ["complete", "fail", "cancel"])
def test_an_end_is_the_last_word(store: Store, end: str) -> None:
    run = claimed(store)
    ends = {
        "complete": lambda: store.complete(run, lambda: None),
        "fail": lambda: store.fail(run, UnreadableFile(media_type="image/png")),
        "cancel": lambda: store.cancel(run.id)[1],
    }
    assert ends[end]()
    before = store.find(run.id)
    assert not any(other() for other in ends.values())
    assert not store.advance(run, 80)
    assert store.claim(run.id, "s/2") is None
    assert store.release("s") == []
    rescue = store.rescue(not_of("t"), max_attempts=3)
    assert (rescue.again, rescue.failed) == ((), ())
    assert store.find(run.id) == before


def test_an_earlier_attempt_cannot_touch_a_later_one(store: Store) -> None:
    first = claimed(store)
    (again,) = store.rescue(lost_worker("s/1"), max_attempts=3).again
    second = store.claim(again.id, "s/2")
    assert second is not None
    assert second.attempt == 2
    assert not store.advance(first, 80)
    assert not store.complete(first, lambda: None)
    assert not store.fail(first, UnreadableFile(media_type="image/png"))
    assert store.fail_run(first.seq, 1, DeadlineExceeded(seconds="1")) is None
    assert store.complete(second, lambda: None)


def test_a_lost_worker_takes_only_its_own_job_with_it(store: Store) -> None:
    lost, other = claimed(store, "s/1"), claimed(store, "s/2")
    rescue = store.rescue(lost_worker("s/1"), max_attempts=3)
    assert [job.id for job in rescue.again] == [lost.id]
    assert store.runs_over([(lost.seq, 1), (other.seq, 1)]) == {(lost.seq, 1)}


def test_a_job_that_wears_out_its_attempts_fails(store: Store) -> None:
    job, _ = store.submit(submission(), MANY)
    for _ in range(2):
        store.claim(job.id, "s/1")
        assert len(store.rescue(lost_worker("s/1"), max_attempts=3).again) == 1
    store.claim(job.id, "s/1")
    (failed,) = store.rescue(lost_worker("s/1"), max_attempts=3).failed
    assert (failed.status, failed.error_code, failed.error_values) == (Status.FAILED, "worker_crashed", {"attempts": 3})


def test_no_two_runs_are_taken_for_each_other(store: Store) -> None:
    first = claimed(store, "sup/1")
    assert store.give_back(first)
    second = store.claim(first.id, "sup/1")
    assert second is not None
    assert (second.attempt, first.attempt) == (1, 1)
    assert not store.give_back(first)
    assert not store.complete(first, lambda: None)
    assert store.runs_over([(first.seq, first.run), (second.seq, second.run)]) == {(first.seq, first.run)}


def test_what_was_charged_is_kept_over_runs_and_endings(store: Store) -> None:
    first = claimed(store, "sup/1")
    assert first.usage is None
    assert store.give_back(first, Usage(10, 2, 44))
    second = store.claim(first.id, "sup/1")
    assert second is not None and second.usage == Usage(10, 2, 44)
    charge(store.database, first, Usage(99, 99, 99))
    store.cancel(first.id)
    assert not store.complete(second, lambda: None, usage=Usage(30, 4, None))
    charge(store.database, second, Usage(20, 3, 55))
    charge(store.database, second, None)
    found = store.find(first.id)
    assert found is not None and (found.status, found.usage) == (Status.CANCELLED, Usage(20, 3, 55))


def test_an_ending_tells_what_was_charged_in_its_callback(store: Store, database: Database) -> None:
    url = "https://client.example/hook"
    store.complete(claimed(store, callback_url=url), lambda: None, usage=Usage(10, 2, 44))
    store.fail(claimed(store, callback_url=url), DeadlineExceeded(seconds="1"), Usage(5, 0))
    told = [json.loads(delivery.body)["data"]["usage"] for delivery in Outbox(database).due(10, set())]
    assert [usage["cost_usd"] for usage in told] == [0.000044, None]


def test_a_release_costs_no_attempt(store: Store) -> None:
    run = claimed(store, "sup/1")
    (released,) = store.release("sup")
    assert (released.status, released.attempt, released.progress, released.owner) == (Status.PENDING, 0, 0, None)
    again = store.claim(run.id, "sup/2")
    assert again is not None
    assert again.attempt == 1


def test_every_end_owes_one_callback_written_once(store: Store, database: Database) -> None:
    url = "https://client.example/hook"
    completed, failed = claimed(store, callback_url=url), claimed(store, callback_url=url)
    pending, _ = store.submit(submission(callback_url=url), MANY)
    claimed(store)
    store.complete(completed, lambda: None)
    store.fail(failed, DeadlineExceeded(seconds="1"))
    store.cancel(pending.id)
    store.cancel(pending.id)
    owed = Outbox(database).due(10, set())
    bodies = [json.loads(delivery.body) for delivery in owed]
    assert [(body["type"], body["data"]["task_id"]) for body in bodies] == [
        ("task.completed", completed.id),
        ("task.failed", failed.id),
        ("task.cancelled", pending.id),
    ]
    assert bodies[0]["data"]["result_url"] == f"https://service.example/background/task-result/{completed.id}"
    assert len({delivery.id for delivery in owed}) == 3
    assert "." not in owed[0].id


def test_every_step_is_an_event(store: Store, database: Database) -> None:
    run = claimed(store)
    store.advance(run, 50)
    store.release("s")
    run = store.claim(run.id, "s/3") or run
    store.complete(run, lambda: None)
    told = History(database).within(Scope(None, frozenset({run.id})), 0, MANY)
    steps = [(event.kind, event.status, event.progress, event.attempt) for event in told]
    assert steps == [
        ("status", "pending", 0, 0),
        ("status", "processing", 10, 1),
        ("progress", "processing", 30, 1),
        ("progress", "processing", 50, 1),
        ("status", "pending", 0, 0),
        ("status", "processing", 10, 1),
        ("progress", "processing", 30, 1),
        ("progress", "processing", 80, 1),
        ("completed", "completed", 100, 1),
    ]


def test_deadlines_end_what_waits_and_what_runs_and_no_more_at_once_than_is_good(store: Store) -> None:
    running = claimed(store, deadline_at=now() + 60_000)
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).values(deadline_at=now() - 1))
    waiting = [store.submit(submission(deadline_at=1), MANY)[0] for _ in range(150)]
    other, _ = store.submit(submission(), MANY)
    assert store.next_deadline() == 1
    assert store.claim(waiting[0].id, "s/2") is None
    ended = [*store.fail_overdue(), *store.fail_overdue()]
    assert len(ended) == 151 and {job.error_code for job in ended} == {"deadline_exceeded"}
    assert store.fail_overdue() == [] and store.next_deadline() is None
    assert not store.complete(running, lambda: None)
    assert [job.id for job in store.pending()] == [other.id]


def test_a_key_that_was_taken_in_between_leaves_no_job(store: Store) -> None:
    def keyed(fingerprint: str) -> Keyed:
        return Keyed("k", fingerprint, lambda places: {"task_id": places[0][0].id})

    first, _ = store.submit(submission(), MANY, keyed=keyed("a"))
    with pytest.raises(KeyTaken):
        store.submit(submission(), MANY, keyed=keyed("b"))
    listing = Listing(store.database)
    assert listing.kept(None, "k") == ("a", {"task_id": first.id})
    assert [job.id for job in store.pending()] == [first.id]
    other, _ = store.submit(submission(client="other"), MANY, keyed=keyed("c"))
    assert listing.kept("other", "k") == ("c", {"task_id": other.id})

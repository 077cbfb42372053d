"""The state machine under any sequence of operations, on the real store."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from service.jobs.database import Database, metadata
from service.jobs.errors import UnreadableFile
from service.jobs.events import History, Scope
from service.jobs.job import FINAL, Job, Status
from service.jobs.outbox import Outbox
from service.jobs.store import Store, lost_worker
from tests.jobs.submissions import MANY, submission

WORKERS = [f"sup/{number}" for number in range(3)]
MAX_ATTEMPTS = 3


class JobLife(RuleBasedStateMachine):
    """Clients, workers and a supervisor do what they may, in any order, workers also after they lost their job."""

    jobs = Bundle("jobs")
    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'jobs.db'}")
        metadata.create_all(self.database.engine)
        self.store = Store(self.database)
        self.ended: dict[str, Job] = {}
        self.published: dict[str, int] = {}
        self.known: list[str] = []

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(target=jobs, priority=st.integers(0, 9), deadline_at=st.sampled_from([None, None, 1, 2**60]))
    def submit(self, priority: int, deadline_at: int | None) -> str:
        asked = {"priority": priority, "deadline_at": deadline_at, "callback_url": "https://client.example/"}
        job, _ = self.store.submit(submission(**asked), MANY)
        self.known.append(job.id)
        return job.id

    @rule(target=runs, job_id=jobs, owner=st.sampled_from(WORKERS))
    def claim(self, job_id: str, owner: str) -> Job | None:
        return self.store.claim(job_id, owner)

    @rule(target=runs, owner=st.sampled_from(WORKERS), without=st.sampled_from([None, "local", "openai"]))
    def claim_next(self, owner: str, without: str | None) -> Job | None:
        """Messages are more or fewer than jobs at any time: whoever takes one gets the first that waits, or none."""
        waiting = [job for job in self.store.pending() if job.engine != without and job.deadline_at != 1]
        found = self.store.claim_next(owner, without)
        assert (found and found.id) == (waiting[0].id if waiting else None)
        return found

    @rule(run=runs, progress=st.integers(11, 99))
    def advance(self, run: Job | None, progress: int) -> None:
        if run is not None:
            self.store.advance(run, progress)

    @rule(run=runs)
    def complete(self, run: Job | None) -> None:
        def publish() -> None:
            assert run is not None
            self.published[run.id] = self.published.get(run.id, 0) + 1

        if run is not None:
            self.store.complete(run, publish)

    @rule(run=runs)
    def fail(self, run: Job | None) -> None:
        if run is not None:
            self.store.fail(run, UnreadableFile(media_type="image/png"))

    @rule(job_id=jobs)
    def cancel(self, job_id: str) -> None:
        job, _ = self.store.cancel(job_id)
        assert job is not None
        assert job.status.final

    @rule(run=runs)
    def give_back(self, run: Job | None) -> None:
        if run is not None:
            self.store.give_back(run)

    @rule(owner=st.sampled_from(WORKERS))
    def worker_dies(self, owner: str) -> None:
        self.store.rescue(lost_worker(owner), max_attempts=MAX_ATTEMPTS)

    @rule()
    def deadlines_pass(self) -> None:
        assert all(job.deadline_at == 1 for job in self.store.fail_overdue())
        assert self.store.next_deadline() in (None, 2**60)

    @rule()
    def supervisor_stops(self) -> None:
        self.store.release("sup")

    @invariant()
    def a_final_state_never_changes(self) -> None:
        for job_id in self.known:
            job = self.store.find(job_id)
            assert job is not None
            assert self.ended.get(job_id, job) == job
            if job.status.final:
                self.ended[job_id] = job

    @invariant()
    def results_belong_to_completed_jobs_and_are_published_once(self) -> None:
        completed = {job_id for job_id, job in self.ended.items() if job.status is Status.COMPLETED}
        assert set(self.published) == completed
        assert set(self.published.values()) <= {1}

    @invariant()
    def every_ended_job_owes_exactly_one_callback(self) -> None:
        owed = [delivery.job_id for delivery in Outbox(self.database).due(MANY, set())]
        assert sorted(owed) == sorted(self.ended)

    @invariant()
    def attempts_stay_within_their_bound_and_owners_with_running_jobs(self) -> None:
        for job_id in self.known:
            job = self.store.find(job_id)
            assert job is not None
            assert 0 <= job.attempt <= MAX_ATTEMPTS
            assert (job.status is not Status.PENDING) or job.owner is None
            assert job.status is not Status.PROCESSING or job.owner in WORKERS
            assert job.deadline_at != 1 or job.attempt == 0, "past its deadline, and run"

    @invariant()
    def the_last_event_tells_the_present_state(self) -> None:
        history = History(self.database)
        for job_id in self.known:
            last, job = history.within(Scope(None, frozenset({job_id})), 0, MANY)[-1], self.store.find(job_id)
            assert job is not None
            assert (last.status, last.progress, last.attempt) == (job.status, job.progress, job.attempt)
            assert (last.kind in FINAL) == job.status.final


JobLife.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestJobLife = JobLife.TestCase

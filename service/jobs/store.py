"""Every statement that moves a job from one state to another."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa

from service.jobs import events, turns
from service.jobs.batches import NewBatch
from service.jobs.charges import charged
from service.jobs.database import Database, jobs
from service.jobs.ending import ACTIVE, Door, of_run
from service.jobs.entry import Entry, Keyed, Place, enter
from service.jobs.errors import DeadlineExceeded, JobError, WorkerCrashed
from service.jobs.job import ACCEPTED, DONE, PICKED_UP, READING, SAVING, UNKNOWN, Job, Pages, Status, Submission, now
from service.jobs.line import Line
from service.jobs.ready import Ready
from service.jobs.rows import job_of, jobs_of
from service.models.usage import Usage

# What every task goes through, built once: to build a statement costs more than to run it.
_CLAIM = (
    sa.update(jobs)
    .values(status=Status.PROCESSING, attempt=jobs.c.attempt + 1, run=jobs.c.run + 1, progress=READING)
    .returning(jobs)
)
_CLAIMED = ("owner", "started_at")
_CLAIM_ONE = Ready(_CLAIM.where(jobs.c.id == sa.bindparam("of_id"), *turns.claimable(jobs)), *_CLAIMED)
_CLAIM_NEXT = Ready(_CLAIM.where(jobs.c.seq == turns.first()), *_CLAIMED)
_CLAIM_NEXT_WITHOUT = Ready(_CLAIM.where(jobs.c.seq == turns.first_without_engine()), *_CLAIMED)
_ADVANCE = Ready(of_run(sa.update(jobs)), "progress", "pages_done", "pages_total")
_HAS_DEADLINE = (jobs.c.deadline_at.is_not(None), sa.or_(*(jobs.c.status == status for status in ACTIVE)))
_NEXT_DEADLINE = Ready(sa.select(sa.func.min(jobs.c.deadline_at)).where(*_HAS_DEADLINE))
_OVERDUE = 100
"""Jobs that are ended in one transaction, lest it keep others waiting."""


@dataclass(frozen=True)
class Rescue:
    """What became of the jobs of workers that vanished: those to run again and those that failed."""

    again: tuple[Job, ...]
    failed: tuple[Job, ...]


class Store(Line):
    """The jobs of one database. Each method is one transaction."""

    def __init__(self, database: Database, public_url: str = "") -> None:
        super().__init__(database)
        self._door = Door(public_url)

    def submit(
        self, submission: Submission, max_queued: int, max_active: int = 0, *, keyed: Keyed | None = None
    ) -> Place:
        """Store a new pending job, durably; returns it with the number of jobs ahead. Raises as `submit_all`."""
        [place] = self.submit_all([Entry(submission)], max_queued, max_active, keyed=keyed)
        return place

    def submit_all(
        self,
        entries: Sequence[Entry],
        max_queued: int,
        max_active: int = 0,
        *,
        keyed: Keyed | None = None,
        batch: NewBatch | None = None,
    ) -> list[Place]:
        """Store new jobs, all or none, with their batch and the answer under their key.

        Those that have a result by now are completed at once. Raises QueueFull, KeyTaken, and TooManyActive where
        `max_active`, of the client's own, is not 0.
        """
        with self.database.write() as connection:
            return enter(connection, self._door, entries, (max_queued, max_active), keyed, batch)

    def claim(self, job_id: str, owner: str) -> Job | None:
        """pending -> processing, for one owner; None when the job is not pending (any more), or past its deadline."""
        return self._claim(_CLAIM_ONE, owner, of_id=job_id)

    def claim_next(self, owner: str, without_engine: str | None = None) -> Job | None:
        """pending -> processing for the job whose turn it is, among those of other engines; None when none waits."""
        if without_engine is None:
            return self._claim(_CLAIM_NEXT, owner)
        return self._claim(_CLAIM_NEXT_WITHOUT, owner, without_engine=without_engine)

    def _claim(self, statement: Ready, owner: str, **which: str) -> Job | None:
        """Picking up and beginning to read are two steps that follow at once: two events, one transaction."""
        moment = now()
        with self.database.write() as connection:
            values = {"owner": owner, "started_at": moment, "moment": moment, **which}
            row = statement.on(connection, values).first()
            if row is None:
                return None
            job = job_of(row)
            turns.begin(connection, job)
            picked_up = replace(job, progress=PICKED_UP)
            events.record_all(connection, (picked_up, events.STATUS), (job, events.PROGRESS))
        return job

    def advance(self, job: Job, progress: int, pages: Pages = UNKNOWN) -> bool:
        """Raise the progress of a run; False when the run is over."""
        step: dict[str, Any] = {"progress": progress, "pages_done": pages.done, "pages_total": pages.total}
        with self.database.write() as connection:
            if _ADVANCE.on(connection, {"of_id": job.id, "of_run": job.run, **step}).changed != 1:
                return False
            events.record(connection, replace(job, **step), events.PROGRESS)
        return True

    def complete(
        self, job: Job, publish: Callable[[], None], pages: Pages = UNKNOWN, usage: Usage | None = None
    ) -> bool:
        """processing -> completed; `publish` shows the result within the transaction: neither is seen alone.

        Saving takes so little that its step is stored with the end.
        """
        with self.database.write() as connection:
            end = {"progress": DONE, "pages_done": pages.done, "pages_total": pages.total, **charged(usage)}
            if self._door.end_run(connection, job, through=SAVING, status=Status.COMPLETED, **end) is None:
                return False
            publish()
            return True

    def fail(self, job: Job, error: JobError, usage: Usage | None = None) -> bool:
        """processing -> failed; False when the run is over."""
        with self.database.write() as connection:
            return self._door.fail(connection, *_run(job), error=error, **charged(usage)) is not None

    def cancel(self, job_id: str, *among: sa.ColumnElement[bool]) -> tuple[Job | None, bool]:
        """pending or processing -> cancelled; returns the job as it then is, and whether this call did it."""
        with self.database.write() as connection:
            ended = self._door.end(connection, jobs.c.id == job_id, *among, status=Status.CANCELLED)
            if ended is not None:
                return ended, True
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id, *among)).one_or_none()
        return (None if row is None else job_of(row)), False

    def cancel_batch(self, batch_id: str, *among: sa.ColumnElement[bool]) -> list[Job]:
        """The same for all jobs of a batch that have not ended; returns those that this call ended."""
        active = sa.select(jobs.c.id).where(jobs.c.batch_id == batch_id, jobs.c.status.in_(ACTIVE), *among)
        with self.database.write() as connection:
            ended = [
                self._door.end(connection, jobs.c.id == job_id, status=Status.CANCELLED)
                for job_id in connection.execute(active).scalars().all()
            ]
        return [job for job in ended if job is not None]

    def release(self, owner_prefix: str) -> list[Job]:
        """processing -> pending for a supervisor that stops; the run does not count as an attempt."""
        with self.database.write() as connection:
            return _back_to_pending(connection, jobs.c.owner.startswith(owner_prefix), attempt=jobs.c.attempt - 1)

    def give_back(self, job: Job, usage: Usage | None = None) -> bool:
        """processing -> pending for one run that cannot go on; it does not count as an attempt."""
        with self.database.write() as connection:
            return bool(_back_to_pending(connection, *_run(job), attempt=jobs.c.attempt - 1, **charged(usage)))

    def rescue(self, *lost: sa.ColumnElement[bool], max_attempts: int) -> Rescue:
        """processing -> pending, or failed after `max_attempts`, for the jobs whose owner is lost."""
        with self.database.write() as connection:
            worn = sa.select(jobs).where(jobs.c.status == Status.PROCESSING, jobs.c.attempt >= max_attempts, *lost)
            failed = [
                self._door.fail(connection, *_run(job), error=WorkerCrashed(attempts=job.attempt))
                for job in jobs_of(connection.execute(worn).all())
            ]
            again = _back_to_pending(connection, *lost)
        return Rescue(tuple(again), tuple(job for job in failed if job is not None))

    def runs_over(self, runs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Which of these runs (job number, run number) are no longer the run that is processing."""
        asked = set(runs)
        query = sa.select(jobs.c.seq, jobs.c.run).where(
            jobs.c.seq.in_([seq for seq, _ in asked]), jobs.c.status == Status.PROCESSING
        )
        with self.database.read() as connection:
            return asked - {(row.seq, row.run) for row in connection.execute(query)}

    def fail_run(self, seq: int, run: int, error: JobError) -> Job | None:
        """processing -> failed for a run known by its numbers; None when it is over."""
        with self.database.write() as connection:
            where = (jobs.c.seq == seq, jobs.c.run == run, jobs.c.status == Status.PROCESSING)
            return self._door.fail(connection, *where, error=error)

    def next_deadline(self) -> int | None:
        """The first moment, in milliseconds since 1970 UTC, at which a job is to have ended; None without any."""
        with self.database.read() as connection:
            [(deadline,)] = _NEXT_DEADLINE.on(connection, {}).rows
        return cast("int | None", deadline)

    def fail_overdue(self) -> list[Job]:
        """pending or processing -> failed for jobs past the deadline their client set; some, if they are many."""
        due = sa.select(jobs).where(*_HAS_DEADLINE, jobs.c.deadline_at <= now()).limit(_OVERDUE)
        with self.database.write() as connection:
            ended = [
                self._door.fail(connection, jobs.c.id == job.id, error=_cancel_after(job))
                for job in jobs_of(connection.execute(due).all())
            ]
        return [job for job in ended if job is not None]


def belonging_to(client: str | None) -> sa.ColumnElement[bool]:
    """The jobs of one client; None is who comes where no keys are set."""
    return jobs.c.client == client  # which is IS NULL for None


def lost_worker(owner: str) -> sa.ColumnElement[bool]:
    """The jobs of one worker that died."""
    return jobs.c.owner == owner


def not_of(supervisor: str) -> sa.ColumnElement[bool]:
    """The jobs of any supervisor but this one."""
    return sa.not_(jobs.c.owner.startswith(supervisor))


def _run(job: Job) -> tuple[sa.ColumnElement[bool], ...]:
    return jobs.c.id == job.id, jobs.c.status == Status.PROCESSING, jobs.c.run == job.run


def _cancel_after(job: Job) -> DeadlineExceeded:
    assert job.deadline_at is not None
    return DeadlineExceeded(seconds=str(round((job.deadline_at - job.created_at) / 1000)), limit="Cancel-After")


def _back_to_pending(connection: sa.Connection, *where: sa.ColumnElement[bool], **values: Any) -> list[Job]:
    statement = (
        sa.update(jobs)
        .where(jobs.c.status == Status.PROCESSING, *where)
        .values(status=Status.PENDING, owner=None, progress=ACCEPTED, pages_done=None, pages_total=None, **values)
    )
    found = jobs_of(connection.execute(statement.returning(jobs)).all())
    for job in found:
        events.record(connection, job, events.STATUS)
    return found

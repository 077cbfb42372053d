"""Every statement that moves a job from one state to another."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from service.jobs import events, outbox
from service.jobs.database import Database, jobs
from service.jobs.errors import JobError, WorkerCrashed
from service.jobs.job import ACCEPTED, DONE, PICKED_UP, READING, SAVING, Job, Status, Submission, TaskType, now
from service.models.usage import Usage

_COLUMNS = tuple(field.name for field in fields(Job))
_SUBMITTED = tuple(field.name for field in fields(Submission))
_ACTIVE = (Status.PENDING, Status.PROCESSING)


# What every task goes through, built once: to build a statement costs more than to run it.
_SUBMIT = sa.insert(jobs).returning(jobs)
_CLAIM = (
    sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("of_id"), jobs.c.status == Status.PENDING)
    .values(status=Status.PROCESSING, attempt=jobs.c.attempt + 1, run=jobs.c.run + 1, progress=READING)
    .returning(jobs)
)
_ADVANCE = sa.update(jobs).where(
    jobs.c.id == sa.bindparam("of_id"),
    jobs.c.status == Status.PROCESSING,
    jobs.c.run == sa.bindparam("of_run"),
)


class QueueFull(Exception):
    """As many tasks are waiting as may wait."""


@dataclass(frozen=True)
class Rescue:
    """What became of the jobs of workers that vanished: those to run again and those that failed."""

    again: tuple[Job, ...]
    failed: tuple[Job, ...]


class Store:
    """The jobs of one database. Each method is one transaction."""

    def __init__(self, database: Database, public_url: str = "") -> None:
        self.database = database
        self._public_url = public_url

    def submit(self, submission: Submission, max_queued: int) -> tuple[Job, int]:
        """Store a new pending job, durably; returns it with the number of jobs ahead. Raises QueueFull."""
        values = {name: getattr(submission, name) for name in _SUBMITTED}
        with self.database.write() as connection:
            waiting, ahead = _waiting(connection, submission.priority)
            if waiting >= max_queued:
                raise QueueFull
            values |= {"status": Status.PENDING, "progress": ACCEPTED, "attempt": 0, "run": 0, "created_at": now()}
            job = _job(connection.execute(_SUBMIT, values).one())
            events.record(connection, job, events.STATUS)
        return job, ahead

    def find(self, job_id: str, *among: sa.ColumnElement[bool]) -> Job | None:
        """The job as it is now, if it is among those looked at."""
        with self.database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id, *among)).one_or_none()
        return None if row is None else _job(row)

    def position(self, job: Job) -> int:
        """How many pending jobs are ahead of a pending one."""
        ahead = (jobs.c.priority > job.priority) | ((jobs.c.priority == job.priority) & (jobs.c.seq < job.seq))
        query = sa.select(sa.func.count()).where(jobs.c.status == Status.PENDING, ahead)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one()

    def claim(self, job_id: str, owner: str) -> Job | None:
        """pending -> processing, for one owner; None when the job is not pending (any more).

        Picking up and beginning to read are two steps that follow at once: two events, one transaction.
        """
        values = {"of_id": job_id, "owner": owner, "started_at": now()}
        with self.database.write() as connection:
            row = connection.execute(_CLAIM, values).one_or_none()
            if row is None:
                return None
            job = _job(row)
            events.record(connection, replace(job, progress=PICKED_UP), events.STATUS)
            events.record(connection, job, events.PROGRESS)
        return job

    def advance(self, job: Job, progress: int) -> bool:
        """Raise the progress of a run; False when the run is over."""
        values = {"of_id": job.id, "of_run": job.run, "progress": progress}
        with self.database.write() as connection:
            if connection.execute(_ADVANCE, values).rowcount != 1:
                return False
            events.record(connection, replace(job, progress=progress), events.PROGRESS)
        return True

    def complete(self, job: Job, publish: Callable[[], None], usage: Usage | None = None) -> bool:
        """processing -> completed; `publish` shows the result within the transaction: neither is seen alone.

        Saving takes so little that its step is stored with the end.
        """
        with self.database.write() as connection:
            values = {"progress": DONE, **_charged(usage)}
            if self._end(connection, *_run(job), through=SAVING, status=Status.COMPLETED, **values) is None:
                return False
            publish()
            return True

    def fail(self, job: Job, error: JobError, usage: Usage | None = None) -> bool:
        """processing -> failed; False when the run is over."""
        with self.database.write() as connection:
            return self._fail(connection, *_run(job), error=error, **_charged(usage)) is not None

    def cancel(self, job_id: str, *among: sa.ColumnElement[bool]) -> tuple[Job | None, bool]:
        """pending or processing -> cancelled; returns the job as it then is, and whether this call did it."""
        with self.database.write() as connection:
            ended = self._end(connection, jobs.c.id == job_id, *among, status=Status.CANCELLED)
            if ended is not None:
                return ended, True
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id, *among)).one_or_none()
        return (None if row is None else _job(row)), False

    def release(self, owner_prefix: str) -> list[Job]:
        """processing -> pending for a supervisor that stops; the run does not count as an attempt."""
        with self.database.write() as connection:
            return _back_to_pending(connection, jobs.c.owner.startswith(owner_prefix), attempt=jobs.c.attempt - 1)

    def give_back(self, job: Job, usage: Usage | None = None) -> bool:
        """processing -> pending for one run that cannot go on; it does not count as an attempt."""
        with self.database.write() as connection:
            values = {"attempt": jobs.c.attempt - 1, **_charged(usage)}
            return bool(_back_to_pending(connection, *_run(job), **values))

    def charge(self, job: Job, usage: Usage | None) -> None:
        """Note what a run was charged that was ended by another: cancelled, out of time. No state changes."""
        if usage is not None:
            with self.database.write() as connection:
                where = (jobs.c.id == job.id, jobs.c.run == job.run)
                connection.execute(sa.update(jobs).where(*where).values(**_charged(usage)))

    def rescue(self, *lost: sa.ColumnElement[bool], max_attempts: int) -> Rescue:
        """processing -> pending, or failed after `max_attempts`, for the jobs whose owner is lost."""
        with self.database.write() as connection:
            worn = sa.select(jobs).where(jobs.c.status == Status.PROCESSING, jobs.c.attempt >= max_attempts, *lost)
            failed = [
                self._fail(connection, *_run(job), error=WorkerCrashed(attempts=job.attempt))
                for job in map(_job, connection.execute(worn).all())
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
            return self._fail(connection, *where, error=error)

    def newest(self) -> int:
        """The number of the newest job; 0 before the first."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(jobs.c.seq))).scalar_one() or 0

    def pending(self) -> list[Job]:
        """Every pending job, first to run first."""
        query = sa.select(jobs).where(jobs.c.status == Status.PENDING).order_by(jobs.c.priority.desc(), jobs.c.seq)
        with self.database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def has_company(self, job: Job) -> bool:
        """Whether another job of the same engine is pending or processing."""
        others = sa.select(jobs.c.seq).where(
            jobs.c.status.in_(_ACTIVE), jobs.c.engine == job.engine, jobs.c.seq != job.seq
        )
        with self.database.read() as connection:
            return connection.execute(others.limit(1)).one_or_none() is not None

    def _end(
        self,
        connection: sa.Connection,
        *where: sa.ColumnElement[bool],
        status: Status,
        through: int | None = None,
        **values: Any,
    ) -> Job | None:
        """The one door: every ending of a job passes here, and with it goes the callback it asked for.

        `through` is a last progress step before it, noted with it.
        """
        statement = (
            sa.update(jobs)
            .where(jobs.c.status.in_(_ACTIVE), *where)
            .values(status=status, completed_at=now(), **values)
        )
        row = connection.execute(statement.returning(jobs)).one_or_none()
        if row is None:
            return None
        job = _job(row)
        if through is not None:
            events.record(connection, replace(job, status=Status.PROCESSING, progress=through), events.PROGRESS)
        events.record(connection, job, events.STATUS)
        if job.callback_url is not None:
            outbox.add(connection, job, self._public_url)
        return job

    def _fail(
        self, connection: sa.Connection, *where: sa.ColumnElement[bool], error: JobError, **values: Any
    ) -> Job | None:
        values |= {"error_code": error.code, "error_values": error.values}
        return self._end(connection, *where, status=Status.FAILED, **values)


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


def _charged(usage: Usage | None) -> dict[str, Any]:
    return {} if usage is None else asdict(usage)


def _back_to_pending(connection: sa.Connection, *where: sa.ColumnElement[bool], **values: Any) -> list[Job]:
    statement = (
        sa.update(jobs)
        .where(jobs.c.status == Status.PROCESSING, *where)
        .values(status=Status.PENDING, owner=None, progress=ACCEPTED, **values)
    )
    found = [_job(row) for row in connection.execute(statement.returning(jobs)).all()]
    for job in found:
        events.record(connection, job, events.STATUS)
    return found


def _waiting(connection: sa.Connection, priority: int) -> tuple[int, int]:
    first = sa.func.coalesce(sa.func.sum(sa.case((jobs.c.priority >= priority, 1), else_=0)), 0)
    query = sa.select(sa.func.count(), first).where(jobs.c.status == Status.PENDING)
    waiting, ahead = connection.execute(query).one()
    return waiting, ahead


def _job(row: sa.Row[Any]) -> Job:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Job(**values | {"status": Status(row.status), "task_type": TaskType(row.task_type)})


def jobs_of(rows: Sequence[sa.Row[Any]]) -> list[Job]:
    """Rows of the jobs table as jobs."""
    return [_job(row) for row in rows]

"""The one door: every ending of a job passes here, and with it goes what the client asked to be told."""

from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.jobs import batches, counters, events, outbox
from service.jobs.database import jobs
from service.jobs.errors import JobError
from service.jobs.job import Job, Status, now
from service.jobs.ready import Ready
from service.jobs.rows import job_of

ACTIVE = (Status.PENDING, Status.PROCESSING)
"""The states that can end."""


def of_run(statement: sa.Update) -> sa.Update:
    """The statement for the bound run, while that goes on."""
    return statement.where(
        jobs.c.id == sa.bindparam("of_id"),
        jobs.c.status == Status.PROCESSING,
        jobs.c.run == sa.bindparam("of_run"),
    )


@cache
def _end_of_run(*columns: str) -> Ready:
    return Ready(of_run(sa.update(jobs)).returning(jobs), *columns)


class Door:
    """Ends jobs within the transaction of the caller; `public_url` begins the links in callbacks."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    def end(
        self,
        connection: sa.Connection,
        *where: sa.ColumnElement[bool],
        status: Status,
        **values: Any,
    ) -> Job | None:
        """Bring the one job that fits to a final state; None when none fits or it has ended before."""
        statement = sa.update(jobs).where(jobs.c.status.in_(ACTIVE), *where).values(status=status, completed_at=now())
        row = connection.execute(statement.values(**values).returning(jobs)).one_or_none()
        return None if row is None else self._ended(connection, row)

    def end_run(
        self, connection: sa.Connection, job: Job, *, status: Status, through: int, **values: Any
    ) -> Job | None:
        """The same for the job whose run this is; `through` is a last progress step before it, noted with it."""
        values |= {"status": status, "completed_at": now()}
        run = {"of_id": job.id, "of_run": job.run}
        row = _end_of_run(*values).on(connection, values | run).first()
        return None if row is None else self._ended(connection, row, through)

    def _ended(self, connection: sa.Connection, row: Any, through: int | None = None) -> Job:
        """What goes with the ending of a job, by its row after it."""
        job = job_of(row)
        steps = [(job, events.STATUS)]
        if through is not None:
            steps.insert(0, (replace(job, status=Status.PROCESSING, progress=through), events.PROGRESS))
        events.record_all(connection, *steps)
        counters.add(connection, *counters.of_ending(row))
        if outbox.wants(job):
            outbox.add(connection, job, self._public_url)
        if job.batch_id is not None:
            batches.end(connection, job.batch_id, self._public_url)
        return job

    def fail(
        self, connection: sa.Connection, *where: sa.ColumnElement[bool], error: JobError, **values: Any
    ) -> Job | None:
        """The same with `failed` and the reason."""
        values |= {"error_code": error.code, "error_values": error.values}
        return self.end(connection, *where, status=Status.FAILED, **values)

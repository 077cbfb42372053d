"""The one door: every ending of a job passes here, and with it goes what the client asked to be told."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from service.jobs import batches, counters, events, outbox
from service.jobs.database import jobs
from service.jobs.errors import JobError
from service.jobs.job import Job, Status, now
from service.jobs.rows import job_of

ACTIVE = (Status.PENDING, Status.PROCESSING)
"""The states that can end."""


class Door:
    """Ends jobs within the transaction of the caller; `public_url` begins the links in callbacks."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    def end(
        self,
        connection: sa.Connection,
        *where: sa.ColumnElement[bool],
        status: Status,
        through: int | None = None,
        **values: Any,
    ) -> Job | None:
        """Bring the one job that fits to a final state; None when none fits or it has ended before.

        `through` is a last progress step before it, noted with it.
        """
        statement = (
            sa.update(jobs).where(jobs.c.status.in_(ACTIVE), *where).values(status=status, completed_at=now(), **values)
        )
        row = connection.execute(statement.returning(jobs)).one_or_none()
        if row is None:
            return None
        job = job_of(row)
        if through is not None:
            events.record(connection, replace(job, status=Status.PROCESSING, progress=through), events.PROGRESS)
        events.record(connection, job, events.STATUS)
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

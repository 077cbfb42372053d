"""The line of jobs that wait: looked at here, changed by the store."""

from typing import NamedTuple

import sqlalchemy as sa

from service.jobs import turns
from service.jobs.database import Database, events, jobs
from service.jobs.ending import ACTIVE
from service.jobs.job import Job, Status
from service.jobs.ready import Ready
from service.jobs.rows import job_of, jobs_of

_OUTLOOK = Ready(
    sa.select(
        sa.select(sa.func.max(jobs.c.seq)).scalar_subquery(),
        sa.select(sa.func.max(events.c.seq)).scalar_subquery(),
        sa.select(sa.func.count())
        .where(jobs.c.status == Status.PENDING, jobs.c.seq <= sa.bindparam("known"))
        .scalar_subquery(),
    )
)


class Outlook(NamedTuple):
    """The numbers of the newest job and of the newest event, 0 before the first, and how many known jobs wait."""

    newest_job: int
    newest_event: int
    pending: int


class Line:
    """The jobs of one database, as one after the other they come to their turn."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, job_id: str, *among: sa.ColumnElement[bool]) -> Job | None:
        """The job as it is now, if it is among those looked at."""
        with self.database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id, *among)).one_or_none()
        return None if row is None else job_of(row)

    def position(self, job: Job) -> int:
        """How many pending jobs are ahead of a pending one."""
        with self.database.read() as connection:
            return turns.ahead_of(connection, job)

    def outlook(self, known: int) -> Outlook:
        """How things stand, and how many of the jobs numbered up to `known` are pending."""
        with self.database.read() as connection:
            [(newest_job, newest_event, pending)] = _OUTLOOK.on(connection, {"known": known}).rows
        return Outlook(newest_job or 0, newest_event or 0, pending)

    def pending(self) -> list[Job]:
        """Every pending job, first to run first."""
        query = sa.select(jobs).where(jobs.c.status == Status.PENDING).order_by(*turns.order(jobs))
        with self.database.read() as connection:
            return jobs_of(connection.execute(query))

    def has_company(self, job: Job) -> bool:
        """Whether another job of the same engine is pending or processing."""
        others = sa.select(jobs.c.seq).where(
            jobs.c.status.in_(ACTIVE), jobs.c.engine == job.engine, jobs.c.seq != job.seq
        )
        with self.database.read() as connection:
            return connection.execute(others.limit(1)).one_or_none() is not None

"""The line of jobs that wait: looked at here, changed by the store."""

import sqlalchemy as sa

from service.jobs import turns
from service.jobs.database import Database, jobs
from service.jobs.ending import ACTIVE
from service.jobs.job import Job, Status
from service.jobs.rows import job_of, jobs_of


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

    def newest(self) -> int:
        """The number of the newest job; 0 before the first."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(jobs.c.seq))).scalar_one() or 0

    def count_pending(self, until: int) -> int:
        """How many jobs numbered up to `until` are pending."""
        query = sa.select(sa.func.count()).where(jobs.c.status == Status.PENDING, jobs.c.seq <= until)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one()

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

"""What tasks were charged, in the columns of their rows."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from service.jobs.database import Database, jobs
from service.jobs.job import Job
from service.models.usage import Usage


def charged(usage: Usage | None) -> dict[str, Any]:
    """The columns that hold it; none while nothing was charged."""
    return {} if usage is None else asdict(usage)


def charge(database: Database, job: Job, usage: Usage | None) -> None:
    """Note what a run was charged that was ended by another: cancelled, out of time. No state changes."""
    if usage is not None:
        statement = sa.update(jobs).where(jobs.c.id == job.id, jobs.c.run == job.run).values(**charged(usage))
        with database.write() as connection:
            connection.execute(statement)

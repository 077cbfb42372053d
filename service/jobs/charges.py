"""What tasks were charged, in the columns of their rows."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from service.jobs import counters
from service.jobs.database import Database, jobs
from service.jobs.job import FINAL, Job
from service.models.usage import Usage


def charged(usage: Usage | None) -> dict[str, Any]:
    """The columns that hold it; none while nothing was charged."""
    return {} if usage is None else asdict(usage)


def charge(database: Database, job: Job, usage: Usage | None) -> None:
    """Note what a run was charged that was ended by another: cancelled, out of time. No state changes."""
    if usage is None:
        return
    where = (jobs.c.id == job.id, jobs.c.run == job.run)
    noted = sa.select(jobs.c.status, jobs.c.prompt_tokens, jobs.c.completion_tokens, jobs.c.cost).where(*where)
    with database.write() as connection:
        before = connection.execute(noted).one_or_none()
        if before is None:
            return
        connection.execute(sa.update(jobs).where(*where).values(**charged(usage)))
        if before.status in FINAL:  # what had been noted was counted at the end
            more = {name: (value or 0) - (getattr(before, name) or 0) for name, value in asdict(usage).items()}
            counters.add(connection, *counters.of_charge(**more))

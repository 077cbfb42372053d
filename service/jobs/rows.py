"""Rows of the jobs table as jobs."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from service.jobs.job import Job, Status, Submission, TaskType

SUBMITTED = tuple(field.name for field in fields(Submission))
"""The columns that a submission fills."""

_COLUMNS = tuple(field.name for field in fields(Job))


def job_of(row: sa.Row[Any]) -> Job:
    """One row as a job."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Job(**values | {"status": Status(row.status), "task_type": TaskType(row.task_type)})


def jobs_of(rows: Iterable[sa.Row[Any]]) -> list[Job]:
    """Rows as jobs, in their order."""
    return [job_of(row) for row in rows]

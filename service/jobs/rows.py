"""Rows of the jobs table as jobs."""

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from service.jobs.job import Job, Status, Submission, TaskType

SUBMITTED = tuple(field.name for field in fields(Submission))
"""The columns that a submission fills."""

_COLUMNS = tuple(field.name for field in fields(Job))
_OBJECTS = ("metadata", "error_values")


def job_of(row: Any) -> Job:
    """One row as a job."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    known = {"status": Status(row.status), "task_type": TaskType(row.task_type)}
    return Job(**values | known | {name: _told(values[name]) for name in _OBJECTS})


def _told(value: dict[str, Any] | str | None) -> dict[str, Any] | None:
    """A JSON object, which a ready statement gives as text."""
    return json.loads(value) if isinstance(value, str) else value


def jobs_of(rows: Iterable[Any]) -> list[Job]:
    """Rows as jobs, in their order."""
    return [job_of(row) for row in rows]

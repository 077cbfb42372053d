"""The job: the durable record of one task, and the states it can be in."""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.models.usage import Usage


class Status(StrEnum):
    """The five public states; the last three are final."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class TaskType(StrEnum):
    """What is asked of a file."""

    IMAGE_ANALYSIS = "image_analysis"
    TABLE_EXTRACTION = "table_extraction"


ACCEPTED, PICKED_UP, READING, SAVING, DONE = 0, 10, 30, 80, 100
"""The guide's progress steps, in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a client hands in, checked and ready to be stored; `size` in bytes.

    `client` is the name of its key, None where no keys are set. `max_cost` is in millionths of a USD.
    """

    id: str
    task_type: TaskType
    filename: str
    media_type: str
    size: int
    model: str
    engine: str
    prompt: str | None = None
    detail: str | None = None
    callback_url: str | None = None
    metadata: dict[str, Any] | None = None
    priority: int = 0
    request_id: str | None = None
    client: str | None = None
    max_cost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Submission):
    """A stored task.

    Times are milliseconds since 1970 UTC; `seq` is the order of arrival. `run` counts every start of the job, so
    that no two runs are ever taken for each other; `attempt` counts them too, but without those that a stop of the
    service took back.
    """

    seq: int
    status: Status
    progress: int
    attempt: int
    run: int
    owner: str | None
    created_at: int
    started_at: int | None
    completed_at: int | None
    error_code: str | None
    error_values: dict[str, Any] | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: int | None

    @property
    def usage(self) -> Usage | None:
        """What a model charged for it so far, as its runs told at their ends."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return Usage(self.prompt_tokens, self.completion_tokens, self.cost)

    def log_context(self) -> dict[str, Any]:
        """What every log line about this job carries."""
        return {"task_id": self.id, "request_id": self.request_id}


def now() -> int:
    """Milliseconds since 1970 UTC, the unit of every stored time."""
    return time.time_ns() // 1_000_000

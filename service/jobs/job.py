"""The job: the durable record of one task, and the states it can be in."""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from service.jobs.trace import trace_id
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


class Pages(NamedTuple):
    """How many pages of a file have been read, and how many are to be; None while that is unknown."""

    done: int | None
    total: int | None


UNKNOWN = Pages(None, None)


class TaskType(StrEnum):
    """What is asked of a file."""

    IMAGE_ANALYSIS = "image_analysis"
    TABLE_EXTRACTION = "table_extraction"


LOWEST = 0
"""The priority of who asks for none."""

ACCEPTED, PICKED_UP, READING, SAVING, DONE = 0, 10, 30, 80, 100
"""The guide's progress steps, in percent."""

Stage = Literal["queued", "preparing", "reading", "saving"]

_STAGES: tuple[tuple[int, Stage | None], ...] = (
    (DONE, None),
    (SAVING, "saving"),
    (READING + 1, "reading"),
    (PICKED_UP, "preparing"),
    (ACCEPTED, "queued"),
)
"""The progress that each stage begins at. Until its engine tells of progress, a file is being prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a client hands in, checked and ready to be stored; `size` in bytes.

    `client` is the name of its key, None where no keys are set; `pages` names those to be read, None for all.
    `max_cost` is in millionths of a USD. `deadline_at`, in milliseconds since 1970 UTC, is when the client has no more
    use for the result. `content_hash` is the file's SHA-256 in hexadecimal. `batch_id` names what it was submitted
    with; `retry_of` is the task whose file and wishes it has, `reused_from` the one whose result it has.
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
    priority: int = LOWEST
    request_id: str | None = None
    pages: str | None = None
    client: str | None = None
    max_cost: int | None = None
    deadline_at: int | None = None
    callback_events: str | None = None
    traceparent: str | None = None
    content_hash: str | None = None
    batch_id: str | None = None
    retry_of: str | None = None
    reused_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Submission):
    """A stored task.

    Times are milliseconds since 1970 UTC; `seq` is the order of arrival. `owner` is the worker that has or had it:
    supervisor, number and a name never used again, with slashes between. `run` counts every start of the job, so that
    no two runs are ever taken for each other; `attempt` counts them too, but without those that a stop of the service
    took back. `turn` is its place among jobs of equal priority, see `turns`. `pages_done` and `pages_total` are None
    until a run knows them, and for files without pages.
    """

    seq: int
    status: Status
    progress: int
    attempt: int
    run: int
    turn: int
    owner: str | None
    pages_done: int | None
    pages_total: int | None
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

    @property
    def worker(self) -> int | None:
        """The number, from 1, of the worker that has or had the job."""
        words = (self.owner or "").split("/")
        return int(words[1]) if len(words) == 3 else None  # workers had no numbers once

    @property
    def stage(self) -> Stage | None:
        """What is being done, or was when the task failed or was cancelled; None once it is completed."""
        return stage_of(self.progress)

    @property
    def may_be_called_back(self) -> bool:
        """Whether somebody may have to be told of its end."""
        return self.callback_url is not None or self.batch_id is not None

    def log_context(self) -> dict[str, Any]:
        """What every log line about this job carries."""
        return {"task_id": self.id, "request_id": self.request_id, "trace_id": trace_id(self.traceparent)}


def stage_of(progress: int) -> Stage | None:
    """The stage that a progress belongs to; None for the end of it."""
    return next(name for least, name in _STAGES if progress >= least)


def now() -> int:
    """Milliseconds since 1970 UTC, the unit of every stored time."""
    return time.time_ns() // 1_000_000

"""The public picture of a batch: what its status answers and its callback show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from service.jobs.job import FINAL, Job, Status
from service.jobs.picture import Meaning, Moment, Picture
from service.jobs.view import TaskStatus, iso


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks submitted together; `size` is how many there were. Times are milliseconds since 1970 UTC."""

    id: str
    client: str | None
    size: int
    callback_url: str | None
    request_id: str | None
    traceparent: str | None
    created_at: int
    completed_at: int | None


Count = Annotated[int, Field(ge=0)]


class Counts(Picture):
    """How many tasks are in each state."""

    pending: Annotated[Count, Meaning("대기 중", "Waiting")]
    processing: Annotated[Count, Meaning("처리 중", "Running")]
    completed: Annotated[Count, Meaning("완료됨", "Completed")]
    failed: Annotated[Count, Meaning("실패함", "Failed")]
    cancelled: Annotated[Count, Meaning("취소됨", "Cancelled")]


class BatchSummary(Picture):
    """A batch without its tasks."""

    batch_id: Annotated[str, Meaning("묶음 ID", "Id of the batch")]
    size: Annotated[Count, Meaning("제출된 작업 수", "How many tasks were submitted")]
    counts: Annotated[Counts, Meaning("상태별 작업 수(정리된 작업은 빼고)", "Tasks in each state, of those still kept")]
    all_final: Annotated[bool, Meaning("모두 끝났는지", "Whether all of them have ended")]
    created_at: Annotated[Moment, Meaning("제출 시각", "When it was submitted")]
    completed_at: Annotated[Moment | None, Meaning("마지막 작업이 끝난 시각", "When the last of them ended")]
    callback_url: Annotated[str | None, Meaning("모두 끝나면 호출할 주소", "Address called when all have ended")]
    check_status_url: Annotated[str, Meaning("상태를 볼 주소", "Where its status is")]


class BatchStatus(BatchSummary):
    """A batch as it is."""

    progress: Annotated[
        int, Field(ge=0, le=100), Meaning("진행률(%)", "Progress in percent; tasks that ended are done")
    ]
    tasks: Annotated[list[TaskStatus], Meaning("파일 순서대로", "The tasks, in the order of their files")]


class BatchCallback(Picture):
    """What is posted to the `callback_url` of a batch."""

    type: Annotated[Literal["batch.completed"], Meaning("무슨 일이 있었는지", "What happened")]
    timestamp: Annotated[Moment, Meaning("끝난 시각", "When it happened")]
    data: Annotated[BatchSummary, Meaning("묶음의 상태", "The batch as it is")]


def batch_status(batch: Batch, jobs: Sequence[Job], tasks: list[TaskStatus]) -> BatchStatus:
    """The picture of a batch with those of its jobs that are kept."""
    done = [100 if job.status.final else job.progress for job in jobs]
    summary = _summary(batch, Counter(job.status for job in jobs))
    return BatchStatus(**dict(summary), progress=sum(done) // len(done) if done else 100, tasks=tasks)


def callback_body(batch: Batch, counts: Mapping[Status, int], public_url: str) -> str:
    """The JSON text of the callback for a batch that has ended; its link begins with `public_url`."""
    assert batch.completed_at is not None
    summary = _summary(batch, counts)
    linked = summary.model_copy(update={"check_status_url": public_url.rstrip("/") + summary.check_status_url})
    return BatchCallback(type="batch.completed", timestamp=iso(batch.completed_at), data=linked).model_dump_json()


def batch_url(batch_id: str) -> str:
    return f"/background/batch-status/{batch_id}"


def _summary(batch: Batch, counts: Mapping[Status, int]) -> BatchSummary:
    return BatchSummary(
        batch_id=batch.id,
        size=batch.size,
        counts=Counts(**{status.value: counts.get(status, 0) for status in Status}),
        all_final=all(status in FINAL for status, count in counts.items() if count),
        created_at=iso(batch.created_at),
        completed_at=None if batch.completed_at is None else iso(batch.completed_at),
        callback_url=batch.callback_url,
        check_status_url=batch_url(batch.id),
    )

"""Batches: how files that were submitted together are getting on, and cancelling what has not ended of them."""

from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.cancellations import follow
from service.api.endpoint import Answer, Asked, Reply, endpoint
from service.api.groups import BATCHES
from service.api.language import language_of
from service.api.pictures.task import BatchCancelled, BatchStatusAnswer
from service.api.problems import Problem
from service.api.service import Service, client_of, service_of
from service.api.tasks import pictures
from service.api.waiting import Waiting, until_final
from service.jobs.batch_view import Batch, BatchStatus, batch_status
from service.jobs.client import Client
from service.jobs.job import Job
from service.jobs.picture import Meaning
from service.jobs.text import Text

_MESSAGE = Text(
    "묶음 '{batch_id}'의 작업 {count}개가 취소되었습니다.",
    "{count} tasks of the batch '{batch_id}' have been cancelled.",
)


class UnknownBatch(Problem):
    status = 404
    code = "unknown_batch"
    text = Text(
        "묶음 '{batch_id}'을(를) 찾을 수 없습니다. ID가 틀렸거나 이미 정리된 묶음입니다.",
        "There is no batch '{batch_id}'. Its id is wrong, or all its tasks have been cleaned up.",
    )


class OfBatch(Asked):
    """Which batch."""

    batch_id: Annotated[str, Meaning("묶음 ID", "Id of the batch")]


class BatchAsked(OfBatch, Waiting):
    """Which batch, and how long to wait for its end."""


@endpoint(
    "GET",
    "/background/batch-status/{batch_id}",
    Text("묶음의 상태 조회", "Look at a batch"),
    Answer(200, Text("묶음의 현재 상태", "The batch as it is"), BatchStatusAnswer, headers=("Preference-Applied",)),
    group=BATCHES,
    problems=(UnknownBatch,),
)
async def get_batch_status(request: Request, asked: BatchAsked) -> Reply:
    """The batch as it is now, or as it is when its last task has ended or the time is up."""
    applied = await until_ended(request, asked, asked.batch_id)
    return Reply(BatchStatusAnswer(batch_status=await status_of(request, asked.batch_id)), applied)


@endpoint(
    "DELETE",
    "/background/cancel-batch/{batch_id}",
    Text("묶음 취소", "Cancel a batch"),
    Answer(200, Text("끝나지 않은 작업이 모두 취소되었습니다.", "What had not ended is cancelled."), BatchCancelled),
    group=BATCHES,
    problems=(UnknownBatch,),
)
async def cancel_batch(request: Request, asked: OfBatch) -> BatchCancelled:
    """Cancel its tasks that have not ended; those that have keep their results."""
    service, batch_id = service_of(request), asked.batch_id
    async with service.turn_to_write():
        count = await run_in_threadpool(_cancel, service, client_of(request), batch_id)
    message = _MESSAGE.fill(language_of(request.headers), {"batch_id": batch_id, "count": count})
    return BatchCancelled(message=message, batch_id=batch_id, cancelled_count=count)


async def status_of(request: Request, batch_id: str) -> BatchStatus:
    """A client's own batch as it is. Raises UnknownBatch."""
    return await run_in_threadpool(_status, request, batch_id)


async def tasks_of(request: Request, batch_id: str) -> list[str]:
    """The ids of those of its tasks that are kept. Raises UnknownBatch."""
    _, jobs = await run_in_threadpool(_find, client_of(request), batch_id)
    return [job.id for job in jobs]


async def until_ended(request: Request, asked: Waiting, batch_id: str) -> dict[str, str]:
    """Wait, if asked to, until the last of its tasks has ended or the time is up; the headers that say so."""
    return {} if asked.seconds is None else await until_final(request, asked, await tasks_of(request, batch_id))


def _find(client: Client, batch_id: str) -> tuple[Batch, list[Job]]:
    found = client.batch(batch_id)
    if found is None:
        raise UnknownBatch(batch_id=batch_id[:100])
    return found


def _status(request: Request, batch_id: str) -> BatchStatus:
    batch, jobs = _find(client_of(request), batch_id)
    return batch_status(batch, jobs, pictures(request, jobs))


def _cancel(service: Service, client: Client, batch_id: str) -> int:
    _find(client, batch_id)
    cancelled = client.cancel_batch(batch_id)
    for job in cancelled:
        follow(service, job)
    return len(cancelled)

"""Looking at tasks: one task's status, and the list of all."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.api.endpoint import Answer, Asked, endpoint
from service.api.language import language_of
from service.api.pictures.task import TaskId, TaskList, TaskStatusAnswer
from service.api.problems import UnknownTask
from service.api.service import client_of
from service.api.types import WHOLE, PageToken, Time, page_token
from service.jobs.client import Client
from service.jobs.errors import Language, Text
from service.jobs.job import Job, Status, TaskType
from service.jobs.listing import Filter
from service.jobs.picture import Absent, Meaning
from service.jobs.view import task_status

PAGE_SIZE_LIMIT = 1000
_CHUNK = 200


class OfTask(Asked):
    """Which task."""

    task_id: TaskId


class ListAsked(Asked):
    """Which tasks, and how many at once; without a page size or token, all of them."""

    status: Annotated[Absent[Status], Meaning("이 상태의 작업만", "Only tasks in this state")] = None
    task_type: Annotated[Absent[TaskType], Meaning("이 종류의 작업만", "Only tasks of this type")] = None
    created_after: Annotated[Absent[Time], Meaning("이 시각 뒤에 제출된 작업만", "Only tasks submitted later")] = None
    created_before: Annotated[Absent[Time], Meaning("이 시각 전에 제출된 작업만", "Only tasks submitted earlier")] = (
        None
    )
    page_size: Annotated[
        Absent[Annotated[int, Field(ge=0), WHOLE]],
        Meaning(
            "한 쪽의 작업 수(1000까지, 0이면 서버가 정함)", "Tasks on a page, at most 1000; 0 leaves it to the service"
        ),
    ] = None
    page_token: Annotated[
        Absent[PageToken], Meaning("앞 응답의 next_page_token", "The next_page_token of the answer before")
    ] = None

    def filter(self) -> Filter:
        return Filter(self.status, self.task_type, self.created_after, self.created_before)

    def size(self) -> int:
        """AIP-158: too large is coerced, 0 means our choice."""
        return min(self.page_size or PAGE_SIZE_LIMIT, PAGE_SIZE_LIMIT)


@endpoint(
    "GET",
    "/background/task-status/{task_id}",
    Text("작업 상태 조회", "Look at a task"),
    Answer(200, Text("작업의 현재 상태", "The task as it is"), TaskStatusAnswer),
    problems=(UnknownTask,),
)
async def status(request: Request, asked: OfTask) -> TaskStatusAnswer:
    """The task as it is now."""
    return await status_of(request, asked)


@endpoint(
    "GET",
    "/background/all-tasks",
    Text("모든 작업 목록 조회", "List the tasks"),
    Answer(200, Text("최신 작업부터", "The tasks, newest first"), TaskList),
)
async def listing(request: Request, asked: ListAsked) -> TaskList | Response:
    """One page where one is asked for, else the whole list."""
    client, language, wanted = client_of(request), language_of(request.headers), asked.filter()
    total = await run_in_threadpool(client.count, wanted)
    if asked.page_size is None and asked.page_token is None:
        return StreamingResponse(_every_task(client, wanted, total, language), media_type="application/json")
    size = asked.size()
    found = await run_in_threadpool(client.page, wanted, asked.page_token, size + 1)
    token = page_token(found[size - 1].seq) if len(found) > size else ""
    tasks = [task_status(job, language) for job in found[:size]]
    return TaskList(total_count=total, tasks=tasks, next_page_token=token)


def find_task(client: Client, task_id: str) -> Job:
    """The job of a client's own task. Raises UnknownTask."""
    job = client.find(task_id)
    if job is None:
        raise UnknownTask(task_id=task_id[:100])
    return job


async def status_of(request: Request, asked: OfTask) -> TaskStatusAnswer:
    """A client's own task as it is. Raises UnknownTask."""
    return await run_in_threadpool(_picture, client_of(request), asked.task_id, language_of(request.headers))


def _picture(client: Client, task_id: str, language: Language) -> TaskStatusAnswer:
    job = find_task(client, task_id)
    position = client.position(job) if job.status is Status.PENDING else None
    return TaskStatusAnswer(task_status=task_status(job, language, position))


async def _every_task(client: Client, wanted: Filter, total: int, language: Language) -> AsyncIterator[str]:
    """The whole list in pieces, so that its length costs no memory."""
    yield f'{{"success":true,"total_count":{total},"tasks":['
    before, separator = None, ""
    while jobs := await run_in_threadpool(client.page, wanted, before, _CHUNK):
        yield separator + ",".join(task_status(job, language).model_dump_json() for job in jobs)
        before, separator = jobs[-1].seq, ","
    yield '],"next_page_token":""}'

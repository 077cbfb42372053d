"""Looking at tasks: one task's status, and the list of all."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.api import examples
from service.api.endpoint import Answer, Asked, Reply, endpoint
from service.api.groups import FOLLOWING
from service.api.language import language_of
from service.api.pictures.task import TaskId, TaskList, TaskStatusAnswer, TaskStatuses
from service.api.problems import UnknownTask
from service.api.service import client_of, service_of
from service.api.types import HIGHEST, WHOLE, PageToken, Time, page_token
from service.api.waiting import Waiting, until_final
from service.jobs.client import Client
from service.jobs.job import Job, Status, TaskType
from service.jobs.listing import Filter
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Language, Text
from service.jobs.view import TaskStatus, task_status

PAGE_SIZE_LIMIT = 1000
_CHUNK = 200


MOST_TASKS = 100
"""Tasks that can be named in one request."""

SomeTasks = Annotated[tuple[Annotated[TaskId, Field(min_length=1)], ...], Field(max_length=MOST_TASKS)]


class OfTask(Asked):
    """Which task."""

    task_id: TaskId


class StatusAsked(OfTask, Waiting):
    """Which task, and how long to wait for its end."""


class StatusesAsked(Waiting):
    """Which tasks, and how long to wait until all have ended."""

    task_id: Annotated[SomeTasks, Field(min_length=1), Meaning("작업 ID(여러 번)", "Id of a task; may be repeated")]


class ListAsked(Asked):
    """Which tasks, and how many at once; without a page size or token, all of them."""

    status: Annotated[Absent[Status], Meaning("이 상태의 작업만", "Only tasks in this state")] = None
    task_type: Annotated[Absent[TaskType], Meaning("이 종류의 작업만", "Only tasks of this type")] = None
    created_after: Annotated[Absent[Time], Meaning("이 시각 뒤에 제출된 작업만", "Only tasks submitted later")] = None
    created_before: Annotated[Absent[Time], Meaning("이 시각 전에 제출된 작업만", "Only tasks submitted earlier")] = (
        None
    )
    batch_id: Annotated[Absent[str], Meaning("이 묶음의 작업만", "Only tasks of this batch")] = None
    page_size: Annotated[
        Absent[Annotated[int, Field(ge=0, lt=HIGHEST), WHOLE]],
        Meaning(
            "한 쪽의 작업 수(1000까지, 0이면 서버가 정함)", "Tasks on a page, at most 1000; 0 leaves it to the service"
        ),
    ] = None
    page_token: Annotated[
        Absent[PageToken], Meaning("앞 응답의 next_page_token", "The next_page_token of the answer before")
    ] = None

    def filter(self) -> Filter:
        return Filter(self.status, self.task_type, self.created_after, self.created_before, self.batch_id)

    def size(self) -> int:
        """AIP-158: too large is coerced, 0 means our choice."""
        return min(self.page_size or PAGE_SIZE_LIMIT, PAGE_SIZE_LIMIT)


@endpoint(
    "GET",
    "/background/task-status/{task_id}",
    Text("작업 상태 조회", "Look at a task"),
    Answer(
        200,
        Text("작업의 현재 상태", "The task as it is"),
        TaskStatusAnswer,
        headers=("Preference-Applied",),
        example=examples.status(),
    ),
    group=FOLLOWING,
    problems=(UnknownTask,),
)
async def get_task_status(request: Request, asked: StatusAsked) -> Reply:
    """The task as it is now, or as it is when it has ended or the time is up."""
    applied = await until_final(request, asked, [asked.task_id])
    return Reply(await status_of(request, asked), applied)


@endpoint(
    "GET",
    "/background/task-status",
    Text("여러 작업의 상태 조회", "Look at several tasks"),
    Answer(200, Text("작업들의 현재 상태", "The tasks as they are"), TaskStatuses, headers=("Preference-Applied",)),
    group=FOLLOWING,
    problems=(UnknownTask,),
)
async def get_task_statuses(request: Request, asked: StatusesAsked) -> Reply:
    """Several tasks at once: as they are now, or as they are when all have ended or the time is up."""
    applied = await until_final(request, asked, asked.task_id)
    return Reply(await run_in_threadpool(_pictures, request, asked.task_id), applied)


@endpoint(
    "GET",
    "/background/all-tasks",
    Text("모든 작업 목록 조회", "List the tasks"),
    Answer(200, Text("최신 작업부터", "The tasks, newest first"), TaskList, example=examples.listing()),
    group=FOLLOWING,
)
async def list_tasks(request: Request, asked: ListAsked) -> TaskList | Response:
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


def find_tasks(client: Client, task_ids: Sequence[str]) -> list[Job]:
    """The jobs of a client's own tasks, each once, in this order. Raises UnknownTask for the first that is missing."""
    found = client.named(set(task_ids))
    missing = next((task_id for task_id in task_ids if task_id not in found), None)
    if missing is not None:
        raise UnknownTask(task_id=missing[:100])
    return [found[task_id] for task_id in dict.fromkeys(task_ids)]


async def status_of(request: Request, asked: OfTask) -> TaskStatusAnswer:
    """A client's own task as it is. Raises UnknownTask."""
    [picture] = (await run_in_threadpool(_pictures, request, (asked.task_id,))).tasks
    return TaskStatusAnswer(task_status=picture)


def pictures(request: Request, jobs: Iterable[Job]) -> list[TaskStatus]:
    """The pictures of jobs, with how long they will take still; blocks."""
    client, language, estimates = client_of(request), language_of(request.headers), service_of(request).estimates
    positions = [(job, client.position(job) if job.status is Status.PENDING else None) for job in jobs]
    return [task_status(job, language, ahead, estimates.seconds_left(job, ahead)) for job, ahead in positions]


def _pictures(request: Request, task_ids: Sequence[str]) -> TaskStatuses:
    tasks = pictures(request, find_tasks(client_of(request), task_ids))
    return TaskStatuses(all_final=all(one.status.final for one in tasks), tasks=tasks)


async def _every_task(client: Client, wanted: Filter, total: int, language: Language) -> AsyncIterator[str]:
    """The whole list in pieces, so that its length costs no memory."""
    yield f'{{"success":true,"total_count":{total},"tasks":['
    before, separator = None, ""
    while jobs := await run_in_threadpool(client.page, wanted, before, _CHUNK):
        yield separator + ",".join(task_status(job, language).model_dump_json() for job in jobs)
        before, separator = jobs[-1].seq, ","
    yield '],"next_page_token":""}'

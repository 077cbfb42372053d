"""Following tasks by server-sent events, one or many, from any point on, also across a restart of the service."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Literal

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api import stream
from service.api.batches import UnknownBatch, tasks_of
from service.api.changes import MOST_READ, Follower
from service.api.endpoint import Answer, Asked, endpoint
from service.api.groups import FOLLOWING
from service.api.language import language_of
from service.api.leaving import Leaving, leaving_of
from service.api.pictures.task import Step
from service.api.problems import UnknownTask
from service.api.service import Service, client_of, service_of
from service.api.stream import PING, PING_SECONDS, EventStream
from service.api.tasks import OfTask, SomeTasks, find_tasks
from service.api.telling import Teller
from service.api.types import HIGHEST, WHOLE
from service.jobs.events import Event, Scope
from service.jobs.job import FINAL, TaskType
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text

EventNumber = Annotated[
    Absent[Annotated[int, Field(ge=0, lt=HIGHEST), WHOLE]],
    Meaning("마지막으로 받은 이벤트의 번호", "Number of the last event that was received"),
]
Kind = Literal["status", "progress", "completed", "failed", "cancelled"]


class Resumable(Asked):
    """From where on."""

    starting_after: EventNumber = None
    last_event_id: Annotated[EventNumber, Field(alias="Last-Event-ID")] = None

    @property
    def after(self) -> int | None:
        """The number that the client names; what the browser remembers goes before what the address says."""
        return self.starting_after if self.last_event_id is None else self.last_event_id


class EventsOfTask(OfTask, Resumable):
    """Which task's events."""


class EventsOfMany(Resumable):
    """Which events; without tasks, those of all that the client has."""

    task_id: Annotated[SomeTasks, Meaning("이 작업들만(여러 번 가능)", "Only these tasks; may be repeated")] = ()
    batch_id: Annotated[Absent[str], Meaning("이 묶음의 작업만", "Only tasks of this batch")] = None
    task_type: Annotated[Absent[TaskType], Meaning("이 종류의 작업만", "Only tasks of this type")] = None
    event: Annotated[tuple[Kind, ...], Meaning("이 이벤트만(여러 번 가능)", "Only such events; may be repeated")] = ()


_STREAM = Answer(200, Text("이벤트 스트림", "The events, as they happen"), Step, kind="text/event-stream")
_ALL_TOLD = Answer(204, Text("더 전할 것이 없습니다", "All tasks have ended, and all was told"), kind="")


@endpoint(
    "GET",
    "/background/task-status/{task_id}/events",
    Text("작업의 이벤트 스트림", "Follow a task"),
    _STREAM,
    _ALL_TOLD,
    group=FOLLOWING,
    problems=(UnknownTask,),
)
async def follow_task(request: Request, asked: EventsOfTask) -> Response:
    """Server-sent events, from the first one or from the one after that which was received last."""
    return await _of_named(request, [asked.task_id], asked.after or 0)


@endpoint(
    "GET",
    "/background/events",
    Text("여러 작업의 이벤트 스트림", "Follow many tasks"),
    _STREAM,
    _ALL_TOLD,
    group=FOLLOWING,
    problems=(UnknownTask, UnknownBatch),
)
async def follow_tasks(request: Request, asked: EventsOfMany) -> Response:
    """Named tasks are told of from their first event until the last has ended, all others from now on for ever."""
    kinds = frozenset(asked.event)
    named = [*asked.task_id, *(await tasks_of(request, asked.batch_id) if asked.batch_id else ())]
    if named:
        return await _of_named(request, named, asked.after or 0, asked.task_type, kinds)
    scope = Scope(client_of(request).name, None, asked.task_type)
    after = await run_in_threadpool(service_of(request).history.last) if asked.after is None else asked.after
    return _stream(request, scope, kinds, after, None)


async def _of_named(
    request: Request,
    task_ids: Sequence[str],
    after: int,
    task_type: TaskType | None = None,
    kinds: frozenset[str] = frozenset(),
) -> Response:
    jobs = await run_in_threadpool(find_tasks, client_of(request), task_ids)
    scope = Scope(client_of(request).name, frozenset(job.id for job in jobs), task_type)
    left = await run_in_threadpool(service_of(request).history.unended, scope, after)
    if not left:
        return Response(status_code=204)  # all was told: this answer keeps an EventSource from coming back
    return _stream(request, scope, kinds, after, left)


def _stream(request: Request, scope: Scope, kinds: frozenset[str], after: int, left: set[str] | None) -> EventStream:
    service = service_of(request)
    teller = Teller(client_of(request), service.estimates, language_of(request.headers), kinds)
    return EventStream(_frames(service, teller, leaving_of(request.scope), scope, after, left))


async def _frames(
    service: Service, teller: Teller, leaving: Leaving, scope: Scope, after: int, left: set[str] | None
) -> AsyncGenerator[bytes]:
    """What is sent of a scope, until the client leaves.

    `left` are its tasks whose end was not told yet: with the last of them it ends. Where it is None the scope is open.
    """
    clock = asyncio.get_running_loop().time
    if left is None:
        yield stream.position(after)
    with service.changes.follow(scope) as follower, leaving.told(follower.close):
        ping_at = clock() + PING_SECONDS
        while left != set() and not follower.closed:
            news = await _news(service, follower, after, ping_at)
            frames = await run_in_threadpool(teller.frames, news) if news else []
            for frame in frames:
                yield frame
            if news:
                after = news[-1].seq
                left = None if left is None else left - {event.job_id for event in news if event.kind in FINAL}
            if not frames and clock() >= ping_at:
                yield PING
            if frames or clock() >= ping_at:
                ping_at = clock() + PING_SECONDS


async def _news(service: Service, follower: Follower, after: int, until: float) -> list[Event]:
    """The events numbered above `after`, as soon as there are any; perhaps none, at the latest at `until`."""
    if follower.behind:
        follower.keep_up()
        past = await run_in_threadpool(service.history.within, follower.scope, after, MOST_READ)
        if len(past) == MOST_READ:
            follower.fall_behind()  # there may be more
        return past
    return [event for event in await follower.take(until) if event.seq > after]

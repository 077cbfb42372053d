"""Following a task by server-sent events, from any point on, also across a restart of the service."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.endpoint import Answer, endpoint
from service.api.language import language_of
from service.api.pictures.task import Step
from service.api.problems import UnknownTask
from service.api.service import Service, client_of, service_of
from service.api.tasks import OfTask, find_task
from service.api.types import WHOLE
from service.jobs.client import Client
from service.jobs.errors import Language, Text
from service.jobs.events import Event
from service.jobs.job import FINAL, Status
from service.jobs.picture import Absent, Meaning
from service.jobs.view import iso, task_status

PING = 15
"""Seconds between two comments that keep the connection open."""

RETRY = 2000
"""Milliseconds after which a client that was cut off comes back."""

_AFTER = Meaning("마지막으로 받은 이벤트의 번호", "Number of the last event that was received")

EventNumber = Annotated[Absent[Annotated[int, Field(ge=0, lt=2**63), WHOLE]], _AFTER]


class EventsAsked(OfTask):
    """Which task's events, and from where on."""

    starting_after: EventNumber = None
    last_event_id: Annotated[EventNumber, Field(alias="Last-Event-ID")] = None


@endpoint(
    "GET",
    "/background/task-status/{task_id}/events",
    Text("작업의 이벤트 스트림", "Follow a task"),
    Answer(200, Text("이벤트 스트림", "The events, as they happen"), Step, kind="text/event-stream"),
    Answer(204, Text("더 전할 것이 없습니다", "The task has ended, and all was told"), kind=""),
    problems=(UnknownTask,),
)
async def events(request: Request, asked: EventsAsked) -> Response:
    """Server-sent events, from the first one or from the one after that which was received last."""
    service, client, task_id = service_of(request), client_of(request), asked.task_id
    after = asked.last_event_id if asked.last_event_id is not None else asked.starting_after or 0
    job = await run_in_threadpool(find_task, client, task_id)
    if job.status.final and not await run_in_threadpool(service.history.of_job, task_id, after):
        return Response(status_code=204)  # all was told: this answer keeps an EventSource from coming back
    stream = _stream(service, client, task_id, after, language_of(request.headers))
    return EventSourceResponse(
        stream, ping=PING, ping_message_factory=lambda: ServerSentEvent(comment="ping"), sep="\n"
    )


async def _stream(
    service: Service, client: Client, task_id: str, after: int, language: Language
) -> AsyncIterator[ServerSentEvent]:
    with service.changes.follow(task_id) as news:
        while True:
            news.clear()
            for event in await run_in_threadpool(service.history.of_job, task_id, after):
                after = event.seq
                step = await _step(client, event, language)
                yield ServerSentEvent(step.model_dump_json(), event=event.kind, id=str(event.seq), retry=RETRY)
                if event.kind in FINAL:
                    return
            await news.wait()


async def _step(client: Client, event: Event, language: Language) -> Step:
    job = await run_in_threadpool(find_task, client, event.job_id) if event.kind in FINAL else None
    return Step(
        task_id=event.job_id,
        status=Status(event.status),
        progress=event.progress,
        attempt=event.attempt,
        at=iso(event.at),
        task_status=None if job is None else task_status(job, language),
    )

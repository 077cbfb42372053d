"""Following a task by server-sent events, from any point on, also across a restart of the service."""

import json
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.faults import FieldFault, InvalidFields
from service.api.language import language_of
from service.api.service import Service, client_of, service_of
from service.api.tasks import find_task
from service.jobs.client import Client
from service.jobs.errors import Language, Text
from service.jobs.events import Event
from service.jobs.job import FINAL
from service.jobs.view import iso, task_status

PING = 15
"""Seconds between two comments that keep the connection open."""

RETRY = 2000
"""Milliseconds after which a client that was cut off comes back."""

_AFTER = Text(
    "Last-Event-ID(또는 starting_after)는 0 이상의 정수여야 합니다('{actual}').",
    "Last-Event-ID (or starting_after) must be a whole number of at least 0, not '{actual}'.",
)


async def events(request: Request) -> Response:
    """GET /background/task-status/{task_id}/events"""
    service, client, task_id = service_of(request), client_of(request), request.path_params["task_id"]
    after = _starting_after(request)
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
                data = await _data(client, event, language)
                yield ServerSentEvent(
                    json.dumps(data, ensure_ascii=False), event=event.kind, id=str(event.seq), retry=RETRY
                )
                if event.kind in FINAL:
                    return
            await news.wait()


async def _data(client: Client, event: Event, language: Language) -> dict[str, Any]:
    data: dict[str, Any] = {
        "task_id": event.job_id,
        "status": event.status,
        "progress": event.progress,
        "attempt": event.attempt,
        "at": iso(event.at),
    }
    if event.kind in FINAL:
        job = await run_in_threadpool(find_task, client, event.job_id)
        data["task_status"] = task_status(job, language)
    return data


def _starting_after(request: Request) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("starting_after") or "0"
    if not given.isascii() or not given.isdigit() or int(given) >= 2**63:
        raise InvalidFields(FieldFault("starting_after", _AFTER, {"actual": given[:50]}))
    return int(given)

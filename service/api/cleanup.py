"""Clearing away finished tasks on request."""

import asyncio
import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Message, Receive

from service.api import examples
from service.api.endpoint import Answer, Asked, Body, endpoint
from service.api.faults import Unfit
from service.api.groups import ENDING
from service.api.language import language_of
from service.api.pictures.task import CleanedUp
from service.api.problems import MalformedRequest, UploadStalled
from service.api.reading import SHOWN, read, sent
from service.api.service import client_of, request_id_of, service_of
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text

DEFAULT_HOURS = 24.0
HIGHEST_HOURS = 1_000_000
_BODY_BYTES = 64 * 1024
_NUMERAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

_MESSAGE = Text(
    "{hours}시간 이상 된 완료된 작업들이 정리되었습니다.",
    "Finished tasks that are at least {hours} hours old were removed.",
)
_HOURS = Text(
    "max_age_hours는 0 이상의 수여야 합니다('{actual}').",
    "max_age_hours must be a number of at least 0, not '{actual}'.",
)
_CLEANED_UP = Text("정리되었습니다. 대기 중이거나 처리 중인 작업은 그대로입니다.", "Removed; what waits or runs stays.")


def _number(value: Any) -> Any:
    # Pydantic takes true for 1, and "1_000" for a number.
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMERAL.fullmatch(value)):
        raise Unfit(_HOURS, actual=str(value)[:SHOWN])
    return value


_SCHEMA = {
    "anyOf": [
        {"type": "number", "minimum": 0, "exclusiveMaximum": HIGHEST_HOURS},
        {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,20})?$"},
    ]
}


Hours = Annotated[
    float,
    Field(ge=0, lt=HIGHEST_HOURS, allow_inf_nan=False),
    BeforeValidator(_number),
    WithJsonSchema(_SCHEMA),
    Meaning("정리할 작업의 최대 나이(시간)", "Age in hours from which on finished tasks are removed"),
]


class CleanupAsked(Asked):
    """How old, told by the address."""

    max_age_hours: Absent[Hours] = None


class CleanupFields(BaseModel):
    """How old, told in the body."""

    max_age_hours: Hours = DEFAULT_HOURS


@endpoint(
    "POST",
    "/background/cleanup",
    Text("오래된 작업 정리", "Remove finished tasks"),
    Answer(200, _CLEANED_UP, CleanedUp, example=examples.cleaned_up(_MESSAGE)),
    group=ENDING,
    problems=(MalformedRequest, UploadStalled),
    body=Body(CleanupFields, ("application/json", *_FORMS)),
)
async def clean_up(request: Request, asked: CleanupAsked) -> CleanedUp:
    """Remove them; `max_age_hours` counts from the query, a form or JSON, in that order."""
    service, hours = service_of(request), asked.max_age_hours
    told = read(CleanupFields, await _read_body(request, service.settings.upload_idle_seconds)).max_age_hours
    hours = told if hours is None else hours
    log = service.log.bind(request_id=request_id_of(request))
    removed = await run_in_threadpool(client_of(request).remove_finished, service.files, log, hours)
    message = _MESSAGE.fill(language_of(request.headers), {"hours": f"{hours:g}"})
    return CleanedUp(message=message, removed_count=removed)


async def _read_body(request: Request, seconds: float) -> dict[str, Any]:
    """The fields; so small a body is given only as long as a large one may stand still."""
    try:
        async with asyncio.timeout(seconds):
            return await _fields(request)
    except TimeoutError:
        raise UploadStalled(seconds=f"{seconds:g}") from None


async def _fields(request: Request) -> dict[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES:
            raise MalformedRequest
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS:
        async with Request(request.scope, _sending(body)).form(max_files=0, max_fields=16) as form:
            return sent(form)
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(found, dict):
        raise MalformedRequest
    return found


def _sending(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive

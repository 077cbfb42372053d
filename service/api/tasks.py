"""Looking at tasks: one task's status, and the list of all."""

import base64
import binascii
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from service.api.faults import FieldFault, InvalidFields
from service.api.language import language_of
from service.api.problems import UnknownTask
from service.api.service import client_of
from service.jobs.client import Client
from service.jobs.errors import Language, Text
from service.jobs.job import Job, Status, TaskType
from service.jobs.listing import Filter
from service.jobs.view import task_status

PAGE_SIZE_LIMIT = 1000
_CHUNK = 200


async def status(request: Request) -> JSONResponse:
    """GET /background/task-status/{task_id}"""
    client, language = client_of(request), language_of(request.headers)
    picture = await run_in_threadpool(picture_of, client, request.path_params["task_id"], language)
    return JSONResponse({"success": True, "task_status": picture})


async def listing(request: Request) -> Response:
    """GET /background/all-tasks"""
    client, language = client_of(request), language_of(request.headers)
    wanted, size, before = _read_query(request.query_params)
    total = await run_in_threadpool(client.count, wanted)
    if size is None and before is None:
        return StreamingResponse(_every_task(client, wanted, total, language), media_type="application/json")
    size = PAGE_SIZE_LIMIT if size is None else size
    found = await run_in_threadpool(client.page, wanted, before, size + 1)
    token = _token(found[size - 1].seq) if len(found) > size else ""
    tasks = [task_status(job, language) for job in found[:size]]
    return JSONResponse({"success": True, "total_count": total, "tasks": tasks, "next_page_token": token})


def find_task(client: Client, task_id: str) -> Job:
    """The job of a client's own task. Raises UnknownTask."""
    job = client.find(task_id)
    if job is None:
        raise UnknownTask(task_id=task_id[:100])
    return job


def picture_of(client: Client, task_id: str, language: Language) -> dict[str, Any]:
    """What a client sees of its own task. Raises UnknownTask."""
    job = find_task(client, task_id)
    position = client.position(job) if job.status is Status.PENDING else None
    return task_status(job, language, position)


async def _every_task(client: Client, wanted: Filter, total: int, language: Language) -> AsyncIterator[str]:
    """The whole list in pieces, so that its length costs no memory."""
    yield f'{{"success":true,"total_count":{total},"tasks":['
    before, separator = None, ""
    while jobs := await run_in_threadpool(client.page, wanted, before, _CHUNK):
        yield separator + ",".join(json.dumps(task_status(job, language), ensure_ascii=False) for job in jobs)
        before, separator = jobs[-1].seq, ","
    yield '],"next_page_token":""}'


def _read_query(query: QueryParams) -> tuple[Filter, int | None, int | None]:
    """Filter, page size and the number of the job that the page begins after. Raises InvalidFields."""
    faults: list[FieldFault] = []

    def take(name: str, read: Any, reason: Text) -> Any:
        value = query.get(name, "")
        if not value:
            return None
        try:
            return read(value)
        except ValueError:
            faults.append(FieldFault(name, reason, {"name": name, "actual": value[:50]}))
            return None

    wanted = Filter(
        status=take("status", Status, _STATUS),
        task_type=take("task_type", TaskType, _TASK_TYPE),
        created_after=take("created_after", _milliseconds, _TIME),
        created_before=take("created_before", _milliseconds, _TIME),
    )
    size = take("page_size", _page_size, _PAGE_SIZE)
    before = take("page_token", _seq, _PAGE_TOKEN)
    if faults:
        raise InvalidFields(*faults)
    return wanted, size, before


def _milliseconds(value: str) -> int:
    # An unescaped "+09:00" reaches us as " 09:00".
    moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _page_size(value: str) -> int:
    """AIP-158: too large is coerced, 0 means our choice, negative is a fault."""
    size = int(value)
    if size < 0:
        raise ValueError(value)
    return min(size, PAGE_SIZE_LIMIT) or PAGE_SIZE_LIMIT


def _token(seq: int) -> str:
    return base64.urlsafe_b64encode(f"before:{seq}".encode()).decode().rstrip("=")


def _seq(token: str) -> int:
    try:
        word, _, seq = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(token) from error
    if word != "before" or not 0 < int(seq) < 2**63:
        raise ValueError(token)
    return int(seq)


_STATUS = Text(
    "status는 pending, processing, completed, failed, cancelled 중 하나여야 합니다('{actual}').",
    "status must be pending, processing, completed, failed or cancelled, not '{actual}'.",
)
_TASK_TYPE = Text(
    "task_type은 image_analysis나 table_extraction이어야 합니다('{actual}').",
    "task_type must be image_analysis or table_extraction, not '{actual}'.",
)
_TIME = Text(
    "{name}은(는) ISO 8601 시각이어야 합니다(예: 2026-01-31T09:00:00+09:00).",
    "{name} must be a time in ISO 8601, such as 2026-01-31T09:00:00+09:00.",
)
_PAGE_SIZE = Text(
    "page_size는 0 이상의 정수여야 합니다('{actual}').",
    "page_size must be a whole number of at least 0, not '{actual}'.",
)
_PAGE_TOKEN = Text(
    "page_token이 올바르지 않습니다. 앞 응답의 next_page_token을 그대로 보내 주세요.",
    "page_token is not valid. Send the next_page_token of the answer before, unchanged.",
)

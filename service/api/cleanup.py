"""Clearing away finished tasks on request."""

import json
import math
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.faults import FieldFault, InvalidFields
from service.api.language import language_of
from service.api.problems import MalformedRequest
from service.api.service import client_of, request_id_of, service_of
from service.jobs.errors import Text

DEFAULT_HOURS = 24.0
_BODY_BYTES = 64 * 1024

_MESSAGE = Text(
    "{hours}시간 이상 된 완료된 작업들이 정리되었습니다.",
    "Finished tasks that are at least {hours} hours old were removed.",
)
_HOURS = Text(
    "max_age_hours는 0 이상의 수여야 합니다('{actual}').",
    "max_age_hours must be a number of at least 0, not '{actual}'.",
)


async def clean_up(request: Request) -> JSONResponse:
    """POST /background/cleanup"""
    service, hours = service_of(request), await _read_hours(request)
    log = service.log.bind(request_id=request_id_of(request))
    removed = await run_in_threadpool(client_of(request).remove_finished, service.files, log, hours)
    message = _MESSAGE.fill(language_of(request.headers), {"hours": f"{hours:g}"})
    return JSONResponse({"success": True, "message": message, "removed_count": removed})


async def _read_hours(request: Request) -> float:
    """`max_age_hours` from the query, a form or JSON, in that order. Raises InvalidFields."""
    value: Any = request.query_params.get("max_age_hours")
    if value is None:
        value = (await _read_body(request)).get("max_age_hours", DEFAULT_HOURS)
    try:
        hours = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        hours = math.nan
    if not 0 <= hours < 1_000_000:
        raise InvalidFields(FieldFault("max_age_hours", _HOURS, {"actual": str(value)[:50]}))
    return hours


async def _read_body(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        async with request.form(max_files=0, max_fields=16) as form:
            return dict(form)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES:
            raise MalformedRequest
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(found, dict):
        raise MalformedRequest
    return found

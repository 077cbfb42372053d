"""The OpenAPI 3.1 document, written from the endpoints and their models: the same that read requests and shape answers.

It is written when it is first asked for, once for each language.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from service.api.endpoint import Answer, Asked, Endpoint, endpoint
from service.api.groups import SERVICE
from service.api.language import language_of
from service.api.operations import operation
from service.api.pictures.problem import ProblemDetails
from service.api.schemas import Mode, Schemas
from service.api.service import service_of
from service.jobs.batch_view import BatchCallback
from service.jobs.text import Language, Text
from service.jobs.view import Callback

_DESCRIPTION = Text(
    "이미지를 분석하고 표를 추출합니다. 오류는 모두 application/problem+json(RFC 9457)이며 "
    "변하지 않는 `code`가 있습니다. 메시지는 한국어이고, `Accept-Language: en`이면 영어입니다. "
    "모든 응답에 `X-Request-ID`가 있습니다.",
    "Analyses images and extracts tables in the background. Every error is application/problem+json (RFC 9457) with a "
    "stable `code`. Messages are Korean, and English with `Accept-Language: en`. Every answer carries `X-Request-ID`.",
)
_KEY = Text("서버에 API_KEYS가 있으면 보내는 키", "The key to send where the server has API_KEYS")


@endpoint(
    "GET",
    "/openapi.json",
    Text("이 API의 OpenAPI 문서", "This interface as OpenAPI"),
    Answer(200, Text("OpenAPI 3.1 문서", "An OpenAPI 3.1 document")),
    group=SERVICE,
)
async def get_openapi(request: Request, asked: Asked) -> Response:
    """The document, in the client's language."""
    keyed = bool(service_of(request).settings.api_keys)
    text = _written(request.app.state.endpoints, language_of(request.headers), keyed)
    return Response(text, media_type="application/json")


@cache
def _written(endpoints: tuple[Endpoint, ...], language: Language, keyed: bool) -> bytes:
    return json.dumps(document(endpoints, language, keyed), ensure_ascii=False).encode()


def document(endpoints: tuple[Endpoint, ...], language: Language, keyed: bool) -> dict[str, Any]:
    """The whole document; `keyed` is whether clients must send a key."""
    schemas = Schemas(_wanted(endpoints))
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for one in endpoints:
        paths[one.path][one.method.lower()] = operation(one, schemas, keyed)
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": "Document Analysis API",
            "version": version("document-analysis"),
            "description": _DESCRIPTION,
        },
        "tags": [{"name": group} for group in dict.fromkeys(one.group for one in endpoints)],
        "paths": paths,
        "webhooks": _webhooks(schemas),
    }
    parts = {
        "schemas": schemas.behind(told),
        "securitySchemes": {"api_key": {"type": "http", "scheme": "bearer", "description": _KEY}},
    }
    written: dict[str, Any] = _in_language(told | {"components": parts}, language)
    return written


def _wanted(endpoints: Iterable[Endpoint]) -> dict[type[BaseModel], Mode]:
    """The models that the document is written from."""
    wanted: dict[type[BaseModel], Mode] = dict.fromkeys((ProblemDetails, Callback, BatchCallback), "serialization")
    for one in endpoints:
        wanted |= {answer.model: "serialization" for answer in one.answers if answer.model is not None}
        wanted[one.asked] = "validation"
        if one.body is not None:
            wanted[one.body.model] = "validation"
    return wanted


def _webhooks(schemas: Schemas) -> dict[str, Any]:
    task = Text("작업이 끝나면 callback_url로 보냅니다", "Posted to a task's callback_url when it has ended")
    batch = Text(
        "묶음의 모든 작업이 끝나면 callback_url로 보냅니다",
        "Posted to a batch's callback_url when all its tasks have ended",
    )
    return {
        "task_ended": {"post": _webhook("task_ended", task, schemas.reference(Callback))},
        "batch_ended": {"post": _webhook("batch_ended", batch, schemas.reference(BatchCallback))},
    }


_SENT = {
    "webhook-id": Text("전달의 ID. 다시 보내도 같습니다", "Id of the delivery, the same on every retry"),
    "webhook-timestamp": Text("이 시도의 시각(유닉스 초)", "When this try was made, in Unix seconds"),
    "webhook-signature": Text(
        "`v1,`과 base64 HMAC-SHA256, 비밀을 바꾸는 동안에는 빈칸으로 나눈 여럿",
        "`v1,` and an HMAC-SHA256 in base64; several, separated by spaces, while a secret is replaced",
    ),
}
"""The headers of Standard Webhooks 1.0.0."""


def _webhook(name: str, summary: Text, body: dict[str, Any]) -> dict[str, Any]:
    headers = [
        {"name": header, "in": "header", "required": True, "description": meaning, "schema": {"type": "string"}}
        for header, meaning in _SENT.items()
    ]
    return {
        "operationId": name,
        "summary": summary,
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": Text("받았습니다", "Taken")},
            "410": {"description": Text("다시 보내지 마십시오", "Do not send to this address any more")},
        },
    }


def _in_language(value: Any, language: Language) -> Any:
    if isinstance(value, Text):
        return value.ko if language == "ko" else value.en
    if isinstance(value, dict):
        return {name: _in_language(one, language) for name, one in value.items()}
    return [_in_language(one, language) for one in value] if isinstance(value, list) else value

"""An endpoint's part of the OpenAPI document."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from service.api.answers import MEDIA_TYPE
from service.api.doors import BEHIND_THE_DOORS, EVERYWHERE, OPEN
from service.api.endpoint import Answer, Body, Endpoint
from service.api.faults import InvalidFields
from service.api.pictures.problem import ProblemDetails
from service.api.problems import Problem
from service.api.schemas import Schemas
from service.jobs.text import Text

HEADERS: dict[str, dict[str, Any]] = {
    "Content-Disposition": {
        "description": Text("저장할 파일 이름", "The name to save it under"),
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {"description": Text("전에 한 응답", "Answered before"), "schema": {"const": "true"}},
    "Location": {
        "description": Text("작업의 상태를 볼 주소", "Where the task's status is"),
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Page-Count": {
        "description": Text("파일의 쪽 수", "How many pages the file has"),
        "schema": {"type": "integer", "minimum": 1},
    },
    "Preference-Applied": {
        "description": Text("지킨 기다림, 예: wait=10", "The wait that was kept to, such as wait=10"),
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": Text(
            "한도마다 남은 양(r)과 다시 차기까지의 초(t)", "What is left (r) and for how many seconds (t)"
        ),
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": Text(
            "한도: 양(q), 단위(qu), 초(w)", "The quotas: how much (q) of what (qu) in how many seconds (w)"
        ),
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": Text("다시 물어볼 때까지의 초", "Seconds after which to ask again"),
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {"description": Text("언제나 Bearer", "Always Bearer"), "schema": {"type": "string"}},
}
"""Headers of answers, for the endpoints that name them."""

_BY_STATUS = {401: ("WWW-Authenticate",), 429: ("RateLimit", "RateLimit-Policy")}

EVENT_STREAM = "text/event-stream"


def operation(of: Endpoint, schemas: Schemas, keyed: bool) -> dict[str, Any]:
    """All that is told of an endpoint; `keyed` is whether clients must send a key."""
    told: dict[str, Any] = {
        "operationId": of.handler.__name__,
        "tags": [of.group],
        "summary": of.summary,
        "parameters": list(_parameters(of, schemas.of(of.asked))),
        "responses": {str(status): answer for status, answer in sorted(_responses(of, schemas))},
        "security": [{"api_key": []}] if keyed and of.path not in OPEN else [],
    }
    if of.body is not None:
        told["requestBody"] = _body(of, schemas)
    return told


def _parameters(of: Endpoint, part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in of.parameters:
        schema = dict(part["properties"][one.name])
        told = {"description": schema.pop("description")} if "description" in schema else {}
        yield {
            "name": one.name,
            "in": one.place,
            "required": one.name in part.get("required", ()),
            **told,
            "schema": schema,
        }


def _body(of: Endpoint, schemas: Schemas) -> dict[str, Any]:
    body = of.body
    assert body is not None
    form, reference = _form(body, schemas.of(body.model)), schemas.reference(body.model)
    content = {
        kind: {"schema": reference if kind == "application/json" else form, **_encoding(body)} for kind in body.kinds
    }
    shown = {} if body.example is None else {"x-curl-form": dict(body.example)}
    return {"required": body.file is not None, "content": content} | shown


def _encoding(body: Body) -> dict[str, Any]:
    return {"encoding": {"file": {"contentType": ", ".join(body.file_kinds)}}} if body.file_kinds else {}


def _form(body: Body, part: dict[str, Any]) -> dict[str, Any]:
    file = {"file": {"type": "string", "format": "binary", "description": body.file}} if body.file else {}
    properties = {**file, **{name: _or_blank(one) for name, one in part["properties"].items()}}
    required = [*file, *part.get("required", ())]
    # What else comes is passed over, but must be text, and come once.
    told = {"type": "object", "properties": properties, "additionalProperties": {"type": "string"}}
    return told | ({"required": required} if required else {})


def _or_blank(schema: dict[str, Any]) -> dict[str, Any]:
    """A field of a form, which may also be left blank: then it counts as not sent."""
    beside: dict[str, Any] = {name: schema[name] for name in ("description", "default") if name in schema}
    given = {name: value for name, value in schema.items() if name not in beside}
    free = given.get("type") == "string" and not given.keys() & {"enum", "format"}
    free = free and re.search(given.get("pattern", ""), "") is not None
    return schema if free else {"anyOf": [given, {"const": ""}], **beside}


def _responses(of: Endpoint, schemas: Schemas) -> Iterator[tuple[int, dict[str, Any]]]:
    by_status: defaultdict[int, list[Answer]] = defaultdict(list)
    for answer in of.answers:
        by_status[answer.status].append(answer)
    problems = _problems(of)
    for status in by_status.keys() | problems.keys():
        yield status, _response(status, by_status[status], problems[status], schemas)


def _problems(of: Endpoint) -> defaultdict[int, list[type[Problem]]]:
    reads = of.body is not None or any(one.place != "path" for one in of.parameters)
    kinds: list[type[Problem]] = [*of.problems, *EVERYWHERE, *([InvalidFields] if reads else [])]
    kinds += [] if of.path in OPEN else BEHIND_THE_DOORS
    found: defaultdict[int, list[type[Problem]]] = defaultdict(list)
    for kind in dict.fromkeys(kinds):
        found[kind.status].append(kind)
    return found


def _response(status: int, answers: list[Answer], problems: list[type[Problem]], schemas: Schemas) -> dict[str, Any]:
    codes = sorted({problem.code for problem in problems})
    names = {name for answer in answers for name in answer.headers}
    names |= {"Retry-After" for problem in problems if problem.retry_after} | set(_BY_STATUS.get(status, ()))
    content: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for kind in dict.fromkeys(answer.kind for answer in answers if answer.kind):
        content[kind] = _content([answer for answer in answers if answer.kind == kind], schemas)
    if codes:
        narrowed = {"properties": {"code": {"enum": codes}, "status": {"const": status}}}
        content[MEDIA_TYPE] = {"schema": {"allOf": [schemas.reference(ProblemDetails), narrowed]}}
    told = {"headers": {name: HEADERS[name] for name in sorted(names)}, "content": content}
    told_of = ", ".join(f"`{code}`" for code in codes)
    meanings = [*(answer.meaning for answer in answers), *([Text(told_of, told_of)] if codes else [])]
    description = Text(*(" · ".join(words) for words in zip(*meanings, strict=True)))
    return {"description": description, **{name: value for name, value in told.items() if value}}


def _content(answers: list[Answer], schemas: Schemas) -> dict[str, Any]:
    """What is said in one media type."""
    kinds = [_schema(answer, schemas) for answer in answers]
    examples = [answer.example for answer in answers if answer.example is not None]
    told: dict[str, Any] = {"schema": kinds[0] if len(kinds) == 1 else {"oneOf": kinds}}
    return told | ({"example": examples[0]} if examples else {})


def _schema(answer: Answer, schemas: Schemas) -> dict[str, Any]:
    if answer.model is None:
        return {}
    reference = schemas.reference(answer.model)
    return _event(reference) if answer.kind == EVENT_STREAM else reference


def _event(data: dict[str, Any]) -> dict[str, Any]:
    """One event of a stream: OpenAPI 3.1 has no word for the whole of it."""
    return {
        "type": "object",
        "description": Text("이벤트 하나", "One event of the stream"),
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"enum": ["status", "progress", "completed", "failed", "cancelled"]},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data},
            "retry": {"type": "integer"},
        },
        "required": ["id", "event", "data"],
    }

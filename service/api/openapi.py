"""The OpenAPI 3.1 document, written from the endpoints and their models: the same that read requests and shape answers.

It is written when it is first asked for, once for each language.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import MEDIA_TYPE
from service.api.doors import BEHIND_THE_DOORS, EVERYWHERE, OPEN
from service.api.endpoint import Answer, Asked, Endpoint, endpoint
from service.api.faults import InvalidFields
from service.api.language import language_of
from service.api.pictures.problem import ProblemDetails
from service.api.problems import Problem
from service.api.service import service_of
from service.jobs.errors import Language, Text
from service.jobs.view import Callback

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
    "Retry-After": {
        "description": Text("다시 물어볼 때까지의 초", "Seconds after which to ask again"),
        "schema": {"type": "integer", "minimum": 0},
    },
}
"""Headers of answers, for the endpoints that name them."""

Schemas = dict[type[BaseModel], dict[str, Any]]
"""For each model the reference to its schema."""
EVENT_STREAM = "text/event-stream"

Mode = Literal["validation", "serialization"]


@endpoint(
    "GET",
    "/openapi.json",
    Text("이 API의 OpenAPI 문서", "This interface as OpenAPI"),
    Answer(200, Text("OpenAPI 3.1 문서", "An OpenAPI 3.1 document")),
)
async def openapi(request: Request, asked: Asked) -> Response:
    """The document, in the client's language."""
    keyed = bool(service_of(request).settings.api_keys)
    text = _written(request.app.state.endpoints, language_of(request.headers), keyed)
    return Response(text, media_type="application/json")


@cache
def _written(endpoints: tuple[Endpoint, ...], language: Language, keyed: bool) -> bytes:
    return json.dumps(document(endpoints, language, keyed), ensure_ascii=False).encode()


def document(endpoints: tuple[Endpoint, ...], language: Language, keyed: bool) -> dict[str, Any]:
    """The whole document; `keyed` is whether clients must send a key."""
    schemas, parts = _schemas(endpoints)
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for one in endpoints:
        paths[one.path][one.method.lower()] = _operation(one, schemas, parts, keyed)
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": "Document Analysis API",
            "version": version("document-analysis"),
            "description": Text(
                "이미지를 분석하고 표를 추출합니다.", "Analyses images and extracts tables in the background."
            ),
        },
        "paths": paths,
        "webhooks": {"task_ended": {"post": _webhook(schemas)}},
        "components": {
            "schemas": dict(sorted(parts.items())),
            "securitySchemes": {"api_key": {"type": "http", "scheme": "bearer"}},
        },
    }
    written: dict[str, Any] = _in_language(found, language)
    return written


class _Schemas(GenerateJsonSchema):
    """Without titles, which say what names say, and without null as a default, which says that nothing is there."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {name: value for name, value in found.items() if (name, value) != ("default", None)}


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[Schemas, dict[str, Any]]:
    """References to all models, and the schemas they lead to."""
    wanted: dict[type[BaseModel], Mode] = {ProblemDetails: "serialization", Callback: "serialization"}
    for one in endpoints:
        wanted |= {answer.model: "serialization" for answer in one.answers if answer.model is not None}
        wanted[one.asked] = "validation"
        if one.body is not None:
            wanted[one.body.model] = "validation"
    references, found = models_json_schema(
        list(wanted.items()), ref_template="#/components/schemas/{model}", schema_generator=_Schemas
    )
    parts = found["$defs"]
    for part in parts.values():
        part.pop("title", None)
        part.pop("description", None)  # a docstring, which is for who reads the code
    return {model: references[model, mode] for model, mode in wanted.items()}, parts


def _operation(of: Endpoint, schemas: Schemas, parts: dict[str, Any], keyed: bool) -> dict[str, Any]:
    of_tasks = of.path.startswith("/background/")
    operation: dict[str, Any] = {
        "operationId": of.handler.__name__,
        "tags": [Text("작업", "Tasks") if of_tasks else Text("서비스", "Service")],
        "summary": of.summary,
        "parameters": list(_parameters(of, _part(of.asked, schemas, parts))),
        "responses": {str(status): answer for status, answer in sorted(_responses(of, schemas))},
        "security": [{"api_key": []}] if keyed and of.path not in OPEN else [],
    }
    if of.body is not None:
        operation["requestBody"] = _body(of, schemas, parts)
    return operation


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


def _body(of: Endpoint, schemas: Schemas, parts: dict[str, Any]) -> dict[str, Any]:
    body = of.body
    assert body is not None
    schema: dict[str, Any] = schemas[body.model]
    if body.file is not None:
        part = _part(body.model, schemas, parts)
        file = {"type": "string", "format": "binary", "description": body.file}
        schema = {
            "type": "object",
            "properties": {"file": file, **part["properties"]},
            "required": ["file", *part.get("required", ())],
        }
    return {"required": body.file is not None, "content": {kind: {"schema": schema} for kind in body.kinds}}


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
    meanings = [*(answer.meaning for answer in answers), *(Text(f"`{code}`", f"`{code}`") for code in codes)]
    names = {name for answer in answers for name in answer.headers}
    names |= {"Retry-After" for problem in problems if problem.retry_after}
    content: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for kind in {answer.kind for answer in answers if answer.kind}:
        content[kind] = _content([answer for answer in answers if answer.kind == kind], schemas)
    if codes:
        narrowed = {"properties": {"code": {"enum": codes}, "status": {"const": status}}}
        content[MEDIA_TYPE] = {"schema": {"allOf": [schemas[ProblemDetails], narrowed]}}
    told = {"headers": {name: HEADERS[name] for name in sorted(names)}, "content": content}
    description = Text(*(", ".join(words) for words in zip(*meanings, strict=True)))
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
    reference = schemas[answer.model]
    return {"type": "string", "x-event-data": reference} if answer.kind == EVENT_STREAM else reference


def _webhook(schemas: Schemas) -> dict[str, Any]:
    return {
        "summary": Text("작업이 끝나면 callback_url로 보냅니다", "Posted to a task's callback_url when it has ended"),
        "requestBody": {"required": True, "content": {"application/json": {"schema": schemas[Callback]}}},
        "responses": {"2XX": {"description": Text("받았습니다", "Taken")}},
    }


def _part(model: type[BaseModel], schemas: Schemas, parts: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model."""
    found: dict[str, Any] = parts[schemas[model]["$ref"].rpartition("/")[2]]
    return {"properties": {}, **found}


def _in_language(value: Any, language: Language) -> Any:
    if isinstance(value, Text):
        return value.ko if language == "ko" else value.en
    if isinstance(value, dict):
        return {name: _in_language(one, language) for name, one in value.items()}
    return [_in_language(one, language) for one in value] if isinstance(value, list) else value

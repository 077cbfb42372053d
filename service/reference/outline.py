"""An OpenAPI document taken apart into what a person looks for: groups, operations, fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.jobs.text import Language
from service.reference.kinds import default_of, kind_of

Part = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body or of an answer. `place` is where a parameter stands."""

    name: str
    kind: str
    meaning: str
    required: bool
    default: str = ""
    place: str = ""


@dataclass(frozen=True)
class Reply:
    """The answers of one status."""

    status: str
    meaning: str
    kinds: Mapping[str, str]
    headers: Sequence[str]
    example: str


@dataclass(frozen=True)
class Operation:
    """One method on one path, or what is posted to a client."""

    id: str
    method: str
    path: str
    summary: str
    parameters: Sequence[Field]
    body_kinds: Sequence[str]
    body: Sequence[Field]
    replies: Sequence[Reply]
    command: str = ""


@dataclass(frozen=True)
class Outline:
    """The whole: operations by group, what is posted to clients, and the schemas by name."""

    title: str
    version: str
    description: str
    groups: Mapping[str, Sequence[Operation]]
    webhooks: Sequence[Operation]
    schemas: Mapping[str, Sequence[Field]]


def outline(document: Part, language: Language, server: str) -> Outline:
    """Take a document in one language apart; `server` is the address that commands are written with."""
    info, schemas = document["info"], document["components"]["schemas"]
    found = [
        (part["tags"][0], _operation(path, method, part, schemas, language, server))
        for path, methods in document["paths"].items()
        for method, part in methods.items()
    ]
    names = [tag["name"] for tag in document["tags"]]
    return Outline(
        title=info["title"],
        version=info["version"],
        description=info["description"],
        groups={name: [one for group, one in found if group == name] for name in names},
        webhooks=[
            _operation(name, method, part, schemas, language, "")
            for name, methods in document["webhooks"].items()
            for method, part in methods.items()
        ],
        schemas={
            name: list(_fields(part, language)) or [Field("", kind_of(part, language), "", True)]
            for name, part in schemas.items()
        },
    )


def _operation(path: str, method: str, part: Part, schemas: Part, language: Language, server: str) -> Operation:
    parameters = [_parameter(one, language) for one in part["parameters"]]
    content: Part = part.get("requestBody", {}).get("content", {})
    body = next((_whole(one["schema"], schemas) for one in content.values()), {})
    return Operation(
        id=part["operationId"],
        method=method.upper(),
        path=path,
        summary=part["summary"],
        parameters=sorted(parameters, key=lambda one: one.place != "path"),
        body_kinds=list(content),
        body=list(_fields(body, language)),
        replies=[_reply(status, one, language) for status, one in part["responses"].items()],
        command=_command(path, method, part, server) if server else "",
    )


def _whole(schema: Part, schemas: Part) -> Part:
    """A schema itself where its name stands."""
    found: Part = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _fields(schema: Part, language: Language) -> Iterator[Field]:
    for name, part in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        yield Field(name, kind_of(part, language), part.get("description", ""), required, default_of(part))


def _parameter(part: Part, language: Language) -> Field:
    schema = part["schema"]
    meaning, required = part.get("description", ""), part["required"]
    return Field(part["name"], kind_of(schema, language), meaning, required, default_of(schema), part["in"])


def _reply(status: str, part: Part, language: Language) -> Reply:
    content: Part = part.get("content", {})
    example = next((one["example"] for one in content.values() if "example" in one), None)
    written = "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
    kinds = {kind: kind_of(_shape(one.get("schema", {})), language) for kind, one in content.items()}
    return Reply(status, part["description"], kinds, list(part.get("headers", ())), written)


def _shape(schema: Part) -> Part:
    data: Part = schema.get("x-event-data", schema)
    return data


def _command(path: str, method: str, part: Part, server: str) -> str:
    """How curl asks for it, with the examples of the document."""
    streamed = "text/event-stream" in part["responses"].get("200", {}).get("content", {})
    words = ["curl", *(["-N"] if streamed else []), *([] if method == "get" else [f"-X {method.upper()}"])]
    given: Part = part.get("requestBody", {}).get("x-curl-form", {})
    lines = [" ".join([*words, f'"{server}{path}"'])]
    lines += ['-H "Authorization: Bearer $KEY"'] if part["security"] else []
    lines += [f'-F "{name}={value}"' for name, value in given.items()]
    return " \\\n  ".join(lines)

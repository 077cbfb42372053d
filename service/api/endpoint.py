"""An endpoint: what it takes and gives, told once. Requests are read by it, answers shaped, OpenAPI written from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.api.problems import Problem
from service.api.reading import read
from service.jobs.picture import Meaning, Picture
from service.jobs.text import Text


class Asked(BaseModel):
    """What a request asks by its path, its query and its headers; an endpoint that takes any has a subclass.

    A field that the path names is taken from there, one with an alias from the header of that name, else the query;
    a tuple holds all values of a parameter that may be sent more than once.
    """

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Parameter:
    """A field of `Asked` in a request; `many` may be sent again and again."""

    name: str
    place: Literal["path", "header", "query"]
    many: bool = False


@dataclass(frozen=True)
class Body:
    """A request's body: the model of its fields, its media types, and what its `file` is where it takes one.

    `file_kinds` are the media types that the file may have; `example` is what a form may hold, as curl's `-F` takes it.
    """

    model: type[BaseModel]
    kinds: tuple[str, ...]
    file: Meaning | None = None
    example: Mapping[str, str] | None = None
    file_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One way to answer. Without a model the handler makes the response itself; `headers` are those beyond the usual.

    `kind` is the media type, empty where there is no body.
    """

    status: int
    meaning: Text
    model: type[Picture] | None = None
    kind: str = "application/json"
    headers: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True)
class Reply:
    """A picture with headers; `status` is needed where the endpoint shows such a picture with several."""

    picture: Picture
    headers: Mapping[str, str]
    status: int | None = None


Handler = Callable[[Request, Any], Awaitable[Picture | Reply | Response]]


@dataclass(frozen=True, eq=False)
class Endpoint:
    """One method on one path."""

    method: str
    path: str
    summary: Text
    handler: Handler
    asked: type[Asked]
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    problems: tuple[type[Problem], ...]
    body: Body | None
    group: Text

    def route(self) -> Route:
        return Route(self.path, self.serve, methods=[self.method])

    async def serve(self, request: Request) -> Response:
        """Read what is asked, have it done, shape the answer. Raises InvalidFields and what the handler raises."""
        values = {one.name: _value(request, one) for one in self.parameters}
        asked = read(self.asked, {name: value for name, value in values.items() if value is not None})
        reply = await self.handler(request, asked)
        if isinstance(reply, Response):
            return reply
        if isinstance(reply, Picture):
            reply = Reply(reply, {})
        status = reply.status or next(one.status for one in self.answers if one.model is type(reply.picture))
        return Response(reply.picture.model_dump_json(), status, reply.headers, "application/json")


def endpoint(
    method: str,
    path: str,
    summary: Text,
    *answers: Answer,
    group: Text,
    problems: tuple[type[Problem], ...] = (),
    body: Body | None = None,
) -> Callable[[Handler], Endpoint]:
    """Make an endpoint of a handler, whose parameter `asked` is annotated with what it asks.

    `problems` are those of its own; what every endpoint may answer is in service/api/operations.py. `group` is
    one of service/api/groups.py.
    """

    def make(handler: Handler) -> Endpoint:
        asked: type[Asked] = get_type_hints(handler)["asked"]
        parameters = _parameters(asked, path)
        return Endpoint(method, path, summary, handler, asked, parameters, answers, problems, body, group)

    return make


def _parameters(asked: type[Asked], path: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(field.alias, "header")
        if field.alias
        else Parameter(name, "path" if f"{{{name}}}" in path else "query", get_origin(field.annotation) is tuple)
        for name, field in asked.model_fields.items()
    )


def _value(request: Request, parameter: Parameter) -> str | list[str] | None:
    """The value, or all of them, as it was sent; None where it was not. What is sent blank is a value, too.

    Whoever sends a blank `Cancel-After` believes that there is a limit, and must hear that there is none.
    """
    if parameter.many:
        return request.query_params.getlist(parameter.name)
    if parameter.place == "path":
        return str(request.path_params[parameter.name])
    if parameter.place == "header":
        found = request.headers.getlist(parameter.name)
        return ", ".join(found).strip() if found else None  # which are one [RFC 9110 5.3]
    return request.query_params.get(parameter.name)

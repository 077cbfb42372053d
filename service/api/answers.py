"""Every error as an answer: application/problem+json (RFC 9457), in the client's language."""

from typing import Any

from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from service.api.language import language_of
from service.api.pictures.problem import ProblemDetails
from service.api.problems import (
    DatabaseBusy,
    DiskFull,
    Internal,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from service.jobs.text import Language, Text
from service.logs import Logger

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: Text("잘못된 요청", "Bad request"),
    401: Text("인증 필요", "Unauthorized"),
    403: Text("금지됨", "Forbidden"),
    404: Text("찾을 수 없음", "Not found"),
    405: Text("허용되지 않는 메서드", "Method not allowed"),
    408: Text("요청 시간 초과", "Request timeout"),
    409: Text("상태 충돌", "Conflict"),
    410: Text("사라짐", "Gone"),
    413: Text("파일이 너무 큼", "Content too large"),
    415: Text("지원하지 않는 형식", "Unsupported media type"),
    422: Text("처리할 수 없는 값", "Unprocessable content"),
    429: Text("요청이 너무 많음", "Too many requests"),
    500: Text("서버 오류", "Internal server error"),
    503: Text("일시적으로 사용할 수 없음", "Service unavailable"),
    507: Text("저장 공간 부족", "Insufficient storage"),
}


def answer(problem: Problem, headers: Headers, request_id: str | None) -> Response:
    """A problem as an answer in the client's language."""
    language: Language = language_of(headers)
    picture = ProblemDetails(
        type=f"urn:document-analysis:problem:{problem.code}",
        title=TITLES[problem.status].fill(language, {}),
        status=problem.status,
        detail=problem.message(language),
        code=problem.code,
        retryable=problem.retryable,
        request_id=request_id,
        **problem.members(language),
    )
    extra = {"Content-Language": str(language)}
    if problem.retry_after is not None:
        extra["Retry-After"] = str(problem.retry_after)
    if problem.closes:
        extra["Connection"] = "close"
    return Response(picture.model_dump_json(), problem.status, extra, MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a Problem that a route raised."""
    assert isinstance(error, Problem)
    return _answer(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: an unknown path or method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        headers = error.headers or {}
        response = _answer(request, MethodNotAllowed(method=request.method, allowed=headers.get("Allow", "")))
        response.headers.update(headers)
        return response
    return _answer(request, NotFound(path=request.scope["path"]) if error.status_code == 404 else MalformedRequest())


async def on_database_error(request: Request, error: Exception) -> Response:
    """Answer a database that is locked, full or read-only."""
    _log(request).error("database_error", exc_info=error)
    full = isinstance(error, OperationalError) and "full" in str(error.orig)
    return _answer(request, DiskFull() if full else DatabaseBusy())


async def on_disconnect(request: Request, error: Exception) -> Response:
    """The client went away while sending; nobody is there to read this."""
    return _answer(request, MalformedRequest())


async def on_surprise(request: Request, error: Exception) -> Response:
    """Answer what nobody expected; its details go to the log only."""
    _log(request).error("request_failed", path=request.scope["path"], exc_info=error)
    return _answer(request, Internal())


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    HTTPException: on_http_exception,
    OperationalError: on_database_error,
    ClientDisconnect: on_disconnect,
    Exception: on_surprise,
}


def _answer(request: Request, problem: Problem) -> Response:
    return answer(problem, request.headers, request.scope.get("request_id"))


def _log(request: Request) -> Logger:
    log: Logger = request.app.state.service.log
    return log.bind(request_id=request.scope.get("request_id"))

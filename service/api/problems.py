"""Every error answer, as application/problem+json (RFC 9457)."""

import math
from typing import Any, ClassVar, NamedTuple

from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from service.api.language import language_of
from service.jobs.errors import Language, ServiceError, Text
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
    413: Text("파일이 너무 큼", "Content too large"),
    415: Text("지원하지 않는 형식", "Unsupported media type"),
    422: Text("처리할 수 없는 값", "Unprocessable content"),
    500: Text("서버 오류", "Internal server error"),
    503: Text("일시적으로 사용할 수 없음", "Service unavailable"),
    507: Text("저장 공간 부족", "Insufficient storage"),
}


class Problem(ServiceError):
    """An error answer. `values` fill the text and are shown as members where they are named in `shown`."""

    status: ClassVar[int] = 500
    shown: ClassVar[tuple[str, ...]] = ()
    retry_after: ClassVar[int | None] = None
    closes: ClassVar[bool] = False
    """Whether the connection ends with the answer, because the rest of the request is not waited for."""

    def members(self, language: Language) -> dict[str, Any]:
        """Members beyond the standard ones."""
        return {name: self.values[name] for name in self.shown}


class MalformedMultipart(Problem):
    status = 400
    code = "malformed_multipart"
    text = Text(
        "multipart/form-data 본문을 해석할 수 없습니다: {reason}. 경계(boundary)와 본문이 온전한지 확인해 주세요.",
        "The multipart/form-data body cannot be understood: {reason}. Check its boundary and that it is whole.",
    )


class MalformedRequest(Problem):
    status = 400
    code = "malformed_request"
    text = Text("요청 본문을 해석할 수 없습니다.", "The request's body cannot be understood.")


class MalformedHttp(Problem):
    status = 400
    code = "malformed_http"
    text = Text("HTTP 요청을 해석할 수 없습니다.", "This is no HTTP request that can be understood.")


class Unauthorized(Problem):
    status = 401
    code = "unauthorized"
    text = Text(
        "API 키가 없거나 올바르지 않습니다. 'Authorization: Bearer <키>' 헤더로 보내 주세요.",
        "The API key is missing or not valid. Send it in the header 'Authorization: Bearer <key>'.",
    )


class ForeignPage(Problem):
    status = 403
    code = "foreign_page"
    text = Text(
        "이 서버의 이름이 아닌 주소 '{found}'(으)로 온 요청입니다. "
        "프록시를 거친다면 PUBLIC_URL을, 다른 곳에 열려면 API_KEYS를 설정해 주세요.",
        "The request came by way of '{found}', which is no name of this server. "
        "Set PUBLIC_URL for a proxy's name, or API_KEYS to open it to others.",
    )


class NotFound(Problem):
    status = 404
    code = "not_found"
    text = Text("경로 '{path}'을(를) 찾을 수 없습니다.", "There is nothing at the path '{path}'.")


class UnknownTask(Problem):
    status = 404
    code = "unknown_task"
    text = Text(
        "작업 '{task_id}'을(를) 찾을 수 없습니다. ID가 틀렸거나 이미 정리된 작업입니다.",
        "There is no task '{task_id}'. Its id is wrong, or it has been cleaned up.",
    )


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    text = Text("이 경로에는 {method} 메서드를 쓸 수 없습니다.", "The method {method} is not allowed on this path.")


class UploadStalled(Problem):
    status = 408
    code = "upload_stalled"
    retryable = True
    closes = True
    text = Text(
        "업로드가 {seconds}초 동안 멈추어 연결을 끊었습니다. 네트워크를 확인하고 파일을 다시 보내 주세요.",
        "The upload stood still for {seconds} seconds and was cut off. Check the network and send the file again.",
    )


class TaskFinished(Problem):
    status = 409
    code = "task_finished"
    shown = ("task_status",)
    text = Text(
        "작업 '{task_id}'은(는) 이미 끝나서({task_status}) 취소할 수 없습니다.",
        "The task '{task_id}' has already ended ({task_status}) and cannot be cancelled.",
    )


class NoResult(Problem):
    status = 409
    code = "no_result"
    shown: ClassVar[tuple[str, ...]] = ("task_status",)
    text = Text(
        "작업 '{task_id}'은(는) 결과 없이 끝났습니다({task_status}).",
        "The task '{task_id}' ended without a result ({task_status}).",
    )


class TaskFailed(NoResult):
    """A failed task has no result, but a reason."""

    shown = ("task_status", "error")


class ResultGone(Problem):
    status = 404
    code = "result_gone"
    text = Text(
        "작업 '{task_id}'의 결과 파일이 서버에 없습니다. 파일을 다시 제출해 주세요.",
        "The result file of the task '{task_id}' is no longer on the server. Submit the file again.",
    )


class FileTooLarge(Problem):
    status = 413
    code = "file_too_large"
    shown = ("limit",)
    text = Text(
        "파일이 {limit_mb}MB 한도를 넘습니다. 더 작은 파일로 나누거나 줄여서 보내 주세요.",
        "The file is over the limit of {limit_mb} MB. Send a smaller file, or split it.",
    )


class UnsupportedContent(Problem):
    status = 415
    code = "unsupported_content"
    shown = ("found", "supported")
    text = Text(
        "지원하지 않는 파일 내용입니다: {found}. 지원 형식: {supported}.",
        "The content of the file is not supported: {found}. Supported are {supported}.",
    )


class NotMultipart(Problem):
    status = 415
    code = "not_multipart"
    text = Text(
        "파일은 multipart/form-data로 보내야 합니다(받은 형식: {found}).",
        "Send the file as multipart/form-data (received: {found}).",
    )


class FieldFault(NamedTuple):
    """One field that cannot be accepted, and why."""

    field: str
    reason: Text
    values: dict[str, Any] = {}  # noqa: RUF012  (a NamedTuple default, never changed)


class InvalidFields(Problem):
    """Every faulty field of a request at once; `code` names the fault when there is only one kind."""

    status = 422
    code = "invalid_field"
    text = Text("요청 값이 올바르지 않습니다. {sentences}", "The request's values are not right. {sentences}")

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def message(self, language: Language = "ko") -> str:
        sentences = " ".join(fault.reason.fill(language, fault.values) for fault in self.faults)
        return self.text.fill(language, {"sentences": sentences})

    def members(self, language: Language) -> dict[str, Any]:
        errors = [
            {"detail": fault.reason.fill(language, fault.values), "pointer": f"#/{fault.field}"}
            for fault in self.faults
        ]
        first = {name: value for name, value in self.faults[0].values.items() if name in ("limit", "actual")}
        return {"field": self.faults[0].field, "errors": errors, **first}


class MissingFile(InvalidFields):
    code = "missing_file"

    def __init__(self) -> None:
        reason = Text("'file' 필드에 파일이 없습니다.", "There is no file in the field 'file'.")
        super().__init__(FieldFault("file", reason))


class EmptyFile(InvalidFields):
    code = "empty_file"

    def __init__(self) -> None:
        super().__init__(FieldFault("file", Text("'file'이 비어 있습니다(0바이트).", "The file is empty (0 bytes).")))


class ImageTooBig(InvalidFields):
    code = "too_many_pixels"

    def __init__(self, limit: int, actual: int) -> None:
        reason = Text(
            "이미지의 픽셀 수({actual})가 한도({limit})를 넘습니다. 더 작은 이미지로 보내 주세요.",
            "The image has {actual} pixels, over the limit of {limit}. Send a smaller image.",
        )
        super().__init__(FieldFault("file", reason, {"limit": limit, "actual": actual}))


class Internal(Problem):
    text = Text(
        "예상하지 못한 오류가 발생했습니다. 요청 ID를 서버 관리자에게 알려 주세요.",
        "Something unexpected went wrong. Tell the operator the request id.",
    )


class QueueIsFull(Problem):
    status = 503
    code = "queue_full"
    retryable = True
    retry_after = 10
    shown = ("limit",)
    text = Text(
        "대기 중인 작업이 한도({limit}개)에 이르렀습니다. 잠시 후 다시 제출해 주세요.",
        "As many tasks are waiting as may wait ({limit}). Submit again a little later.",
    )


class DatabaseBusy(Problem):
    status = 503
    code = "database_busy"
    retryable = True
    retry_after = 5
    text = Text(
        "데이터베이스를 지금 쓸 수 없습니다. 잠시 후 다시 시도해 주세요.",
        "The database cannot be used right now. Try again a little later.",
    )


class StorageUnavailable(Problem):
    status = 503
    code = "storage_unavailable"
    retryable = True
    retry_after = 10
    text = Text(
        "서버의 저장 공간에 지금 쓸 수 없어 파일을 받을 수 없습니다. 관리자에게 알리거나 나중에 다시 시도해 주세요.",
        "The server's storage cannot be written to right now. Tell the operator, or try again later.",
    )


class DiskFull(Problem):
    status = 507
    code = "disk_full"
    retryable = True
    text = Text(
        "서버의 저장 공간이 부족하여 파일을 받을 수 없습니다. 관리자에게 알리거나 나중에 다시 시도해 주세요.",
        "The server has no room left for the file. Tell the operator, or try again later.",
    )


def answer(problem: Problem, headers: Headers, request_id: str | None) -> JSONResponse:
    """A problem as an answer in the client's language."""
    language: Language = language_of(headers)
    body = {
        "type": f"urn:document-analysis:problem:{problem.code}",
        "title": TITLES[problem.status].fill(language, {}),
        "status": problem.status,
        "detail": problem.message(language),
        "code": problem.code,
        "retryable": problem.retryable,
        "request_id": request_id,
        "success": False,
        **problem.members(language),
    }
    extra = {"Content-Language": str(language)}
    if problem.retry_after is not None:
        extra["Retry-After"] = str(problem.retry_after)
    if problem.closes:
        extra["Connection"] = "close"
    return JSONResponse(body, problem.status, extra, MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a Problem that a route raised."""
    assert isinstance(error, Problem)
    return _answer(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: an unknown path or method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        response = _answer(request, MethodNotAllowed(method=request.method))
        response.headers.update(error.headers or {})
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


def _answer(request: Request, problem: Problem) -> JSONResponse:
    return answer(problem, request.headers, request.scope.get("request_id"))


def _log(request: Request) -> Logger:
    log: Logger = request.app.state.service.log
    return log.bind(request_id=request.scope.get("request_id"))


def megabytes(size: int) -> str:
    """Bytes as MB of 1024 x 1024, without a needless fraction."""
    return f"{size / 1024 / 1024:g}" if math.isfinite(size) else "?"

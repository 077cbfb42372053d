"""The problems a request can meet, each with its stable code and its text in both languages."""

import math
from typing import Any, ClassVar

from service.jobs.errors import ServiceError
from service.jobs.text import Language, Text


class Problem(ServiceError):
    """An error answer. `values` fill the text and are shown as members where they are named in `shown`."""

    status: ClassVar[int] = 500
    shown: ClassVar[tuple[str, ...]] = ()
    retry_after: int | None = None
    """Seconds; where it depends, an object sets its own."""
    closes: ClassVar[bool] = False
    """Whether the connection ends with the answer: the rest of the request is not waited for, or uvicorn ends it."""

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
    text = Text(
        "경로 '{path}'을(를) 찾을 수 없습니다. 있는 경로는 /docs에서 볼 수 있습니다.",
        "There is nothing at the path '{path}'. What there is stands at /docs.",
    )


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
    text = Text(
        "이 경로에는 {method} 메서드를 쓸 수 없습니다. 쓸 수 있는 메서드: {allowed}.",
        "The method {method} is not allowed on this path; use {allowed}.",
    )


class UploadStalled(Problem):
    status = 408
    code = "upload_stalled"
    retryable = True
    closes = True
    text = Text(
        "업로드가 {seconds}초 동안 멈추어 연결을 끊었습니다. 네트워크를 확인하고 파일을 다시 보내 주세요.",
        "The upload stood still for {seconds} seconds and was cut off. Check the network and send the file again.",
    )


class UploadTooSlow(Problem):
    status = 408
    code = "upload_too_slow"
    retryable = True
    closes = True
    text = Text(
        "업로드가 {seconds}초 안에 끝나지 않아 연결을 끊었습니다. 더 빠른 연결로 보내거나 파일을 줄여 주세요.",
        "The upload was not whole within {seconds} seconds and was cut off. Use a faster connection or a smaller file.",
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


class UnknownTable(Problem):
    status = 404
    code = "unknown_table"
    shown = ("count",)
    text = Text(
        "결과에 {number}번 표가 없습니다. 표는 {count}개이며 번호는 1부터 셉니다.",
        "The result has no table {number}. It has {count}, counted from 1.",
    )


class UnknownForm(Problem):
    status = 404
    code = "unknown_form"
    text = Text("'{form}' 형식은 없습니다. 가능한 형식: {known}.", "There is no form '{form}'. There are {known}.")


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


class Internal(Problem):
    closes = True  # uvicorn closes a connection after what nobody expected, and a client that is not told runs into it
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


def megabytes(size: int) -> str:
    """Bytes as MB of 1024 x 1024, without a needless fraction."""
    return f"{size / 1024 / 1024:g}" if math.isfinite(size) else "?"

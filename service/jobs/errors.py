"""Every expected failure of a job, with its stable code and its public text.

ServiceError                    (HTTP problems of service.api.problems hang here too)
└── JobError                    how a job can fail
    ├── UnreadableFile          the decoder refused the file
    │   ├── TooManyPixels
    │   ├── EmptyDocument
    │   ├── EncryptedDocument
    │   ├── NoSuchPage
    │   ├── TooManyParts
    │   └── UnpacksTooLarge
    ├── ModelError              the model's server
    │   ├── ModelUnavailable    (retryable)
    │   ├── ModelQuotaExceeded
    │   ├── ModelRejected
    │   ├── ModelRefused
    │   ├── ModelAnswerCut
    │   └── ModelAnswerInvalid  (retryable)
    ├── DeadlineExceeded        (retryable)
    ├── MaxCostReached
    ├── WorkerCrashed
    ├── OutOfMemory
    ├── UploadMissing
    ├── StorageFull             (retryable)
    ├── StorageUnwritable       (retryable)
    └── InternalError           what nobody expected; its details are only in the log
"""

from typing import Any, ClassVar

from service.jobs.text import Language, Text


class ServiceError(Exception):
    """A failure that clients may know: `code` never changes, `values` fill the text."""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False
    text: ClassVar[Text]

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code, values)
        self.values = values

    def message(self, language: Language = "ko") -> str:
        return self.text.fill(language, self.values)


class JobError(ServiceError):
    """Ends a job as failed."""


class UnreadableFile(JobError):
    code = "unreadable_file"
    text = Text(
        "파일을 읽을 수 없습니다. 파일이 손상되었거나 내용이 형식({media_type})에 맞지 않습니다.",
        "The file cannot be read: it is damaged, or its content does not fit its format ({media_type}).",
    )


class TooManyPixels(UnreadableFile):
    code = "too_many_pixels"
    text = Text(
        "{page}쪽의 픽셀 수({actual})가 한도({limit})를 넘습니다. 더 작은 이미지로 다시 보내 주세요.",
        "Page {page} has {actual} pixels, over the limit of {limit}. Send a smaller image.",
    )


class EmptyDocument(UnreadableFile):
    code = "empty_document"
    text = Text("문서에 읽을 쪽이 없습니다.", "The document has no page to read.")


class NoSuchPage(UnreadableFile):
    code = "no_such_page"
    text = Text(
        "요청한 쪽({pages})이 문서에 없습니다. 문서는 {actual}쪽까지 있습니다.",
        "The document has none of the pages that were asked for ({pages}): its last one is page {actual}.",
    )


class EncryptedDocument(UnreadableFile):
    code = "encrypted_document"
    text = Text(
        "문서가 암호로 잠겨 있습니다. 암호를 풀고 다시 보내 주세요.",
        "The document is locked with a password. Remove it and send the document again.",
    )


class TooManyParts(UnreadableFile):
    code = "too_many_parts"
    text = Text(
        "문서가 파일 {actual}개를 묶은 것으로 한도({limit}개)를 넘습니다. 문서를 나누어 다시 보내 주세요.",
        "The document is a package of {actual} files, over the limit of {limit}. Split it and send it again.",
    )


class UnpacksTooLarge(UnreadableFile):
    """`actual` and `limit` are MB of 1024 x 1024 bytes; the limit of a part goes by its packed size too."""

    code = "unpacks_too_large"
    text = Text(
        "압축을 푼 문서가 {actual}MB 이상으로 한도({limit}MB)를 넘습니다. 나누거나 새로 저장하여 다시 보내 주세요.",
        "Unpacked, the document has {actual} MB or more, over the limit of {limit} MB. Split it or save it anew.",
    )


class ModelError(JobError):
    """The model's server did not give a usable answer."""


class ModelUnavailable(ModelError):
    code = "model_unavailable"
    retryable = True
    text = Text(
        "모델 서버가 응답하지 않거나 바쁩니다({reason}). 잠시 후 다시 제출해 주세요.",
        "The model's server is not answering or is busy ({reason}). Submit again later.",
    )


class ModelQuotaExceeded(ModelError):
    code = "model_quota_exceeded"
    text = Text(
        "모델 서버 계정의 사용 한도가 소진되었습니다. 요금제와 결제 상태를 확인한 뒤 다시 제출해 주세요.",
        "The account at the model's server has used up its quota. Check its plan and billing, then submit again.",
    )


class ModelRejected(ModelError):
    code = "model_rejected"
    text = Text(
        "모델 서버가 요청을 거절했습니다(HTTP {status}). API 키와 모델 이름 '{model}'을(를) 확인해 주세요.",
        "The model's server rejected the request (HTTP {status}). Check the API key and the model name '{model}'.",
    )


class ModelRefused(ModelError):
    code = "model_refused"
    text = Text("모델이 이 내용에 답하기를 거부했습니다.", "The model refused to answer about this content.")


class ModelAnswerCut(ModelError):
    code = "model_answer_cut"
    text = Text(
        "모델의 답이 길이 한도에서 잘렸습니다. 더 적은 쪽이나 더 짧은 요청으로 다시 보내 주세요.",
        "The model's answer was cut at its length limit. Send fewer pages or a shorter request.",
    )


class ModelAnswerInvalid(ModelError):
    code = "model_answer_invalid"
    retryable = True
    text = Text(
        "모델의 답을 해석할 수 없습니다. 다시 제출하거나 다른 모델을 써 보세요.",
        "The model's answer cannot be understood. Submit again or try another model.",
    )


class DeadlineExceeded(JobError):
    """`limit` is what set the time: the setting JOB_TIMEOUT, or the request's Cancel-After."""

    code = "deadline_exceeded"
    retryable = True
    text = Text(
        "작업이 제한 시간({seconds}초, {limit}) 안에 끝나지 않았습니다. "
        "더 작은 파일로 나누거나 {limit}을(를) 늘려 주세요.",
        "The task did not end within {seconds} seconds ({limit}). Split the file or raise {limit}.",
    )

    def __init__(self, *, seconds: str, limit: str = "JOB_TIMEOUT") -> None:
        super().__init__(seconds=seconds, limit=limit)


class MaxCostReached(JobError):
    code = "max_cost_reached"
    text = Text(
        "비용 한도(max_cost) {limit} USD로는 읽을 수 없습니다. max_cost를 올려 다시 보내 주세요.",
        "It cannot be read within the max_cost of {limit} USD. Send it again with a higher max_cost.",
    )


class WorkerCrashed(JobError):
    code = "worker_crashed"
    text = Text(
        "작업을 처리하던 프로세스가 {attempts}번 중단되어 더 시도하지 않습니다. 파일에 문제가 있을 수 있습니다.",
        "The process working on this task died {attempts} times, so it is not tried again. The file may be at fault.",
    )


class OutOfMemory(JobError):
    code = "out_of_memory"
    text = Text(
        "작업에 필요한 메모리가 한도를 넘습니다. 더 작은 파일로 다시 보내 주세요.",
        "The task needs more memory than it may use. Send a smaller file.",
    )


class UploadMissing(JobError):
    code = "upload_missing"
    text = Text(
        "업로드된 파일이 서버에서 사라졌습니다. 파일을 다시 제출해 주세요.",
        "The uploaded file is gone from the server. Submit the file again.",
    )


class StorageFull(JobError):
    code = "storage_full"
    retryable = True
    text = Text(
        "서버의 저장 공간이 부족하여 결과를 저장할 수 없습니다. 공간을 비운 뒤 다시 제출해 주세요.",
        "The server has no room to store the result. Submit again once there is room.",
    )


class StorageUnwritable(JobError):
    code = "storage_unwritable"
    retryable = True
    text = Text(
        "서버가 결과를 쓸 수 없습니다(읽기 전용이거나 권한이 없음). 관리자에게 알린 뒤 다시 제출해 주세요.",
        "The server cannot write the result: its folder is read-only or not its own. "
        "Tell its operator, then submit again.",
    )


class InternalError(JobError):
    code = "internal"
    text = Text(
        "처리 중 예상하지 못한 오류가 발생했습니다. 자세한 내용은 서버 로그에 있습니다.",
        "Something unexpected went wrong. The details are in the server's log.",
    )


def codes(root: type[JobError] = JobError) -> tuple[str, ...]:
    """The codes of all failures of a kind, of all that there are by default."""
    return tuple(code for code in _BY_CODE if issubclass(_BY_CODE[code], root))


def _tree(root: type[JobError]) -> dict[str, type[JobError]]:
    return {root.code: root} | {code: kind for child in root.__subclasses__() for code, kind in _tree(child).items()}


_BY_CODE = _tree(JobError) | {"internal": InternalError}


def job_error(code: str, values: dict[str, Any] | None) -> JobError:
    """The failure that was stored with a job; an unknown code reads as internal."""
    return _BY_CODE.get(code, InternalError)(**(values or {}))

"""The endpoints that take a file in, and their answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from service.api import batches, content, examples
from service.api.admission import ANALYSIS, EXTRACTION, Kind
from service.api.endpoint import Answer, Body, Endpoint, Handler, Reply, endpoint
from service.api.faults import (
    EmptyFile,
    ImageTooBig,
    InvalidBatch,
    InvalidFields,
    LockedFile,
    MissingFile,
    TooManyFiles,
)
from service.api.fields import Wish
from service.api.groups import SUBMITTING
from service.api.idempotency import IdempotencyKey, KeyInUse, KeyReused
from service.api.intake import Taken, take_in
from service.api.pictures.task import Accepted, BatchAccepted
from service.api.problems import (
    DiskFull,
    FileTooLarge,
    MalformedMultipart,
    NotMultipart,
    QueueIsFull,
    StorageUnavailable,
    UnsupportedContent,
    UploadStalled,
    UploadTooSlow,
)
from service.api.received import BatchTooLarge
from service.api.tasks import OfTask, status_of
from service.api.types import Duration
from service.api.waiting import Waiting, until_final
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text

ACCEPTED = Answer(
    202,
    Text(
        "접수되었습니다. 이 응답부터 작업은 사라지지 않습니다.", "Taken in: from this answer on the task is not lost."
    ),
    Accepted,
    headers=("Location", "Retry-After", "Preference-Applied", "Idempotency-Replayed"),
)
ENDED = Answer(
    200,
    Text("기다리는 동안 끝났습니다.", "It ended while you waited."),
    Accepted,
    headers=("Location", "Preference-Applied", "Idempotency-Replayed"),
)
_BATCH = (
    replace(ACCEPTED, meaning=Text("묶음이 접수되었습니다.", "The batch was taken in."), model=BatchAccepted),
    replace(ENDED, meaning=Text("기다리는 동안 묶음이 끝났습니다.", "The batch ended meanwhile."), model=BatchAccepted),
)
_PROBLEMS = (
    MalformedMultipart,
    UploadStalled,
    UploadTooSlow,
    FileTooLarge,
    BatchTooLarge,
    NotMultipart,
    UnsupportedContent,
    InvalidBatch,
    TooManyFiles,
    MissingFile,
    EmptyFile,
    LockedFile,
    ImageTooBig,
    InvalidFields,
    KeyInUse,
    KeyReused,
    QueueIsFull,
    StorageUnavailable,
    DiskFull,
)


class SubmitAsked(Waiting):
    """How a submission is to be dealt with."""

    cancel_after: Annotated[
        Absent[Duration],
        Field(alias="Cancel-After"),
        Meaning(
            "이 시간 안에 끝나지 않으면 deadline_exceeded로 실패(예: 90s, 5m, 1h)",
            "Time after which the task fails with deadline_exceeded unless it has ended, such as 90s, 5m or 1h",
        ),
    ] = None
    idempotency_key: Annotated[
        Absent[IdempotencyKey],
        Field(alias="Idempotency-Key"),
        Meaning(
            "같은 키로 다시 보내면 처음의 응답이 그대로 돌아오고 작업은 하나만 만들어짐",
            "Sent again with the same key, a request gets its first answer again, and there is but one task",
        ),
    ] = None


def _endpoint(
    path: str, summary: Text, file: Meaning, kind: Kind, form: dict[str, str], task_id: str
) -> Callable[[Handler], Endpoint]:
    kinds = tuple(content.supported(documents=kind.takes_documents))
    body = Body(Wish, ("multipart/form-data",), file, form, kinds)
    taken = replace(ACCEPTED, example=examples.accepted(task_id, kind.message))
    return endpoint("POST", path, summary, taken, ENDED, *_BATCH, group=SUBMITTING, problems=_PROBLEMS, body=body)


@_endpoint(
    "/background/analyze-image",
    Text("백그라운드 이미지 분석", "Analyse an image"),
    Meaning("이미지 파일", "The image: PNG, JPEG, TIFF, BMP, WebP, GIF, AVIF or HEIC"),
    ANALYSIS,
    examples.FORM,
    examples.FIRST,
)
async def analyze_image(request: Request, asked: SubmitAsked) -> Reply:
    """Answer a prompt about an image, or read it."""
    return await _submit(request, asked, ANALYSIS)


@_endpoint(
    "/background/extract-tables",
    Text("백그라운드 표 추출", "Extract tables"),
    Meaning("파일(이미지, PDF, DOCX, XLSX, XLS)", "The file: an image, PDF, DOCX, XLSX or XLS"),
    EXTRACTION,
    {"file": "@image.png"},
    examples.SECOND,
)
async def extract_tables(request: Request, asked: SubmitAsked) -> Reply:
    """Find the tables of an image or a document."""
    return await _submit(request, asked, EXTRACTION)


async def _submit(request: Request, asked: SubmitAsked, kind: Kind) -> Reply:
    return await reply(request, asked, await take_in(request, kind, asked.cancel_after, asked.idempotency_key))


async def reply(request: Request, asked: SubmitAsked, taken: Taken) -> Reply:
    """An answer to what was accepted, with the task as it is when the wait is over, if one was asked for."""
    headers = {"Location": taken.accepted.check_status_url}
    if taken.replayed:
        headers["Idempotency-Replayed"] = "true"
    accepted, final, applied = await _present(request, asked, taken.accepted)
    if final:
        return Reply(accepted, headers | applied, 200)
    return Reply(accepted, {"Retry-After": "1", **headers, **applied}, 202)


async def _present(
    request: Request, asked: SubmitAsked, accepted: Accepted | BatchAccepted
) -> tuple[Accepted | BatchAccepted, bool, dict[str, str]]:
    """The same when the wait is over, whether all has ended, and the headers that tell of the wait."""
    if isinstance(accepted, BatchAccepted):
        if asked.seconds is None:
            return accepted, all(task.status.final for task in accepted.tasks), {}
        applied = await batches.until_ended(request, asked, accepted.batch_id)
        present = await batches.status_of(request, accepted.batch_id)
        return accepted.model_copy(update={"batch_status": present}), present.all_final, applied
    if asked.seconds is None:
        return accepted, accepted.status.final, {}
    applied = await until_final(request, asked, [accepted.task_id])
    task = (await status_of(request, OfTask(task_id=accepted.task_id))).task_status
    return accepted.model_copy(update={"status": task.status, "task_status": task}), task.status.final, applied

"""Taking a file in: received, checked, stored durably, then answered with 202."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission
from service.api.admission import ANALYSIS, EXTRACTION, Kind, Order
from service.api.body import Patience
from service.api.endpoint import Answer, Body, Endpoint, Handler, Reply, endpoint
from service.api.faults import EmptyFile, ImageTooBig, InvalidFields, LockedFile, MissingFile
from service.api.fields import Wish, read_wish
from service.api.form import Form, read_form, told_of_storage
from service.api.language import language_of
from service.api.pictures.task import Accepted
from service.api.problems import (
    DatabaseBusy,
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
from service.api.quotas import TooManyTasks
from service.api.service import Service, client_of, request_id_of, service_of, traceparent_of
from service.api.tasks import OfTask, status_of
from service.api.types import Duration
from service.api.waiting import Waiting, until_final
from service.jobs.client import Client
from service.jobs.errors import Text
from service.jobs.files import Upload
from service.jobs.job import Job
from service.jobs.picture import Absent, Meaning
from service.jobs.turns import QueueFull, TooManyActive
from service.jobs.view import result_url, status_url

_ACCEPTED = Answer(
    202,
    Text(
        "접수되었습니다. 이 응답부터 작업은 사라지지 않습니다.", "Taken in: from this answer on the task is not lost."
    ),
    Accepted,
    headers=("Location", "Retry-After", "Preference-Applied"),
)
_ENDED = Answer(
    200,
    Text("기다리는 동안 끝났습니다.", "It ended while you waited."),
    Accepted,
    headers=("Location", "Preference-Applied"),
)
_PROBLEMS = (
    MalformedMultipart,
    UploadStalled,
    UploadTooSlow,
    FileTooLarge,
    NotMultipart,
    UnsupportedContent,
    MissingFile,
    EmptyFile,
    LockedFile,
    ImageTooBig,
    InvalidFields,
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


def _endpoint(path: str, summary: Text, file: Meaning) -> Callable[[Handler], Endpoint]:
    body = Body(Wish, ("multipart/form-data",), file)
    return endpoint("POST", path, summary, _ACCEPTED, _ENDED, problems=_PROBLEMS, body=body)


@_endpoint(
    "/background/analyze-image",
    Text("백그라운드 이미지 분석", "Analyse an image"),
    Meaning("이미지 파일", "The image: PNG, JPEG, TIFF, BMP, WebP, GIF, AVIF or HEIC"),
)
async def analyze_image(request: Request, asked: SubmitAsked) -> Reply:
    """Answer a prompt about an image, or read it."""
    return await _submit(request, asked, ANALYSIS)


@_endpoint(
    "/background/extract-tables",
    Text("백그라운드 표 추출", "Extract tables"),
    Meaning("파일(이미지, PDF, DOCX, XLSX, XLS)", "The file: an image, PDF, DOCX, XLSX or XLS"),
)
async def extract_tables(request: Request, asked: SubmitAsked) -> Reply:
    """Find the tables of an image or a document."""
    return await _submit(request, asked, EXTRACTION)


async def _submit(request: Request, asked: SubmitAsked, kind: Kind) -> Reply:
    service = service_of(request)
    order = Order(kind, str(uuid.uuid4()), request_id_of(request), traceparent_of(request), asked.cancel_after)
    with told_of_storage():
        settings, client = service.settings, client_of(request)
        form = await read_form(
            request,
            lambda: service.files.receive(order.task_id),
            settings.max_upload_bytes,
            Patience(settings.upload_idle_seconds, settings.upload_seconds),
        )
        job, ahead = await _stored(service, client, order, form)
    accepted = _accepted(job, ahead, kind.message.fill(language_of(request.headers), {}))
    headers = {"Location": accepted.check_status_url}
    if asked.seconds is not None:
        headers |= await until_final(request, asked, [job.id])
        present = (await status_of(request, OfTask(task_id=job.id))).task_status
        accepted = accepted.model_copy(update={"status": present.status, "task_status": present})
    if accepted.status.final:
        return Reply(accepted, headers, 200)
    return Reply(accepted, {"Retry-After": "1", **headers}, 202)


async def _stored(service: Service, client: Client, order: Order, form: Form) -> tuple[Job, int]:
    try:
        async with service.turn_to_write():
            return await run_in_threadpool(_accept, service, client, order, form)
    except DatabaseBusy:  # no turn came, so that nothing was begun
        if form.upload is not None:
            form.upload.discard()
        raise


def _accept(service: Service, client: Client, order: Order, form: Form) -> tuple[Job, int]:
    """Everything that touches disk or database, in one thread hop: file durable, then row durable, then the bell."""
    with _discarded_on_failure(form.upload):
        wish = read_wish(form.fields, service.settings, admission.file_problem(form.upload), Wish)
        assert form.upload is not None  # that would be a problem of the file
        submission = admission.submission(service, order, form, form.upload, wish)
        form.upload.keep()
        try:
            job, ahead = client.submit(submission, service.settings.max_queued, service.settings.quota_tasks)
        except QueueFull:
            raise QueueIsFull(limit=service.settings.max_queued) from None
        except TooManyActive as many:
            raise TooManyTasks(service.settings.quota_tasks, many.args[0]) from None
    facts = {"client": job.client, "task_type": job.task_type, "size": job.size, "engine": job.engine}
    service.log.info("submitted", **job.log_context(), **facts)
    if not service.queue.ring_for(job.id):
        service.log.warning("ring_failed", **job.log_context())
    if job.deadline_at is not None:
        service.supervisor_bell.ring()  # it sleeps until the next deadline that it knows of
    return job, ahead


@contextlib.contextmanager
def _discarded_on_failure(upload: Upload | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if upload is not None:
            upload.discard()
        raise


def _accepted(job: Job, ahead: int, message: str) -> Accepted:
    return Accepted(
        message=message,
        task_id=job.id,
        status=job.status,
        check_status_url=status_url(job.id),
        result_url=result_url(job.id),
        events_url=f"{status_url(job.id)}/events",
        cancel_url=f"/background/cancel-task/{job.id}",
        queue_position=ahead,
    )

"""Taking a file in: received, checked, stored durably, then answered with 202."""

import contextlib
import uuid
from collections.abc import Callable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission
from service.api.admission import ANALYSIS, EXTRACTION, Kind
from service.api.endpoint import Answer, Asked, Body, Endpoint, Handler, Reply, endpoint
from service.api.faults import EmptyFile, ImageTooBig, InvalidFields, MissingFile
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
)
from service.api.service import Service, client_of, request_id_of, service_of
from service.jobs.client import Client
from service.jobs.errors import Text
from service.jobs.files import Upload
from service.jobs.job import Job
from service.jobs.picture import Meaning
from service.jobs.store import QueueFull
from service.jobs.view import result_url, status_url

_ACCEPTED = Answer(
    202,
    Text(
        "접수되었습니다. 이 응답부터 작업은 사라지지 않습니다.", "Taken in: from this answer on the task is not lost."
    ),
    Accepted,
    headers=("Location", "Retry-After"),
)
_PROBLEMS = (
    MalformedMultipart,
    UploadStalled,
    FileTooLarge,
    NotMultipart,
    UnsupportedContent,
    MissingFile,
    EmptyFile,
    ImageTooBig,
    InvalidFields,
    QueueIsFull,
    StorageUnavailable,
    DiskFull,
)


def _endpoint(path: str, summary: Text, file: Meaning) -> Callable[[Handler], Endpoint]:
    body = Body(Wish, ("multipart/form-data",), file)
    return endpoint("POST", path, summary, _ACCEPTED, problems=_PROBLEMS, body=body)


@_endpoint(
    "/background/analyze-image",
    Text("백그라운드 이미지 분석", "Analyse an image"),
    Meaning("이미지 파일", "The image: PNG, JPEG, TIFF, BMP, WebP, GIF, AVIF or HEIC"),
)
async def analyze_image(request: Request, asked: Asked) -> Reply:
    """Answer a prompt about an image, or read it."""
    return await _submit(request, ANALYSIS)


@_endpoint(
    "/background/extract-tables",
    Text("백그라운드 표 추출", "Extract tables"),
    Meaning("파일(이미지, PDF, DOCX, XLSX, XLS)", "The file: an image, PDF, DOCX, XLSX or XLS"),
)
async def extract_tables(request: Request, asked: Asked) -> Reply:
    """Find the tables of an image or a document."""
    return await _submit(request, EXTRACTION)


async def _submit(request: Request, kind: Kind) -> Reply:
    service, task_id = service_of(request), str(uuid.uuid4())
    with told_of_storage():
        settings, client = service.settings, client_of(request)
        form = await read_form(
            request,
            lambda: service.files.receive(task_id),
            settings.max_upload_bytes,
            settings.upload_idle_seconds,
        )
        job, ahead = await _stored(service, client, kind, task_id, form, request_id_of(request))
    return _accepted(job, ahead, kind.message.fill(language_of(request.headers), {}))


async def _stored(
    service: Service, client: Client, kind: Kind, task_id: str, form: Form, request_id: str
) -> tuple[Job, int]:
    try:
        async with service.turn_to_write():
            return await run_in_threadpool(_accept, service, client, kind, task_id, form, request_id)
    except DatabaseBusy:  # no turn came, so that nothing was begun
        if form.upload is not None:
            form.upload.discard()
        raise


def _accept(service: Service, client: Client, kind: Kind, task_id: str, form: Form, request_id: str) -> tuple[Job, int]:
    """Everything that touches disk or database, in one thread hop: file durable, then row durable, then the bell."""
    with _discarded_on_failure(form.upload):
        wish = read_wish(form.fields, service.settings, admission.file_problem(form.upload), Wish)
        assert form.upload is not None  # that would be a problem of the file
        submission = admission.submission(service, kind, task_id, form, form.upload, wish, request_id)
        form.upload.keep()
        try:
            job, ahead = client.submit(submission, service.settings.max_queued)
        except QueueFull:
            raise QueueIsFull(limit=service.settings.max_queued) from None
    facts = {"client": job.client, "task_type": job.task_type, "size": job.size, "engine": job.engine}
    service.log.info("submitted", **job.log_context(), **facts)
    if not service.queue.ring_for(job.id, job.priority):
        service.log.warning("ring_failed", **job.log_context())
    return job, ahead


@contextlib.contextmanager
def _discarded_on_failure(upload: Upload | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if upload is not None:
            upload.discard()
        raise


def _accepted(job: Job, ahead: int, message: str) -> Reply:
    accepted = Accepted(
        message=message,
        task_id=job.id,
        status=job.status,
        check_status_url=status_url(job.id),
        result_url=result_url(job.id),
        events_url=f"{status_url(job.id)}/events",
        cancel_url=f"/background/cancel-task/{job.id}",
        queue_position=ahead,
    )
    return Reply(accepted, {"Location": status_url(job.id), "Retry-After": "1"})

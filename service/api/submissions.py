"""Taking a file in: received, checked, stored durably, then answered with 202."""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api import content
from service.api.deadline import seconds_allowed
from service.api.faults import EmptyFile, ImageTooBig, InvalidFields, MissingFile
from service.api.fields import LOCAL, Wish, read_wish
from service.api.form import Form, read_form
from service.api.language import language_of
from service.api.problems import DatabaseBusy, DiskFull, QueueIsFull, StorageUnavailable, UnsupportedContent
from service.api.service import Service, client_of, request_id_of, service_of
from service.jobs import media
from service.jobs.client import Client
from service.jobs.errors import Text
from service.jobs.files import Upload, is_disk_full, is_unwritable
from service.jobs.job import Job, Submission, TaskType, now
from service.jobs.store import QueueFull
from service.jobs.view import result_url, status_url


@dataclass(frozen=True)
class _Kind:
    """One of the two things that can be asked for."""

    task_type: TaskType
    takes_documents: bool
    message: Text


_ANALYSIS = _Kind(
    TaskType.IMAGE_ANALYSIS,
    False,
    Text("이미지 분석이 백그라운드에서 시작되었습니다.", "The image analysis has started in the background."),
)
_EXTRACTION = _Kind(
    TaskType.TABLE_EXTRACTION,
    True,
    Text("표 추출이 백그라운드에서 시작되었습니다.", "The table extraction has started in the background."),
)


@dataclass(frozen=True)
class _Ask:
    """One request, by what its path and head say; `allowed` is the seconds the task may take, None for any."""

    kind: _Kind
    task_id: str
    request_id: str
    allowed: int | None


async def analyze_image(request: Request) -> JSONResponse:
    """POST /background/analyze-image"""
    return await _submit(request, _ANALYSIS)


async def extract_tables(request: Request) -> JSONResponse:
    """POST /background/extract-tables"""
    return await _submit(request, _EXTRACTION)


async def _submit(request: Request, kind: _Kind) -> JSONResponse:
    service = service_of(request)
    ask = _Ask(kind, str(uuid.uuid4()), request_id_of(request), seconds_allowed(request.headers))
    try:
        settings, client = service.settings, client_of(request)
        form = await read_form(
            request,
            lambda: service.files.receive(ask.task_id),
            settings.max_upload_bytes,
            settings.upload_idle_seconds,
        )
        job, ahead = await _stored(service, client, ask, form)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull from error
        if is_unwritable(error):
            raise StorageUnavailable from error
        raise
    return _accepted(job, ahead, kind.message.fill(language_of(request.headers), {}))


async def _stored(service: Service, client: Client, ask: _Ask, form: Form) -> tuple[Job, int]:
    try:
        async with service.turn_to_write():
            return await run_in_threadpool(_accept, service, client, ask, form)
    except DatabaseBusy:  # no turn came, so that nothing was begun
        if form.upload is not None:
            form.upload.discard()
        raise


def _accept(service: Service, client: Client, ask: _Ask, form: Form) -> tuple[Job, int]:
    """Everything that touches disk or database, in one thread hop: file durable, then row durable, then the bell."""
    with _discarded_on_failure(form.upload):
        wish = read_wish(form.fields, service.settings, _file_problem(form.upload))
        assert form.upload is not None  # that would be a problem of the file
        submission = _submission(service, ask, form, form.upload, wish)
        form.upload.keep()
        try:
            job, ahead = client.submit(submission, service.settings.max_queued)
        except QueueFull:
            raise QueueIsFull(limit=service.settings.max_queued) from None
    facts = {"client": job.client, "task_type": job.task_type, "size": job.size, "engine": job.engine}
    service.log.info("submitted", **job.log_context(), **facts)
    if not service.queue.ring_for(job.id, job.priority):
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


def _file_problem(upload: Upload | None) -> InvalidFields | None:
    if upload is None:
        return MissingFile()
    return None if upload.size else EmptyFile()


def _submission(service: Service, ask: _Ask, form: Form, upload: Upload, wish: Wish) -> Submission:
    media_type = _checked_content(service, ask.kind, upload)
    engine, model = _engine_and_model(service, media_type, wish.model)
    analysis = ask.kind.task_type is TaskType.IMAGE_ANALYSIS
    return Submission(
        id=ask.task_id,
        task_type=ask.kind.task_type,
        filename=form.filename or "",
        media_type=media_type,
        size=upload.size,
        engine=engine,
        model=model,
        prompt=wish.prompt if analysis else None,
        detail=wish.detail if analysis else None,
        callback_url=wish.callback_url,
        metadata=wish.metadata,
        priority=wish.priority,
        request_id=ask.request_id,
        deadline_at=None if ask.allowed is None else now() + ask.allowed * 1000,
    )


def _checked_content(service: Service, kind: _Kind, upload: Upload) -> str:
    media_type = content.media_type_of(upload.path)
    supported = content.supported(documents=kind.takes_documents)
    if media_type is None or media_type not in supported:
        known = media.IMAGES | media.DOCUMENTS
        found = known.get(media_type or "") or content.describe(upload.path)
        raise UnsupportedContent(found=found, supported=", ".join(supported.values()))
    if media_type in media.IMAGES:
        _check_pixels(service, media_type, upload)
    return media_type


def _check_pixels(service: Service, media_type: str, upload: Upload) -> None:
    limit = media.pixel_limit(media_type, service.settings.max_image_pixels)
    actual = content.pixels_of(upload.path)
    if actual is not None and actual > limit:
        raise ImageTooBig(limit, actual)


def _engine_and_model(service: Service, media_type: str, wished: str | None) -> tuple[str, str]:
    """The embedded engine where it is asked for, where no model's server is set up, and where no picture is read."""
    if wished == LOCAL or not service.settings.has_model or media_type in media.READ_DIRECTLY:
        return "local", LOCAL
    return "openai", wished or service.settings.openai_model


def _accepted(job: Job, ahead: int, message: str) -> JSONResponse:
    body = {
        "success": True,
        "message": message,
        "task_id": job.id,
        "status": job.status.value,
        "check_status_url": status_url(job.id),
        "result_url": result_url(job.id),
        "events_url": f"{status_url(job.id)}/events",
        "cancel_url": f"/background/cancel-task/{job.id}",
        "queue_position": ahead,
    }
    return JSONResponse(body, 202, {"Location": status_url(job.id), "Retry-After": "1"})

"""The way of a submission through the web process: received, checked, stored durably, rung for."""

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission
from service.api.admission import Kind, Order
from service.api.fields import read_wish
from service.api.form import Form, read_form
from service.api.idempotency import KeyInUse, answered, fingerprint
from service.api.language import language_of
from service.api.pictures.task import Accepted
from service.api.problems import DatabaseBusy, DiskFull, QueueIsFull, StorageUnavailable
from service.api.service import Service, client_of, request_id_of, service_of
from service.jobs.client import Client
from service.jobs.entry import Copied, Keyed, KeyTaken, Place, QueueFull
from service.jobs.files import is_disk_full, is_unwritable
from service.jobs.job import Job, Submission, now
from service.jobs.view import iso, result_url, status_url


@dataclass(frozen=True)
class Taken:
    """What is answered; `replayed` where it was answered before."""

    accepted: Accepted
    replayed: bool = False


async def take_in(request: Request, kind: Kind, cancel_after: int | None, key: str | None) -> Taken:
    """Receive and store a submission. Raises problems; then nothing of it stays."""
    service, client = service_of(request), client_of(request)
    order = order_of(request, cancel_after, key, kind.message.fill(language_of(request.headers), {}))
    with service.keys.in_hand(client.name, key), disk_told_of():
        settings = service.settings
        form = await read_form(
            request,
            lambda: service.files.receive(order.task_id),
            settings.max_upload_bytes,
            settings.upload_idle_seconds,
        )
        return await _stored(service, client, kind, order, form)


def order_of(request: Request, cancel_after: int | None, key: str | None, message: str) -> Order:
    """What is known of a submission before its body is read."""
    return Order(str(uuid.uuid4()), request_id_of(request), cancel_after, key, message)


@contextlib.contextmanager
def disk_told_of() -> Iterator[None]:
    """Tell of a disk that is full or cannot be written to. Raises DiskFull and StorageUnavailable."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull from error
        if is_unwritable(error):
            raise StorageUnavailable from error
        raise


async def _stored(service: Service, client: Client, kind: Kind, order: Order, form: Form) -> Taken:
    try:
        async with service.turn_to_write():
            return await run_in_threadpool(_accept, service, client, kind, order, form)
    except DatabaseBusy:  # no turn came, so that nothing was begun
        if form.upload is not None:
            form.upload.discard()
        raise


def _accept(service: Service, client: Client, kind: Kind, order: Order, form: Form) -> Taken:
    """Everything that touches disk or database, in one thread hop: file durable, then row durable, then the bell."""
    with _discarded_on_failure(service, order, form):
        of = _fingerprint(kind, form)
        before = answered(client, order.key, of)
        if before is None:
            wish = read_wish(form.fields, service.settings, admission.file_problem(form.upload))
            assert form.upload is not None  # that would be a problem of the file
            submission = admission.submission(service, kind, order, form, form.upload, wish)
            form.upload.keep()
            submission, result = _reused(service, client, submission) if wish.reuse else (submission, None)
            place = store(service, client, order, submission, of, result)
    if before is None:
        return begin(service, order, place)
    if form.upload is not None:
        form.upload.discard()
    return replayed(before)


def _reused(service: Service, client: Client, submission: Submission) -> tuple[Submission, Copied | None]:
    """The submission with a copy of an earlier result, if there is any that is still good."""
    moment = now()
    earlier = client.read_before(submission, moment - int(service.settings.reuse_hours * 3_600_000))
    if earlier is None:
        return submission, None
    labels = {"task_id": submission.id, "filename": submission.filename, "metadata": submission.metadata}
    try:
        publish = service.files.draft_copy(earlier.id, submission.id, labels | {"created_at": iso(moment)})
    except FileNotFoundError:
        return submission, None
    return replace(submission, reused_from=earlier.id), Copied(publish, moment)


def _fingerprint(kind: Kind, form: Form) -> str:
    fields = sorted((name, value.strip()) for name, value in form.fields.items() if value.strip())
    content_hash = None if form.upload is None else form.upload.content_hash
    return fingerprint(kind.task_type, content_hash, fields)


def store(
    service: Service, client: Client, order: Order, submission: Submission, of: str, result: Copied | None = None
) -> Place:
    """Store the row, and under its key, if it has one, its answer and fingerprint. Raises QueueIsFull or KeyInUse."""

    def answer(places: Sequence[Place]) -> dict[str, Any]:
        return _accepted(*places[0], order.message).model_dump(mode="json")

    keyed = None if order.key is None else Keyed(order.key, of, answer)
    try:
        return client.submit(submission, service.settings.max_queued, keyed=keyed, result=result)
    except QueueFull:
        raise QueueIsFull(limit=service.settings.max_queued) from None
    except KeyTaken:
        raise KeyInUse(key=order.key) from None


def begin(service: Service, order: Order, place: Place) -> Taken:
    """Ring for a stored job: those who are to run it, or those who are to tell of its end."""
    job, ahead = place
    facts = {"client": job.client, "task_type": job.task_type, "size": job.size, "engine": job.engine}
    service.log.info("submitted", **job.log_context(), **facts)
    if job.status.final:
        service.log.info("reused", **job.log_context(), reused_from=job.reused_from)
        service.courier_bell.ring()
    elif not service.queue.ring_for(job.id, job.priority):
        service.log.warning("ring_failed", **job.log_context())
    if job.deadline_at is not None:
        service.supervisor_bell.ring()  # it sleeps until the next deadline that it knows of
    return Taken(_accepted(job, ahead, order.message))


def replayed(answer: dict[str, Any]) -> Taken:
    """An answer that was stored."""
    return Taken(Accepted.model_validate(answer), replayed=True)


@contextlib.contextmanager
def _discarded_on_failure(service: Service, order: Order, form: Form) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if form.upload is not None:
            form.upload.discard()
        service.files.discard_result(order.task_id)
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
        reused_from=job.reused_from,
    )

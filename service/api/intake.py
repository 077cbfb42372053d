"""The way of a submission through the web process: received, checked, stored durably, rung for."""

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission
from service.api.admission import Kind, Order
from service.api.archive import unpack
from service.api.body import Patience
from service.api.fields import Wish, read_wish
from service.api.form import read_form, told_of_storage
from service.api.idempotency import KeyInUse, answered, fingerprint
from service.api.language import language_of
from service.api.pictures.task import Accepted, BatchAccepted, BatchTask
from service.api.problems import DatabaseBusy, QueueIsFull
from service.api.quotas import TooManyTasks
from service.api.received import Form, Limits
from service.api.service import Service, client_of, request_id_of, service_of, traceparent_of
from service.jobs.batch_view import batch_url
from service.jobs.batches import NewBatch
from service.jobs.client import Client
from service.jobs.entry import Copied, Entry, Keyed, KeyTaken, Place
from service.jobs.job import Submission, now
from service.jobs.turns import QueueFull, TooManyActive
from service.jobs.view import iso, result_url, status_url

_UNPACKERS = CapacityLimiter(2)
"""Archives unpacked at once, in threads of their own: others must not wait for them."""


@dataclass(frozen=True)
class Taken:
    """What is answered; `replayed` where it was answered before."""

    accepted: Accepted | BatchAccepted
    replayed: bool = False


async def take_in(request: Request, kind: Kind, cancel_after: int | None, key: str | None) -> Taken:
    """Receive and store a submission. Raises problems; then nothing of it stays."""
    service, client, settings = service_of(request), client_of(request), service_of(request).settings
    order = order_of(request, cancel_after, key, kind.message.fill(language_of(request.headers), {}))
    patience = Patience(settings.upload_idle_seconds, settings.upload_seconds)
    limits = Limits(settings.max_upload_bytes, settings.max_batch_bytes, settings.max_batch_files, patience)
    with service.keys.in_hand(client.name, key), told_of_storage():
        form = await read_form(request, service.files.receive, limits)
        of = "" if key is None else _fingerprint(kind, form)
        if any(file.upload.is_packed for file in form.files):
            await to_thread.run_sync(unpack, form, limits, service.files.receive, limiter=_UNPACKERS)
        return await _stored(service, client, kind, order, form, of)


def order_of(request: Request, cancel_after: int | None, key: str | None, message: str) -> Order:
    """What is known of a submission before its body is read."""
    return Order(request_id_of(request), traceparent_of(request), cancel_after, key, message)


async def _stored(service: Service, client: Client, kind: Kind, order: Order, form: Form, of: str) -> Taken:
    try:
        async with service.turn_to_write():
            return await run_in_threadpool(_accept, service, client, kind, order, form, of)
    except DatabaseBusy:  # no turn came, so that nothing was begun
        form.discard()
        raise


def _accept(service: Service, client: Client, kind: Kind, order: Order, form: Form, of: str) -> Taken:
    """Everything that touches disk or database, in one thread hop: files durable, then rows durable, then the bell."""
    with _discarded_on_failure(service, form):
        before = answered(client, order.key, of)
        places = [] if before is not None else _placed(service, client, kind, order, form, of)
    if before is None:
        return begin(service, order, places)
    form.discard()
    return replayed(before)


def _placed(service: Service, client: Client, kind: Kind, order: Order, form: Form, of: str) -> list[Place]:
    wish = read_wish(form.fields, service.settings, admission.file_problem(form), Wish)
    batch = _batch(order, wish) if form.is_batch else None
    submissions = admission.submissions(service, kind, order, form.files, wish, batch.id if batch else None)
    for file in form.files:
        file.upload.keep()
    entries = [_reused(service, client, one) if wish.reuse else Entry(one) for one in submissions]
    return store(service, client, order, entries, of, batch)


def _batch(order: Order, wish: Wish) -> NewBatch:
    origin = {"request_id": order.request_id, "traceparent": order.traceparent}
    return NewBatch(id=str(uuid.uuid4()), client=None, callback_url=wish.callback_url, **origin)


def _reused(service: Service, client: Client, submission: Submission) -> Entry:
    """The submission with a copy of an earlier result, if there is any that is still good."""
    moment = now()
    earlier = client.read_before(submission, moment - int(service.settings.reuse_hours * 3_600_000))
    if earlier is None:
        return Entry(submission)
    labels = {"task_id": submission.id, "filename": submission.filename, "metadata": submission.metadata}
    try:
        publish = service.files.draft_copy(earlier.id, submission.id, labels | {"created_at": iso(moment)})
    except FileNotFoundError:
        return Entry(submission)
    return Entry(replace(submission, reused_from=earlier.id), Copied(publish, moment))


def _fingerprint(kind: Kind, form: Form) -> str:
    fields = sorted((name, value.strip()) for name, value in form.fields.items() if value.strip())
    return fingerprint(kind.task_type, [file.upload.content_hash for file in form.files], fields)


def store(
    service: Service, client: Client, order: Order, entries: list[Entry], of: str, batch: NewBatch | None = None
) -> list[Place]:
    """Store the rows, and under its key, if it has one, its answer and fingerprint.

    Raises QueueIsFull, TooManyTasks, KeyInUse.
    """
    settings = service.settings

    def answer(places: Sequence[Place]) -> dict[str, Any]:
        return _accepted(places, order.message).model_dump(mode="json")

    keyed = None if order.key is None else Keyed(order.key, of, answer)
    try:
        return client.submit(entries, settings.max_queued, settings.quota_tasks, keyed=keyed, batch=batch)
    except QueueFull:
        raise QueueIsFull(limit=settings.max_queued) from None
    except TooManyActive as many:
        raise TooManyTasks(settings.quota_tasks, many.args[0]) from None
    except KeyTaken:
        raise KeyInUse(key=order.key) from None


def begin(service: Service, order: Order, places: list[Place]) -> Taken:
    """Ring for stored jobs: those who are to run them, or those who are to tell of their end."""
    for job, _ in places:
        facts = {"client": job.client, "task_type": job.task_type, "size": job.size, "engine": job.engine}
        service.log.info("submitted", **job.log_context(), **facts)
        if job.status.final:
            service.log.info("reused", **job.log_context(), reused_from=job.reused_from)
            service.courier_bell.ring()
        elif not service.queue.ring_for(job.id):
            service.log.warning("ring_failed", **job.log_context())
    if order.cancel_after is not None:
        service.supervisor_bell.ring()  # it sleeps until the next deadline that it knows of
    return Taken(_accepted(places, order.message))


def replayed(answer: dict[str, Any]) -> Taken:
    """An answer that was stored."""
    model = BatchAccepted if "batch_id" in answer else Accepted
    return Taken(model.model_validate(answer), replayed=True)


@contextlib.contextmanager
def _discarded_on_failure(service: Service, form: Form) -> Iterator[None]:
    try:
        yield
    except BaseException:
        form.discard()
        for file in form.files:
            service.files.discard_result(file.upload.task_id)
        raise


def _accepted(places: Sequence[Place], message: str) -> Accepted | BatchAccepted:
    job, ahead = places[0]
    if job.batch_id is None:
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
    return BatchAccepted(
        message=message,
        batch_id=job.batch_id,
        check_status_url=batch_url(job.batch_id),
        events_url=f"/background/events?batch_id={job.batch_id}",
        cancel_url=f"/background/cancel-batch/{job.batch_id}",
        tasks=[
            BatchTask(task_id=one.id, filename=one.filename, status=one.status, check_status_url=status_url(one.id))
            for one, _ in places
        ],
    )

"""Retrying a task that failed or was cancelled: a new task of the file that was kept."""

import uuid

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission, intake
from service.api.admission import Order
from service.api.endpoint import Reply, endpoint
from service.api.form import told_of_storage
from service.api.groups import ENDING
from service.api.idempotency import KeyInUse, KeyReused, answered, fingerprint
from service.api.intake import Taken
from service.api.language import language_of
from service.api.problems import DiskFull, Problem, QueueIsFull, StorageUnavailable, UnknownTask
from service.api.service import Service, client_of, service_of
from service.api.submissions import ACCEPTED, ENDED, SubmitAsked, reply
from service.api.tasks import OfTask, find_task
from service.jobs.client import Client
from service.jobs.entry import Entry
from service.jobs.job import Status
from service.jobs.text import Text

_MESSAGE = Text(
    "작업 '{task_id}'을(를) 새 작업으로 다시 시작했습니다.", "The task '{task_id}' has begun again as a new task."
)


class NotRetryable(Problem):
    status = 409
    code = "not_retryable"
    shown = ("task_status",)
    text = Text(
        "작업 '{task_id}'의 상태는 {task_status}입니다. 실패했거나 취소된 작업만 다시 시작할 수 있습니다.",
        "The task '{task_id}' is {task_status}. Only one that failed or was cancelled can be retried.",
    )


class UploadGone(Problem):
    status = 410
    code = "upload_gone"
    text = Text(
        "작업 '{task_id}'의 파일이 서버에 없습니다. 파일을 다시 제출해 주세요.",
        "The file of the task '{task_id}' is no longer on the server. Submit the file again.",
    )


class RetryAsked(OfTask, SubmitAsked):
    """Which task to do again, and how that is to be dealt with."""


@endpoint(
    "POST",
    "/background/retry-task/{task_id}",
    Text("실패하거나 취소된 작업 다시 시작", "Retry a failed or cancelled task"),
    ACCEPTED,
    ENDED,
    group=ENDING,
    problems=(UnknownTask, NotRetryable, UploadGone, KeyInUse, KeyReused, QueueIsFull, StorageUnavailable, DiskFull),
)
async def retry_task(request: Request, asked: RetryAsked) -> Reply:
    """A new task with the file and the fields of the old one, which stays as it is."""
    service, client = service_of(request), client_of(request)
    message = _MESSAGE.fill(language_of(request.headers), {"task_id": asked.task_id})
    order = intake.order_of(request, asked.cancel_after, asked.idempotency_key, message)
    with service.keys.in_hand(client.name, order.key), told_of_storage():
        async with service.turn_to_write():
            taken = await run_in_threadpool(_begun_again, service, client, order, asked.task_id)
    return await reply(request, asked, taken)


def _begun_again(service: Service, client: Client, order: Order, task_id: str) -> Taken:
    of = fingerprint("retry", task_id)
    before = answered(client, order.key, of)
    if before is not None:
        return intake.replayed(before)
    job = find_task(client, task_id)
    if job.status not in (Status.FAILED, Status.CANCELLED):
        raise NotRetryable(task_id=task_id, task_status=job.status.value)
    new_id = str(uuid.uuid4())
    try:
        service.files.share_upload(task_id, new_id)
    except FileNotFoundError:
        raise UploadGone(task_id=task_id) from None
    try:
        places = intake.store(service, client, order, [Entry(admission.again(service, order, job, new_id))], of)
    except BaseException:
        service.files.remove(new_id)
        raise
    return intake.begin(service, order, places)

"""Cancelling a task: from the answer on it is cancelled, whatever its worker was doing."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import examples
from service.api.endpoint import Answer, endpoint
from service.api.groups import ENDING
from service.api.language import language_of
from service.api.pictures.task import Cancelled
from service.api.problems import TaskFinished, UnknownTask
from service.api.service import Service, client_of, service_of
from service.api.tasks import OfTask
from service.jobs.client import Client
from service.jobs.job import Job, Status
from service.jobs.text import Text

_MESSAGE = Text("작업 '{task_id}'이(가) 성공적으로 취소되었습니다.", "The task '{task_id}' has been cancelled.")
_CANCELLED = Text(
    "이 응답부터 작업은 취소된 상태입니다. 이미 취소된 작업도 같습니다.",
    "From this answer on the task is cancelled; so is one that had been cancelled before.",
)


@endpoint(
    "DELETE",
    "/background/cancel-task/{task_id}",
    Text("작업 취소", "Cancel a task"),
    Answer(200, _CANCELLED, Cancelled, example=examples.cancelled(_MESSAGE)),
    group=ENDING,
    problems=(UnknownTask, TaskFinished),
)
async def cancel_task(request: Request, asked: OfTask) -> Cancelled:
    """Cancel it, unless it has ended."""
    service, task_id = service_of(request), asked.task_id
    async with service.turn_to_write():
        await run_in_threadpool(_cancel, service, client_of(request), task_id)
    return Cancelled(message=_MESSAGE.fill(language_of(request.headers), {"task_id": task_id}), task_id=task_id)


def _cancel(service: Service, client: Client, task_id: str) -> None:
    job, ours = client.cancel(task_id)
    if job is None:
        raise UnknownTask(task_id=task_id[:100])
    if job.status is not Status.CANCELLED:
        raise TaskFinished(task_id=task_id, task_status=job.status.value)
    if ours:
        follow(service, job)


def follow(service: Service, job: Job) -> None:
    """Have the rest of the service follow what was cancelled just now."""
    # The row has decided; the rest follows it. A message it had waits on, and is for whoever's turn it then is.
    service.supervisor_bell.ring()
    if job.may_be_called_back:
        service.courier_bell.ring()
    service.files.discard_result(job.id)
    service.log.info("cancelled", **job.log_context(), progress=job.progress)

"""Cancelling a task: from the answer on it is cancelled, whatever its worker was doing."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.language import language_of
from service.api.problems import TaskFinished, UnknownTask
from service.api.service import Service, client_of, service_of
from service.jobs.client import Client
from service.jobs.errors import Text
from service.jobs.job import Status

_MESSAGE = Text("작업 '{task_id}'이(가) 성공적으로 취소되었습니다.", "The task '{task_id}' has been cancelled.")


async def cancel(request: Request) -> JSONResponse:
    """DELETE /background/cancel-task/{task_id}"""
    task_id, service = request.path_params["task_id"], service_of(request)
    async with service.turn_to_write():
        await run_in_threadpool(_cancel, service, client_of(request), task_id)
    message = _MESSAGE.fill(language_of(request.headers), {"task_id": task_id})
    return JSONResponse({"success": True, "message": message, "task_id": task_id, "status": "cancelled"})


def _cancel(service: Service, client: Client, task_id: str) -> None:
    job, ours = client.cancel(task_id)
    if job is None:
        raise UnknownTask(task_id=task_id[:100])
    if job.status is not Status.CANCELLED:
        raise TaskFinished(task_id=task_id, task_status=job.status.value)
    if not ours:
        return
    # The row has decided; the rest follows it: skip the waiting message, or stop the worker.
    service.supervisor_bell.ring()
    if job.callback_url:
        service.courier_bell.ring()
    if job.attempt == 0:
        service.queue.revoke(task_id)
    service.files.discard_result(task_id)
    service.log.info("cancelled", **job.log_context(), progress=job.progress)

"""The public picture of a job: what status answers, lists and callbacks show."""

import json
from datetime import UTC, datetime
from typing import Any

from service.jobs.errors import Language, job_error
from service.jobs.files import result_name
from service.jobs.job import Job, Status


def task_status(job: Job, language: Language = "ko", queue_position: int | None = None) -> dict[str, Any]:
    """The guide's `task_status`, completed as the contract says; only a pending job has a queue position."""
    picture: dict[str, Any] = {
        "task_id": job.id,
        "task_type": job.task_type.value,
        "filename": job.filename,
        "prompt": job.prompt,
        "detail": job.detail,
        "model": job.model,
        "engine": job.engine,
        "status": job.status.value,
        "created_at": iso(job.created_at),
        "started_at": iso(job.started_at),
        "completed_at": iso(job.completed_at),
        "duration_ms": _duration(job),
        "progress": job.progress,
        "attempt": job.attempt,
        "worker": job.worker,
        "priority": job.priority,
        "metadata": job.metadata,
        "callback_url": job.callback_url,
    }
    if queue_position is not None:
        picture["queue_position"] = queue_position
    if job.status is Status.COMPLETED:
        picture |= {"result_file": result_name(job.id), "result_url": result_url(job.id)}
    if job.status is Status.FAILED:
        picture["error"] = error_picture(job, language)
    return picture


def error_picture(job: Job, language: Language) -> dict[str, Any]:
    """Why a failed job failed: stable code, a sentence for a person, whether trying again may help."""
    error = job_error(job.error_code or "internal", job.error_values)
    return {"code": error.code, "message": error.message(language), "retryable": error.retryable}


def callback_body(job: Job, public_url: str) -> str:
    """The JSON text of the callback for an ended job; links begin with `public_url` where the operator set it."""
    picture = task_status(job)
    if "result_url" in picture:
        picture["result_url"] = public_url.rstrip("/") + picture["result_url"]
    body = {"type": f"task.{job.status.value}", "timestamp": picture["completed_at"], "data": picture}
    return json.dumps(body, ensure_ascii=False)


def status_url(task_id: str) -> str:
    return f"/background/task-status/{task_id}"


def result_url(task_id: str) -> str:
    return f"/background/task-result/{task_id}"


def iso(milliseconds: int | None) -> str | None:
    """A stored time as ISO 8601 with offset, UTC."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _duration(job: Job) -> int | None:
    if job.started_at is None or job.completed_at is None:
        return None
    return max(0, job.completed_at - job.started_at)

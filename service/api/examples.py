"""The guide's own examples, completed with what answers have beyond it; tests hold them to guide and schema."""

from typing import Any

from service.jobs.text import Text
from service.jobs.view import result_url, status_url

FIRST = "550e8400-e29b-41d4-a716-446655440000"
SECOND = "550e8400-e29b-41d4-a716-446655440001"
CREATED, STARTED, ENDED = (f"2024-01-01T10:00:0{second}.000+00:00" for second in (0, 1, 9))

FORM = {"file": "@image.png", "prompt": "이 이미지를 분석해주세요.", "detail": "high"}
"""What the guide's curl sends for an analysis."""


def accepted(task_id: str, message: Text) -> dict[str, Any]:
    """The answer to a submission."""
    return {
        "success": True,
        "message": message,
        "task_id": task_id,
        "status": "pending",
        "check_status_url": status_url(task_id),
        "result_url": result_url(task_id),
        "events_url": f"{status_url(task_id)}/events",
        "cancel_url": f"/background/cancel-task/{task_id}",
        "queue_position": 0,
    }


def status() -> dict[str, Any]:
    """A task that is being read."""
    return {"success": True, "task_status": _task(FIRST, "sample_image.png", "이 이미지를 분석해주세요.", "high", 30)}


def listing() -> dict[str, Any]:
    """The first two of three tasks."""
    prompt = "이 이미지를 분석하고 주요 내용을 설명해주세요."
    completed = _task(FIRST, "image1.png", prompt, "auto", 100) | {
        "status": "completed",
        "completed_at": ENDED,
        "duration_ms": 8000,
        "stage": None,
        "pages_done": 1,
        "result_file": f"{FIRST}.json",
        "result_url": result_url(FIRST),
    }
    tasks = [completed, _task(SECOND, "image2.png", prompt, "auto", 45)]
    return {"success": True, "total_count": 3, "tasks": tasks, "next_page_token": "YmVmb3JlOjI"}


def cancelled(message: Text) -> dict[str, Any]:
    """The answer to a cancel."""
    return {"success": True, "message": _filled(message, task_id=SECOND), "task_id": SECOND, "status": "cancelled"}


def cleaned_up(message: Text) -> dict[str, Any]:
    """The answer to a clean-up."""
    return {"success": True, "message": _filled(message, hours="24"), "removed_count": 2}


def _task(task_id: str, filename: str, prompt: str, detail: str, progress: int) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "task_type": "image_analysis",
        "filename": filename,
        "prompt": prompt,
        "detail": detail,
        "model": "gpt-5.6-terra",
        "engine": "openai",
        "status": "processing",
        "created_at": CREATED,
        "started_at": STARTED,
        "completed_at": None,
        "duration_ms": None,
        "progress": progress,
        "stage": "reading",
        "pages_done": 0,
        "pages_total": 1,
        "attempt": 1,
        "worker": 1,
        "priority": 0,
        "metadata": None,
        "callback_url": None,
    }


def _filled(message: Text, **values: str) -> Text:
    return Text(message.fill("ko", values), message.fill("en", values))

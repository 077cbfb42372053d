"""The result file: what was asked, what was read, by whom, at which cost."""

from collections.abc import Sequence
from typing import Any

from service.jobs.errors import MaxCostReached
from service.jobs.job import Job
from service.jobs.view import iso, usage_picture
from service.models.usage import Usage
from service.tables.model import Table
from workers.engines.base import Analysis, Extraction, PageResult

Reading = Analysis | Extraction


def result_of(job: Job, engine: str, reading: Reading, usage: Usage | None) -> dict[str, Any]:
    """The content of a job's result file; `engine` is the one that read it. Its tables are made when they are taken."""
    result: dict[str, Any] = {
        "task_id": job.id,
        "task_type": job.task_type.value,
        "filename": job.filename,
        "media_type": job.media_type,
        "engine": engine,
        "model": reading.model,
        "created_at": iso(job.created_at),
        "metadata": job.metadata,
    }
    if isinstance(reading, Analysis):
        result["prompt"], result["detail"] = job.prompt, job.detail
        result["analysis"] = {"text": reading.text, "prompt_followed": reading.prompt_followed, **reading.details}
    return result | {
        "tables": (table.model_dump() | {"markdown": table.markdown()} for table in reading.tables),
        "tables_markdown": "\n\n".join(table.markdown() for table in reading.tables),
        "usage": None if usage is None else usage_picture(usage).model_dump(),
        "stopped_by": _limit(reading),
        "concerns": list(reading.concerns),
        "pages": (_page(page, reading.tables) for page in reading.pages),
    }


def _limit(reading: Reading) -> str | None:
    """What ended it before its last page."""
    if reading.stopped_by is None:
        return None
    return "max_cost" if isinstance(reading.stopped_by, MaxCostReached) else reading.stopped_by.code


def _page(page: PageResult, tables: Sequence[Table]) -> dict[str, Any]:
    """One page's own result; its tables by the numbers they have in `/tables/{n}`, from 1."""
    numbers = [n for n, table in enumerate(tables, 1) if page.number in (table.page, *table.merged_from_pages)]
    error = page.error
    told: dict[str, Any] = {"number": page.number, "status": "read" if error is None else "failed", "tables": numbers}
    if page.text is not None:
        told["text"] = page.text
    told["concerns"] = list(page.told())
    if error is not None:
        told["error"] = {"code": error.code, "message": error.message(), "retryable": error.retryable}
    return told

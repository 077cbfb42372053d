"""The pages of a task's file as pictures, for a person to look at; made when first asked for, in the workers."""

import asyncio
from pathlib import Path
from typing import Annotated

from pydantic import WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse

from service.api.endpoint import Answer, endpoint
from service.api.groups import RESULTS
from service.api.problems import Problem, UnknownTask
from service.api.service import Service, client_of, service_of
from service.api.tasks import OfTask, find_task
from service.jobs import previews
from service.jobs.job import Job
from service.jobs.media import JPEG, PNG, READ_DIRECTLY
from service.jobs.picture import Meaning
from service.jobs.previews import Outcome
from service.jobs.text import Text

PATIENCE = 20.0
"""Seconds to wait for a picture, with those that are asked for before it."""

_DIGITS = 6
"""Of a page's number, at most."""


class UnknownPage(Problem):
    status = 404
    code = "unknown_page"
    text = Text(
        "작업 '{task_id}'의 파일에는 읽을 수 있는 {page}쪽이 없습니다.",
        "The file of the task '{task_id}' has no page {page} that can be read.",
    )


class NoPreview(Problem):
    status = 404
    code = "no_preview"
    text = Text(
        "작업 '{task_id}'의 파일은 쪽 그림으로 보여 줄 수 없습니다. Word·Excel 파일이거나 읽을 수 없는 파일입니다.",
        "The file of the task '{task_id}' cannot be shown as pictures: it is a Word or Excel file, or cannot be read.",
    )


class PreviewsUnavailable(Problem):
    status = 503
    code = "previews_unavailable"
    retryable = True
    retry_after = 2
    text = Text(
        "지금은 쪽 그림을 만들 수 없습니다. 워커가 실행 중인지 확인하고 잠시 후 다시 시도해 주세요.",
        "No picture of a page can be made right now. See that the workers run, and try again a little later.",
    )


class OfPage(OfTask):
    """Which page of which task's file."""

    page: Annotated[
        str, WithJsonSchema({"type": "integer", "minimum": 1}), Meaning("쪽 번호(1부터)", "Number of the page, from 1")
    ]


@endpoint(
    "GET",
    "/background/task-pages/{task_id}/{page}",
    Text("쪽 그림", "Look at a page of a task's file"),
    Answer(200, Text("PNG 그림", "A picture, as PNG"), kind=PNG, headers=("Page-Count",)),
    Answer(200, Text("JPEG 그림", "A picture, as JPEG"), kind=JPEG, headers=("Page-Count",)),
    group=RESULTS,
    problems=(UnknownTask, UnknownPage, NoPreview, PreviewsUnavailable),
)
async def get_task_page(request: Request, asked: OfPage) -> FileResponse:
    """A small picture of the page, whatever state the task is in; waits while it is made."""
    service = service_of(request)
    job = await run_in_threadpool(find_task, client_of(request), asked.task_id)
    number = _number(asked.page)
    if number < 1:
        raise UnknownPage(task_id=job.id, page=asked.page[:20])
    picture = await run_in_threadpool(service.files.preview, job.id, number)
    path, pages = picture or await _made(service, job, number)
    return FileResponse(path, headers={"Page-Count": str(pages)}, content_disposition_type="inline")


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS else 0


async def _made(service: Service, job: Job, number: int) -> tuple[Path, int]:
    """The picture, made now. Raises NoPreview, UnknownPage, PreviewsUnavailable."""
    if job.media_type in READ_DIRECTLY:
        raise NoPreview(task_id=job.id)
    wish = previews.Wish(job.id, job.client, job.media_type, number)
    try:
        async with asyncio.timeout(PATIENCE):
            outcome = await previews.ask(service.settings.data_dir, wish)
    except OSError as reason:  # TimeoutError is one
        raise PreviewsUnavailable from reason
    picture = await run_in_threadpool(service.files.preview, job.id, number)
    if picture is not None:
        return picture
    if outcome is Outcome.NO_PAGE:
        raise UnknownPage(task_id=job.id, page=number)
    raise NoPreview(task_id=job.id) if outcome is Outcome.UNREADABLE else PreviewsUnavailable

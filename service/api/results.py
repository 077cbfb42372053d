"""What a completed task has to give: its whole result, its text, and its tables in every form."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from service.api.download import attachment
from service.api.language import language_of
from service.api.problems import NoResult, ResultGone, TaskFailed, UnknownForm, UnknownTable
from service.api.service import client_of, service_of
from service.api.tasks import find_task, picture_of
from service.jobs.errors import Language
from service.jobs.job import Job, Status
from service.jobs.result_file import read_items, read_member
from service.jobs.view import error_picture, status_url

RENDERED_AT_ONCE = 1
"""Requests for which tables are put into a form at the same time; the others wait. The largest document there can be,
400,000 cells, takes 4 s and 250 MB as a workbook [measured]."""

_IN_MEMORY = 1024 * 1024
"""Bytes of a rendered form that are held in memory; what is longer goes to a file without a name."""

_CHUNK = 64 * 1024

_rendering = anyio.CapacityLimiter(RENDERED_AT_ONCE)


class _Rendered(NamedTuple):
    """A form, ready to be sent: how the file's name ends, its media type, and its bytes."""

    ending: str
    media_type: str
    file: BinaryIO


async def result(request: Request) -> Response:
    """GET /background/task-result/{task_id}"""
    job = await run_in_threadpool(_asked_for, request)
    if job.status is not Status.COMPLETED:
        return await _not_yet(request, job)
    path = service_of(request).files.result(job.id)
    if not await run_in_threadpool(path.is_file):
        raise ResultGone(task_id=job.id)
    return FileResponse(path, media_type="application/json", filename=path.name, content_disposition_type="inline")


async def text(request: Request) -> Response:
    """GET /background/task-result/{task_id}/text.md"""
    return await _sent(request, _text)


async def workbook(request: Request) -> Response:
    """GET /background/task-result/{task_id}/tables.xlsx"""
    return await _sent(request, _workbook)


async def table(request: Request) -> Response:
    """GET /background/task-result/{task_id}/tables/{number}.{form}"""
    number, form = request.path_params["number"], request.path_params["form"]
    return await _sent(request, lambda path: _table(path, number, form))


async def _sent(request: Request, render: Callable[[Path], _Rendered]) -> Response:
    """What `render` makes of the result file, as a file to keep."""
    job = await run_in_threadpool(_asked_for, request)
    if job.status is not Status.COMPLETED:
        return await _not_yet(request, job)
    path = service_of(request).files.result(job.id)
    try:
        ending, media_type, file = await anyio.to_thread.run_sync(render, path, limiter=_rendering)
    except FileNotFoundError:
        raise ResultGone(task_id=job.id) from None
    headers = {"Content-Disposition": attachment(job.filename, ending), "Content-Length": str(file.tell())}
    return StreamingResponse(_chunks(file), headers=headers, media_type=media_type)


def _asked_for(request: Request) -> Job:
    """The task of the request. Raises UnknownTask, and NoResult where it ended without one."""
    job = find_task(client_of(request), request.path_params["task_id"])
    if job.status.final and job.status is not Status.COMPLETED:
        raise _no_result(job, language_of(request.headers))
    return job


def _no_result(job: Job, language: Language) -> NoResult:
    if job.status is Status.FAILED:
        return TaskFailed(task_id=job.id, task_status=job.status.value, error=error_picture(job, language))
    return NoResult(task_id=job.id, task_status=job.status.value)


async def _not_yet(request: Request, job: Job) -> JSONResponse:
    picture = await run_in_threadpool(picture_of, client_of(request), job.id, language_of(request.headers))
    headers = {"Location": status_url(job.id), "Retry-After": "1"}
    return JSONResponse({"success": True, "task_status": picture}, 202, headers)


def _text(path: Path) -> _Rendered:
    analysis = read_member(path, "analysis")
    words = read_member(path, "tables_markdown") if analysis is None else analysis["text"]
    file = _file()
    file.write(f"{words}\n".encode())
    return _Rendered(".md", "text/markdown; charset=utf-8", file)


def _workbook(path: Path) -> _Rendered:
    # Here and below: what writes forms is loaded when the first is asked for, not when the web process starts.
    from service.tables.forms import FORMS
    from service.tables.model import Table
    from service.tables.xlsx import write_xlsx

    if next(read_items(path, "tables"), None) is None:
        raise UnknownTable(number=1, count=0)
    file = _file()
    write_xlsx(map(Table.model_validate_json, read_items(path, "tables")), file)
    return _Rendered(".tables.xlsx", FORMS["xlsx"].media_type, file)


def _table(path: Path, number: str, name: str) -> _Rendered:
    from service.tables.forms import FORMS
    from service.tables.model import Table

    form = FORMS.get(name)
    if form is None:
        raise UnknownForm(form=name[:20], known=", ".join(FORMS))
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    found = next(islice(read_items(path, "tables"), wanted - 1, None), None) if wanted else None
    if found is None:
        raise UnknownTable(number=number[:20], count=sum(1 for _ in read_items(path, "tables")))
    file = _file()
    form.write(Table.model_validate_json(found), file)
    return _Rendered(f".table-{wanted}.{name}", form.media_type, file)


def _file() -> BinaryIO:
    return SpooledTemporaryFile(_IN_MEMORY)  # type: ignore[return-value]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk

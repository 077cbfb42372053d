"""What a completed task has to give: its whole result, its text, and its tables in every form."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, NamedTuple

import anyio
from pydantic import WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from service.api.download import attachment
from service.api.endpoint import Answer, Reply, endpoint
from service.api.groups import RESULTS
from service.api.language import language_of
from service.api.pictures.task import TaskStatusAnswer
from service.api.problems import NoResult, ResultGone, TaskFailed, UnknownForm, UnknownTable, UnknownTask
from service.api.service import client_of, service_of
from service.api.tasks import OfTask, find_task, status_of
from service.jobs.job import Job, Status
from service.jobs.media import XLSX
from service.jobs.picture import Meaning
from service.jobs.result_file import read_items, read_member
from service.jobs.text import Text
from service.jobs.view import status_url, task_error
from service.tables.forms import FORMS, write_workbook
from service.tables.model import Table

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


_NOT_YET = Answer(
    202, Text("아직 끝나지 않음", "It has not ended yet"), TaskStatusAnswer, headers=("Location", "Retry-After")
)
_PROBLEMS = (UnknownTask, ResultGone, NoResult)
_KEPT = ("Content-Disposition",)


class OfTable(OfTask):
    """Which table of which task, and how it is written."""

    number: Annotated[
        str,
        WithJsonSchema({"type": "integer", "minimum": 1}),
        Meaning("표의 번호(1부터)", "Number of the table, from 1"),
    ]
    form: Annotated[
        str, WithJsonSchema({"type": "string", "enum": list(FORMS)}), Meaning("표의 형식", "How the table is written")
    ]


@endpoint(
    "GET",
    "/background/task-result/{task_id}",
    Text("작업 결과 조회", "Get a task's result"),
    Answer(200, Text("결과", "The result")),
    _NOT_YET,
    group=RESULTS,
    problems=_PROBLEMS,
)
async def get_task_result(request: Request, asked: OfTask) -> Reply | Response:
    """The result file, as it was stored."""
    job = await run_in_threadpool(_asked_for, request, asked)
    if job.status is not Status.COMPLETED:
        return await _not_yet(request, asked)
    path = service_of(request).files.result(job.id)
    if not await run_in_threadpool(path.is_file):
        raise ResultGone(task_id=job.id)
    return FileResponse(path, media_type="application/json", filename=path.name, content_disposition_type="inline")


@endpoint(
    "GET",
    "/background/task-result/{task_id}/text.md",
    Text("결과의 글", "Get a result's text"),
    Answer(200, Text("Markdown으로 쓴 글", "The text as Markdown"), kind="text/markdown", headers=_KEPT),
    _NOT_YET,
    group=RESULTS,
    problems=_PROBLEMS,
)
async def get_task_text(request: Request, asked: OfTask) -> Reply | Response:
    """The answer of an analysis, the tables of an extraction."""
    return await _sent(request, asked, _text)


@endpoint(
    "GET",
    "/background/task-result/{task_id}/tables.xlsx",
    Text("결과의 모든 표", "Get all tables of a result"),
    Answer(200, Text("시트마다 표 하나", "A sheet for each table"), kind=XLSX, headers=_KEPT),
    _NOT_YET,
    group=RESULTS,
    problems=(*_PROBLEMS, UnknownTable),
)
async def get_task_workbook(request: Request, asked: OfTask) -> Reply | Response:
    """All tables in one workbook."""
    return await _sent(request, asked, _workbook)


@endpoint(
    "GET",
    "/background/task-result/{task_id}/tables/{number}.{form}",
    Text("결과의 표 하나", "Get one table of a result"),
    *(
        Answer(200, Text(f"{name} 형식", f"As {name}"), kind=form.media_type.partition(";")[0], headers=_KEPT)
        for name, form in FORMS.items()
    ),
    _NOT_YET,
    group=RESULTS,
    problems=(*_PROBLEMS, UnknownTable, UnknownForm),
)
async def get_task_table(request: Request, asked: OfTable) -> Reply | Response:
    """One table in one form."""
    return await _sent(request, asked, lambda path: _table(path, asked.number, asked.form))


async def _sent(request: Request, asked: OfTask, render: Callable[[Path], _Rendered]) -> Reply | Response:
    """What `render` makes of the result file, as a file to keep."""
    job = await run_in_threadpool(_asked_for, request, asked)
    if job.status is not Status.COMPLETED:
        return await _not_yet(request, asked)
    path = service_of(request).files.result(job.id)
    try:
        ending, media_type, file = await anyio.to_thread.run_sync(render, path, limiter=_rendering)
    except FileNotFoundError:
        raise ResultGone(task_id=job.id) from None
    headers = {"Content-Disposition": attachment(job.filename, ending), "Content-Length": str(file.tell())}
    return StreamingResponse(_chunks(file), headers=headers, media_type=media_type)


def _asked_for(request: Request, asked: OfTask) -> Job:
    """The task of the request. Raises UnknownTask, and NoResult where it ended without one."""
    job = find_task(client_of(request), asked.task_id)
    if job.status is Status.FAILED:
        error = task_error(job, language_of(request.headers))
        raise TaskFailed(task_id=job.id, task_status=job.status.value, error=error)
    if job.status is Status.CANCELLED:
        raise NoResult(task_id=job.id, task_status=job.status.value)
    return job


async def _not_yet(request: Request, asked: OfTask) -> Reply:
    return Reply(await status_of(request, asked), {"Location": status_url(asked.task_id), "Retry-After": "1"})


def _text(path: Path) -> _Rendered:
    analysis = read_member(path, "analysis")
    words = read_member(path, "tables_markdown") if analysis is None else analysis["text"]
    file = _file()
    file.write(f"{words}\n".encode())
    return _Rendered(".md", "text/markdown; charset=utf-8", file)


def _workbook(path: Path) -> _Rendered:
    if next(read_items(path, "tables"), None) is None:
        raise UnknownTable(number=1, count=0)
    file = _file()
    write_workbook(map(Table.model_validate_json, read_items(path, "tables")), file)
    return _Rendered(".tables.xlsx", XLSX, file)


def _table(path: Path, number: str, name: str) -> _Rendered:
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

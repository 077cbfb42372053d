"""`submit`: hand in files, and stay with them to their end where asked."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from service.cli.output import COMPLETED, NOT_COMPLETED, as_json, complain, err, out, told
from service.cli.paths import NoSuchFile, files_of
from service.cli.words import say
from service.client import ApiError, Client, Task

LOOK = 0.3
"""Seconds between two looks at the tasks that are followed."""

_BUSY = 503
_QUOTA = 429


@click.command(help=say("파일·폴더·패턴을 보냅니다.", "Send files, folders or patterns."))
@click.argument("files", nargs=-1, required=True, metavar=say("파일...", "FILES..."))
@click.option("--tables", is_flag=True, help=say("표를 추출합니다(문서도 됨)", "Extract tables, of documents too"))
@click.option("--prompt", help=say("분석할 내용", "What to find out"))
@click.option("--detail", type=click.Choice(["low", "high", "auto", "original"]), help=say("상세도", "Detail"))
@click.option("--model", help=say("모델(local은 내장 엔진)", "Model; local is the embedded engine"))
@click.option("--priority", type=click.IntRange(0, 9), help=say("우선순위(9가 먼저)", "Priority, 9 first"))
@click.option("--pages", help=say("읽을 쪽, 예: 1-3,7", "Pages to read, such as 1-3,7"))
@click.option("--callback-url", help=say("끝나면 알릴 주소", "Address to tell of the end"))
@click.option("--cancel-after", metavar="90s", help=say("이 시간 뒤에 그만둠(s, m, h)", "Give up after (s, m, h)"))
@click.option("--wait", is_flag=True, help=say("끝날 때까지 기다립니다", "Stay until the end"))
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def submit(
    client: Client, /, files: tuple[str, ...], tables: bool, wait: bool, for_script: bool, **fields: Any
) -> None:
    try:
        paths = files_of(files, documents=tables)
    except NoSuchFile as error:
        raise click.UsageError(str(error)) from None
    if tables:
        faulty = next((name for name in ("prompt", "detail") if fields[name] is not None), None)
        if faulty:
            raise click.UsageError(
                say("--{0}은(는) --tables와 함께 쓸 수 없습니다.", "--{0} does not go with --tables.", **{"0": faulty})
            )
        fields = {name: value for name, value in fields.items() if name not in ("prompt", "detail")}
    send = client.extract_tables if tables else client.analyze_image
    sent, code = _sent(send, paths, fields, quiet=for_script or wait)
    try:
        ended = _followed(client, sent, quiet=for_script) if wait else sent
    except KeyboardInterrupt:
        err.print(
            say(
                "\n작업은 계속됩니다. 취소: document-analysis cancel ID",
                "\nThe tasks go on. To stop: document-analysis cancel ID",
            )
        )
        sys.exit(130)
    if for_script:
        as_json({"tasks": [task.raw for task in ended]})
    unhappy = wait and any(task.status != "completed" for task in ended)
    sys.exit(code or (NOT_COMPLETED if unhappy else COMPLETED))


def _sent(
    send: Callable[..., Task], paths: list[Path], fields: dict[str, Any], *, quiet: bool
) -> tuple[list[Task], int]:
    """The tasks that were taken in, and the exit code of the last refusal, 0 without one."""
    tasks, code = [], 0
    for path in paths:
        try:
            task = _patiently(lambda path=path: send(path, **fields))  # type: ignore[misc]
        except ApiError as error:
            err.print(f"[bold]{escape(str(path))}[/bold]")
            code = complain(error)
            continue
        tasks.append(task)
        if not quiet:
            out.print(f"{task.id}  {escape(task.filename)}  {told(task)}")
    return tasks, code


def _patiently(send: Callable[[], Task]) -> Task:
    """Send; where the service is full, or the quota used up, as often as it asks to come again."""
    while True:
        try:
            return send()
        except ApiError as error:
            if error.status not in (_BUSY, _QUOTA) or error.retry_after is None:
                raise
            time.sleep(error.retry_after)


def _followed(client: Client, tasks: list[Task], *, quiet: bool) -> list[Task]:
    """The tasks when all have ended; a bar each on a terminal, a line a change elsewhere."""
    known = {task.id: task for task in tasks}
    with _bars(tasks) if out.is_terminal and not quiet else _lines(quiet=quiet) as show:
        for task in tasks:
            show(task)
        while waiting := [task.id for task in known.values() if not task.final]:
            for task in client.statuses(waiting):
                if task.raw != known[task.id].raw:
                    show(task)
                known[task.id] = task
            time.sleep(LOOK)
    return [known[task.id] for task in tasks]


@contextmanager
def _bars(tasks: list[Task]) -> Iterator[Callable[[Task], None]]:
    name = TextColumn("{task.description}")
    with Progress(
        name, BarColumn(30), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.fields[told]}"), console=out
    ) as progress:
        bars = {task.id: progress.add_task(escape(task.filename), total=100, told="") for task in tasks}

        def show(task: Task) -> None:
            progress.update(bars[task.id], completed=task.progress, told=told(task))
            if task.final:
                progress.stop_task(bars[task.id])

        yield show


@contextmanager
def _lines(*, quiet: bool) -> Iterator[Callable[[Task], None]]:
    said: dict[str, str] = {}

    def show(task: Task) -> None:
        if not quiet and said.get(task.id) != (news := told(task)):
            out.print(f"{task.id}  {escape(task.filename)}  {task.progress}%  {news}")
            said[task.id] = news

    yield show

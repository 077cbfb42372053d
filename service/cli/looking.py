"""`status`, `list` and `result`: look at tasks and at what was read."""

import sys
from pathlib import Path
from typing import Any, get_args

import click
from rich.markdown import Markdown

from service.cli.output import NOT_COMPLETED, as_json, err, grid_of, kind, out, told
from service.cli.words import say
from service.client import Client, Task, TaskNotCompleted
from service.client.client import Form

FORMATS = ("text", "md", "json", "csv", "xlsx", "html")


@click.command(help=say("작업의 상태를 봅니다.", "Look at tasks."))
@click.argument("task_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--wait", is_flag=True, help=say("끝날 때까지 기다립니다", "Stay until the end"))
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def status(client: Client, task_ids: tuple[str, ...], wait: bool, for_script: bool) -> None:
    found = [client.wait(one) for one in task_ids] if wait else [client.status(one) for one in task_ids]
    if for_script:
        as_json({"tasks": [task.raw for task in found]})
    else:
        for task in found:
            _describe(task)
    if wait and any(task.status != "completed" for task in found):
        sys.exit(NOT_COMPLETED)


@click.command("list", help=say("작업들을 봅니다(새것부터).", "List tasks, newest first."))
@click.option("--status", type=click.Choice(["pending", "processing", "completed", "failed", "cancelled"]))
@click.option("--type", "task_type", type=click.Choice(["image_analysis", "table_extraction"]))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help=say("많아야 몇 개", "At most"))
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def tasks(client: Client, /, limit: int, for_script: bool, **filters: str | None) -> None:
    found: list[Task] = []
    for task in client.tasks(**filters):
        found.append(task)
        if len(found) == limit:
            break
    if for_script:
        as_json({"tasks": [task.raw for task in found]})
    elif found:
        out.print(grid_of(found))
    else:
        out.print(say("작업이 없습니다.", "There are no tasks."))


@click.command(help=say("읽은 것을 봅니다. 끝나지 않았으면 기다립니다.", "Show what was read, waiting for the end."))
@click.argument("task_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--table", type=click.IntRange(1), help=say("이 표만(1부터)", "Only this table, counted from 1"))
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("파일로 저장", "Into a file"))
@click.pass_obj
def result(client: Client, task_id: str, form: str, table: int | None, output: Path | None) -> None:
    try:
        whole = client.result(task_id)
    except TaskNotCompleted as error:
        err.print(told(error.task))
        sys.exit(NOT_COMPLETED)
    if form in ("text", "json") and table is None and output is None:
        as_json(whole) if form == "json" else out.print(Markdown(client.text(task_id)))
        return
    data = _file(client, whole, form, table)
    if output is not None:
        output.write_bytes(data)
        err.print(say("{path}에 저장했습니다.", "Saved as {path}.", path=output), markup=False)
    elif form == "xlsx" and sys.stdout.isatty():
        raise click.UsageError(say("XLSX는 --output 파일로 저장해 주세요.", "Save XLSX into a file with --output."))
    else:
        sys.stdout.buffer.write(data)


def _file(client: Client, whole: dict[str, Any], form: str, table: int | None) -> bytes:
    """What was read as a file of one form."""
    task_id, wanted = whole["task_id"], "md" if form == "text" else form
    if table is not None:
        return client.table(task_id, table, next(one for one in get_args(Form) if one == wanted))
    if form == "xlsx":
        return client.workbook(task_id)
    if form == "json":
        return client.raw_result(task_id)
    if form in ("text", "md"):
        return client.text(task_id).encode()
    numbers = range(1, len(whole["tables"]) + 1)
    parts = [client.table(task_id, number, "csv" if form == "csv" else "html") for number in numbers]
    return b"\n".join(parts)


def _describe(task: Task) -> None:
    out.print(f"[bold]{task.id}[/bold]  {kind(task)}  {told(task)}")
    facts = {
        say("파일", "file"): task.filename,
        say("모델", "model"): f"{task.model} ({task.engine})",
        say("진행", "progress"): f"{task.progress}%",
        say("제출", "created"): task.created_at.astimezone().isoformat(" ", "seconds"),
        say("걸린 시간", "took"): None if task.duration_ms is None else f"{task.duration_ms / 1000:.1f} s",
    }
    for name, value in facts.items():
        if value is not None:
            out.print(f"  {name}: {value}", markup=False)

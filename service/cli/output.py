"""What a person sees, and what a script reads."""

import json
import sys
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from service.cli.words import say
from service.client import ApiError, Task

COMPLETED, NOT_COMPLETED, UNREACHABLE, REFUSED, BROKEN = 0, 1, 3, 4, 5
"""Exit codes; 2 is a faulty command line, 130 an interruption by Ctrl-C."""

STATES = {
    "pending": ("대기", "pending", "yellow"),
    "processing": ("처리 중", "processing", "cyan"),
    "completed": ("완료", "completed", "green"),
    "failed": ("실패", "failed", "red"),
    "cancelled": ("취소", "cancelled", "magenta"),
}

_WIDE = 200
"""Characters of a line where nobody's terminal says how many fit."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def as_json(value: Any) -> None:
    """Print one JSON document for a script."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def state(status: str) -> str:
    """A state as coloured word."""
    korean, english, colour = STATES[status]
    return f"[{colour}]{say(korean, english)}[/{colour}]"


def grid_of(tasks: list[Task]) -> Grid:
    """Tasks as a table."""
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in (
        say("작업", "task"),
        say("파일", "file"),
        say("종류", "type"),
        say("상태", "state"),
        say("진행", "progress"),
        say("제출", "created"),
    ):
        grid.add_column(name, no_wrap=True, overflow="ellipsis")
    for task in tasks:
        created = task.created_at.astimezone().strftime("%m-%d %H:%M:%S")
        grid.add_row(task.id, escape(task.filename), kind(task), state(task.status), f"{task.progress}%", created)
    return grid


def kind(task: Task) -> str:
    """The type of a task in words."""
    return say("표 추출", "tables") if task.task_type == "table_extraction" else say("이미지 분석", "analysis")


def told(task: Task) -> str:
    """One line about where a task stands."""
    facts = [state(task.status)]
    if task.queue_position is not None:
        facts.append(say("앞에 {count}개", "{count} ahead", count=task.queue_position))
    if task.pages_total:
        facts.append(say("{done}/{total}쪽", "page {done}/{total}", done=task.pages_done or 0, total=task.pages_total))
    if task.eta_seconds is not None and not task.final:
        facts.append(say("약 {seconds}초 남음", "about {seconds} s left", seconds=round(task.eta_seconds)))
    if task.error_message:
        facts.append(escape(f"{task.error_message} ({task.error_code})"))
    return " · ".join(facts)


def complain(error: ApiError) -> int:
    """Tell why the service said no; the exit code."""
    err.print(f"[red]✗[/red] {escape(str(error))} [dim]({error.code}, HTTP {error.status})[/dim]")
    for fault in error.faults:
        err.print(f"  · {fault}", markup=False)
    if error.code == "unauthorized":
        err.print(
            f"  {say('키는 --key나 DOCUMENT_ANALYSIS_KEY로 줍니다.', 'Give it by --key or DOCUMENT_ANALYSIS_KEY.')}"
        )
    if error.retry_after is not None:
        again = say("{seconds:g}초 뒤에 다시 해 보세요.", "Try again in {seconds:g} s.", seconds=error.retry_after)
        err.print(f"  {again}")
    return REFUSED if error.status < 500 else BROKEN


def fail(words: str, code: int) -> NoReturn:
    """End with a sentence and an exit code."""
    err.print(f"[red]✗[/red] {escape(words)}")
    raise SystemExit(code)

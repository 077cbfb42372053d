"""The demonstration, `make demo`: start everything, send the samples, follow them, show what was read, stop.

It reads with the embedded engine whatever the settings are, so it needs no key, no network and costs nothing.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from demo.draw import draw_samples
from demo.service import NotStarted, running
from demo.truth import REPORT

FINAL = ("completed", "failed", "cancelled")
LOOK_SECONDS = 0.1
WIDTH = 100
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True)
class Sent:
    """A sample on its way: its file, its task and its progress bar."""

    path: Path
    task_id: str
    bar: TaskID


def main() -> int:
    """Run the demonstration; 0 when every sample was read."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    with tempfile.TemporaryDirectory(prefix="document-analysis-") as name:
        folder = Path(name)
        console.print("[bold]문서 분석 API · Document Analysis API[/bold]")
        console.print("샘플 문서를 그립니다. Drawing the sample documents ...")
        samples = draw_samples(folder / "samples")
        console.print("Procfile의 프로세스를 시작합니다. Starting web, worker and courier ...")
        with running(folder) as client:
            console.print(f"실행 중입니다. Running at [link]{client.base_url}[/link]\n")
            sent = _follow(console, client, samples)
            good = [_show(console, client, one) for one in sent]
        console.print("모든 프로세스를 멈췄습니다. Everything has stopped.")
    console.print(
        "직접 써 보기: make run, 그다음 http://127.0.0.1:8000 · To try it yourself: make run, then open that page."
    )
    return 0 if all(good) else 1


def _follow(console: Console, client: httpx2.Client, samples: list[Path]) -> list[Sent]:
    """Send every sample, and draw their progress until all have ended."""
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(40),
        TaskProgressColumn(),
        TextColumn("{task.fields[state]:<10}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        sent = [_send(client, path, progress) for path in samples]
        waiting = list(sent)
        while waiting:
            waiting = [one for one in waiting if not _update(client, one, progress)]
            time.sleep(LOOK_SECONDS)
    console.print()
    return sent


def _send(client: httpx2.Client, path: Path, progress: Progress) -> Sent:
    kind = "extract-tables" if path.name == REPORT else "analyze-image"
    with path.open("rb") as file:
        answer = client.post(f"/background/{kind}", files={"file": (path.name, file)}, data={"model": "local"})
    answer.raise_for_status()
    bar = progress.add_task(f"{path.name} ({kind.split('-')[0]})", total=100, state="pending")
    return Sent(path, answer.json()["task_id"], bar)


def _update(client: httpx2.Client, sent: Sent, progress: Progress) -> bool:
    status = _status(client, sent)
    progress.update(sent.bar, completed=status["progress"], state=status["status"])
    ended = status["status"] in FINAL
    if ended:
        progress.stop_task(sent.bar)
    return ended


def _status(client: httpx2.Client, sent: Sent) -> dict[str, Any]:
    answer = client.get(f"/background/task-status/{sent.task_id}")
    answer.raise_for_status()
    status: dict[str, Any] = answer.json()["task_status"]
    return status


def _show(console: Console, client: httpx2.Client, sent: Sent) -> bool:
    """Print what was read of a sample; False when it failed."""
    answer = client.get(f"/background/task-result/{sent.task_id}")
    if answer.status_code != 200:
        console.print(Panel(answer.json()["detail"], title=sent.path.name, border_style="red"))
        return False
    result = answer.json()
    text = result["analysis"]["text"] if "analysis" in result else result["tables_markdown"]
    title = f"{sent.path.name} · {result['task_type']} · engine: {result['engine']}"
    console.print(Panel(Markdown(text or "(no text)"), title=title))
    for concern in result["concerns"]:
        console.print(f"  · {concern}")
    console.print()
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("\n중단하고 모두 멈췄습니다. Interrupted; everything has stopped.\n")
        sys.exit(INTERRUPTED)
    except NotStarted as fault:
        sys.exit(str(fault))
